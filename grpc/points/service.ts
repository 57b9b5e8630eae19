import type { z } from 'zod';
import { type Actor, actorLabel, mayActFor, requireUser } from '../../common/auth/index.ts';
import { InvalidArgument, PermissionDenied } from '../../common/errors/index.ts';
import type { Logger } from '../../common/logger.ts';
import type {
  PointsServiceImplementation,
  Transfer as ProtoTransfer,
  TransferOutcome,
} from '../../proto/gen/onair/points/v1/points.ts';
import { type Outcome, outcomeOf } from '../db/index.ts';
import type { CallExt } from '../middleware/call-context.ts';
import { describeIssues } from '../middleware/translate-errors.ts';
import { decodePageToken, toPage } from '../rpc/paging.ts';
import { toRefusal } from '../rpc/refusal.ts';
import type { Points } from './index.ts';
import {
  chargeSchema,
  expireLotsSchema,
  getBalanceSchema,
  holdSchema,
  listTransfersSchema,
  maxItemsPerCall,
  resolveSchema,
  transferKindCodec,
} from './requests.ts';
import type { Transfer } from './transfer.ts';

/** PointsService over the domain. */
export function createPointsService(points: Points): PointsServiceImplementation<CallExt> {
  return {
    async charge(request, { actor }) {
      return toProtoTransfer(await points.charge(actorLabel(actor), chargeSchema.parse(request)));
    },
    async hold({ holds }, { actor, log }) {
      const by = actorLabel(actor);
      return decideEach(log, holds, (item) => points.hold(by, parse(holdSchema, item)));
    },
    async post({ holdIds }, { actor, log }) {
      const by = actorLabel(actor);
      return decideEach(log, holdIds, (holdId) =>
        points.post(by, parse(resolveSchema, { holdId }).holdId),
      );
    },
    async void({ holdIds }, { actor, log }) {
      const by = actorLabel(actor);
      return decideEach(log, holdIds, (holdId) =>
        points.void(by, parse(resolveSchema, { holdId }).holdId),
      );
    },
    async getBalance(request, { actor }) {
      const userId = ownerOf(getBalanceSchema.parse(request), actor);
      return { userId, ...(await points.balanceOf(userId)) };
    },
    async listTransfers(request, { actor }) {
      const { userId, pageSize, pageToken } = listTransfersSchema.parse(request);
      const found = await points.listTransfers({
        userId: ownerOf({ userId }, actor),
        afterId: decodePageToken(pageToken),
        limit: pageSize,
      });
      const { rows, nextPageToken } = toPage(found, pageSize);
      return { transfers: rows.map(toProtoTransfer), nextPageToken };
    },
    async expireLots(request) {
      return { expired: await points.expireLots(expireLotsSchema.parse(request).limit) };
    },
  };
}

/** Whose points are meant: the ones asked for, or the caller's own. */
function ownerOf({ userId }: { readonly userId: string }, actor: Actor): string {
  const owner = userId === '' ? requireUser(actor).userId : userId;
  if (!mayActFor(actor, owner)) throw new PermissionDenied('not your points');
  return owner;
}

/** Decides all items at once, so that they share a batch; each has its own outcome. */
async function decideEach<Item>(
  log: Logger,
  items: readonly Item[],
  decide: (item: Item) => Promise<Transfer>,
): Promise<{ outcomes: TransferOutcome[] }> {
  if (items.length > maxItemsPerCall) {
    throw new InvalidArgument(`at most ${maxItemsPerCall} items in one call`);
  }
  const decided = items.map((item) => outcomeOf(log, () => decide(item)));
  return { outcomes: (await Promise.all(decided)).map(toProtoOutcome) };
}

function toProtoOutcome(outcome: Outcome<Transfer>): TransferOutcome {
  return {
    result: outcome.ok
      ? { $case: 'transfer', value: toProtoTransfer(outcome.value) }
      : { $case: 'refusal', value: toRefusal(outcome.error) },
  };
}

function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw describeIssues(parsed.error);
  return parsed.data;
}

function toProtoTransfer(transfer: Transfer): ProtoTransfer {
  const { id, kind, userId, amount, holdId, reference, reason, createdAt } = transfer;
  return {
    id,
    kind: transferKindCodec.toProto(kind),
    userId,
    amount,
    holdId: holdId ?? '',
    reference,
    reason,
    createdAt: new Date(createdAt),
  };
}
