import { requireUser } from '../../../common/auth/index.ts';
import { DomainError, InvalidArgument } from '../../../common/errors/index.ts';
import type {
  AdmitViewerOutcome,
  AdmitViewerRequest,
  AdmitViewersRequest,
  AdmitViewersResponse,
  BroadcastsServiceImplementation,
  Capacity,
  Vip,
} from '../../../proto/gen/onair/broadcasts/v1/broadcasts.ts';
import type { Outcome } from '../../db/index.ts';
import type { CallExt } from '../../middleware/call-context.ts';
import { describeIssues } from '../../middleware/translate-errors.ts';
import { answerInTurn } from '../../rpc/answer-in-turn.ts';
import { decodePageToken, toPage } from '../../rpc/paging.ts';
import { toRefusal } from '../../rpc/refusal.ts';
import type { Broadcasts } from '../index.ts';
import { roomRoleCodec } from '../room-role-codec.ts';
import type { Admitted } from './admit-viewers.ts';
import type { VipRow } from './entities.ts';
import {
  type AdmitInput,
  admitSchema,
  carrySeatsSchema,
  getCapacitySchema,
  listVipsSchema,
  maxViewersPerCall,
  setCapacitySchema,
  standingKeysSchema,
  vipSchema,
} from './requests.ts';

type AdmissionRpcs =
  | 'admitViewers'
  | 'admitViewersInTurn'
  | 'carrySeats'
  | 'getStandings'
  | 'setCapacity'
  | 'getCapacity'
  | 'addVip'
  | 'removeVip'
  | 'listVips';

/** The part of BroadcastsService that is about the door. */
export function createAdmissionRpcs({
  admission,
  people,
}: Pick<Broadcasts, 'admission' | 'people'>): Pick<
  BroadcastsServiceImplementation<CallExt>,
  AdmissionRpcs
> {
  async function admitViewers(request: AdmitViewersRequest): Promise<AdmitViewersResponse> {
    if (request.viewers.length > maxViewersPerCall) {
      throw new InvalidArgument(`at most ${maxViewersPerCall} viewers in one call`);
    }
    const read = request.viewers.map(readViewer);
    const readable = read.flatMap((one) => (one instanceof DomainError ? [] : [one]));
    const outcomes = (await admission.admitViewers(readable)).values();
    return {
      outcomes: read.map((one) =>
        one instanceof DomainError ? refusalOf(one) : toOutcome(outcomes.next().value),
      ),
    };
  }

  return {
    admitViewers,
    admitViewersInTurn: answerInTurn(admitViewers),
    async carrySeats(request) {
      const carried = await admission.carrySeats(carrySeatsSchema.parse(request));
      return { tickets: [...carried.tickets], uncounted: carried.uncounted };
    },
    async getStandings(request) {
      const { keys } = standingKeysSchema.parse(request);
      const standings = await people.standings(keys);
      return {
        standings: standings.map(({ role, bannedUntil }) => {
          return { role: roomRoleCodec.toProto(role), banned: bannedUntil !== undefined };
        }),
      };
    },
    async setCapacity(request, { actor }) {
      const input = setCapacitySchema.parse(request);
      await admission.setCapacity(requireUser(actor), input);
      return admission.readCapacity(requireUser(actor), input.broadcastId);
    },
    async getCapacity(request, { actor }): Promise<Capacity> {
      const { broadcastId } = getCapacitySchema.parse(request);
      return admission.readCapacity(requireUser(actor), broadcastId);
    },
    async addVip(request, { actor }) {
      const row = await admission.addVip(requireUser(actor), vipSchema.parse(request));
      return toVip(row, await people.namesOf([row.userId]));
    },
    async removeVip(request, { actor }) {
      await admission.removeVip(requireUser(actor), vipSchema.parse(request));
      return {};
    },
    async listVips(request, { actor }) {
      const { sellerId, pageSize, pageToken } = listVipsSchema.parse(request);
      const query = { sellerId, afterId: decodePageToken(pageToken), limit: pageSize };
      const found = await admission.listVips(requireUser(actor), query);
      const page = toPage(
        found.map((row) => ({ ...row, id: row.userId })),
        pageSize,
      );
      const names = await people.namesOf(page.rows.map((row) => row.userId));
      return {
        vips: page.rows.map((row) => toVip(row, names)),
        nextPageToken: page.nextPageToken,
      };
    },
  };
}

function readViewer(request: AdmitViewerRequest): AdmitInput | DomainError {
  const parsed = admitSchema.safeParse(request);
  return parsed.success ? parsed.data : describeIssues(parsed.error);
}

function toOutcome(outcome: Outcome<Admitted> | undefined): AdmitViewerOutcome {
  if (outcome === undefined) throw new Error('a viewer has no outcome');
  if (!outcome.ok) return refusalOf(outcome.error);
  const { role, seat } = outcome.value;
  const value = { role: roomRoleCodec.toProto(role), seat: seat ?? '' };
  return { result: { $case: 'admission', value } };
}

function refusalOf(error: DomainError): AdmitViewerOutcome {
  return { result: { $case: 'refusal', value: toRefusal(error) } };
}

function toVip(row: VipRow, names: ReadonlyMap<string, string>): Vip {
  const { userId, addedBy, addedAt } = row;
  return { userId, name: names.get(userId) ?? '', addedBy, addedAt: new Date(addedAt) };
}
