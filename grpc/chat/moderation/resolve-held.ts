import type { UserActor } from '../../../common/auth/index.ts';
import { DomainError, NotFound } from '../../../common/errors/index.ts';
import { once, type Tx } from '../../db/index.ts';
import { lockChannels } from '../channels.ts';
import { createChatBook } from '../chat-book.ts';
import { publishHeld, readHeld, resolveHeldRow } from '../held-store.ts';
import type { ChatHeldRow } from '../moderation-entities.ts';
import { type SilenceKey, silencesOf } from '../sanctions-store.ts';
import { findStored } from '../store.ts';
import type { ModerationDeps } from './moderation-deps.ts';
import { note } from './moderation-log.ts';
import type { ResolveHeldInput } from './requests.ts';

/**
 * Says a message that waited, as its sender's and with the next number now, or never. What the
 * sender is by then counts as for a message that is said now: one who is muted in the shadow is
 * heard by nobody. The sender of a rejected one is not told. Once for each request id.
 * @throws NotFound; PermissionDenied; DomainError ALREADY_RESOLVED, and for an approval
 *   BROADCAST_NOT_LIVE after the end, INVALID_STATE while the sender is muted or banned
 */
export async function resolveHeld(
  deps: ModerationDeps,
  actor: UserActor,
  { requestId, broadcastId, heldId, approve, reason }: ResolveHeldInput,
): Promise<ChatHeldRow> {
  const { db, clock, pulse } = deps;
  const input = [broadcastId, heldId, approve, reason];
  const key = { action: 'chat.resolveHeldMessage', by: actor.userId, requestId, input };
  return db.transaction((tx) =>
    once(tx, key, clock.now(), async () => {
      const { sellerId } = await deps.broadcasts.requireAuthority(tx, actor, broadcastId);
      // Before the row is read: its chat's lock keeps everyone else from deciding meanwhile.
      const row = await (approve ? sayHeld : rejectHeld)(deps, tx, {
        broadcastId,
        sellerId,
        heldId,
      });
      const resolved = { ...row, resolvedBy: actor.userId, resolvedAt: clock.now() };
      await resolveHeldRow(tx, resolved);
      publishHeld(pulse, tx, [broadcastId]);
      await note(tx, {
        action: approve ? 'approved' : 'rejected',
        ...{ scopeId: broadcastId, actorId: actor.userId, userId: row.userId, reason },
        ...{ detail: { heldId, text: row.text, seq: row.seq }, at: resolved.resolvedAt },
      });
      return resolved;
    }),
  );
}

/** A message that waits, and whose broadcast it waits in. */
interface HeldKey {
  readonly broadcastId: string;
  readonly sellerId: string;
  readonly heldId: string;
}

async function sayHeld(
  deps: ModerationDeps,
  tx: Tx,
  { broadcastId, sellerId, heldId }: HeldKey,
): Promise<ChatHeldRow> {
  const { broadcasts, pulse, clock } = deps;
  const facts = (await broadcasts.factsOf([broadcastId])).get(broadcastId);
  if (facts?.status !== 'live') {
    const details = { broadcastId };
    throw new DomainError('BROADCAST_NOT_LIVE', `broadcast ${broadcastId} is not live`, details);
  }
  const channels = await lockChannels(tx, broadcasts, [broadcastId]);
  const row = await requireWaiting(tx, broadcastId, heldId);
  const shadow = await manner(deps, tx, { broadcastId, sellerId, userId: row.userId });
  const book = createChatBook(tx, pulse, channels, await findStored(tx, [row]));
  const { userId, clientId, name, text } = row;
  const message = { broadcastId, kind: 'normal', userId, clientId, name, text } as const;
  const { seq } = book.say(message, clock.now(), shadow);
  await book.flush();
  return { ...row, state: 'approved', seq };
}

/** How this person is heard now. @throws DomainError INVALID_STATE if not even in the shadow */
async function manner(
  { broadcasts, clock }: ModerationDeps,
  tx: Tx,
  sender: SilenceKey,
): Promise<'shadow' | undefined> {
  const now = clock.now();
  const [[silence], [standing]] = await Promise.all([
    silencesOf(tx, [sender], now),
    broadcasts.standingsOf(tx, [sender]),
  ]);
  if (standing?.bannedUntil !== undefined) throw senderIs('banned');
  const { mutedUntil = 0, shadowedUntil = 0 } = silence ?? {};
  if (mutedUntil > now) throw senderIs('muted');
  return shadowedUntil > now ? 'shadow' : undefined;
}

function senderIs(state: 'muted' | 'banned'): DomainError {
  const details = { what: 'sender', state };
  return new DomainError('INVALID_STATE', `the sender is ${state} by now`, details);
}

async function rejectHeld(
  { broadcasts }: ModerationDeps,
  tx: Tx,
  { broadcastId, heldId }: HeldKey,
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
