import type { UserActor } from '../../../common/auth/index.ts';
import { DomainError, NotFound } from '../../../common/errors/index.ts';
import { once, type Tx } from '../../db/index.ts';
import { lockChannels } from '../channels.ts';
import { createChatBook } from '../chat-book.ts';
import { readHeld, resolveHeldRow } from '../held-store.ts';
import type { ChatHeldRow } from '../moderation-entities.ts';
import { findStored } from '../store.ts';
import type { ModerationDeps } from './moderation-deps.ts';
import { note } from './moderation-log.ts';
import type { ResolveHeldInput } from './requests.ts';

/**
 * Says a message that waited, as its sender's and with the next number now, or never. The sender
 * of a rejected one is not told. Once for each request id.
 * @throws NotFound; PermissionDenied; DomainError ALREADY_RESOLVED, or BROADCAST_NOT_LIVE for an
 *   approval after the end
 */
export async function resolveHeld(
  deps: ModerationDeps,
  actor: UserActor,
  { requestId, broadcastId, heldId, approve, reason }: ResolveHeldInput,
): Promise<ChatHeldRow> {
  const { db, clock } = deps;
  const input = [broadcastId, heldId, approve, reason];
  const key = { action: 'chat.resolveHeldMessage', by: actor.userId, requestId, input };
  return db.transaction((tx) =>
    once(tx, key, clock.now(), async () => {
      await deps.broadcasts.requireAuthority(tx, actor, broadcastId);
      // Before the row is read: its chat's lock keeps everyone else from deciding meanwhile.
      const row = await (approve ? sayHeld : rejectHeld)(deps, tx, broadcastId, heldId);
      const resolved = { ...row, resolvedBy: actor.userId, resolvedAt: clock.now() };
      await resolveHeldRow(tx, resolved);
      await note(tx, {
        action: approve ? 'approved' : 'rejected',
        ...{ scopeId: broadcastId, actorId: actor.userId, userId: row.userId, reason },
        ...{ detail: { heldId, text: row.text, seq: row.seq }, at: resolved.resolvedAt },
      });
      return resolved;
    }),
  );
}

async function sayHeld(
  { broadcasts, pulse, clock }: ModerationDeps,
  tx: Tx,
  broadcastId: string,
  heldId: string,
): Promise<ChatHeldRow> {
  const facts = (await broadcasts.factsOf([broadcastId])).get(broadcastId);
  if (facts?.status !== 'live') {
    const details = { broadcastId };
    throw new DomainError('BROADCAST_NOT_LIVE', `broadcast ${broadcastId} is not live`, details);
  }
  const channels = await lockChannels(tx, broadcasts, [broadcastId]);
  const row = await requireWaiting(tx, broadcastId, heldId);
  const book = createChatBook(tx, pulse, channels, await findStored(tx, [row]));
  const { userId, clientId, name, text } = row;
  const message = { broadcastId, kind: 'normal', userId, clientId, name, text } as const;
  const { seq } = book.say(message, clock.now());
  await book.flush();
  return { ...row, state: 'approved', seq };
}

async function rejectHeld(
  { broadcasts }: ModerationDeps,
  tx: Tx,
  broadcastId: string,
  heldId: string,
): Promise<ChatHeldRow> {
  await lockChannels(tx, broadcasts, [broadcastId]);
  return { ...(await requireWaiting(tx, broadcastId, heldId)), state: 'rejected' };
}

async function requireWaiting(tx: Tx, broadcastId: string, heldId: string): Promise<ChatHeldRow> {
  const row = await readHeld(tx, heldId);
  if (row === undefined || row.broadcastId !== broadcastId) {
    throw new NotFound('held message', heldId);
  }
  if (row.state !== 'waiting') {
    const details = { heldId, state: row.state };
    throw new DomainError('ALREADY_RESOLVED', `held message ${heldId} was ${row.state}`, details);
  }
  return row;
}
