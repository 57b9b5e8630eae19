import type { Reader } from '../db/index.ts';
import type { ChatSanctionRow } from './moderation-entities.ts';

/** Until when someone is muted, and until when in the shadow; 0 where they are not. */
export interface Silence {
  readonly mutedUntil: number;
  readonly shadowedUntil: number;
}

const notSilent: Silence = { mutedUntil: 0, shadowedUntil: 0 };

/** Someone in a chat, with the seller whose it is. */
export interface SilenceKey {
  readonly broadcastId: string;
  readonly sellerId: string;
  readonly userId: string;
}

/** The mutes in force of these people, in their broadcast or in all of its seller's, in order. */
export async function silencesOf(
  read: Reader,
  keys: readonly SilenceKey[],
  now: number,
): Promise<Silence[]> {
  const scopes = keys.flatMap(({ broadcastId, sellerId, userId }) => [
    [broadcastId, userId],
    [sellerId, userId],
  ]);
  if (scopes.length === 0) return [];
  const rows = await read.rows<Pick<ChatSanctionRow, 'scopeId' | 'userId' | 'kind' | 'until'>>(
    `SELECT scopeId, userId, kind, until FROM chat_sanctions
     WHERE (scopeId, userId) IN (${read.dialect.tupleList}${scopes.map(() => '(?,?)').join(',')})
     AND liftedAt IS NULL AND (until IS NULL OR until > ?)`,
    [...scopes.flat(), now],
  );
  const byScope = new Map<string, Silence>();
  for (const { scopeId, userId, kind, until } of rows) {
    const key = `${scopeId} ${userId}`;
    const end = until ?? Number.POSITIVE_INFINITY;
    byScope.set(key, longer(byScope.get(key) ?? notSilent, kind, end));
  }
  return keys.map(({ broadcastId, sellerId, userId }) => {
    const here = byScope.get(`${broadcastId} ${userId}`) ?? notSilent;
    const everywhere = byScope.get(`${sellerId} ${userId}`) ?? notSilent;
    return {
      mutedUntil: Math.max(here.mutedUntil, everywhere.mutedUntil),
      shadowedUntil: Math.max(here.shadowedUntil, everywhere.shadowedUntil),
    };
  });
}

function longer(silence: Silence, kind: ChatSanctionRow['kind'], end: number): Silence {
  return kind === 'mute'
    ? { ...silence, mutedUntil: Math.max(silence.mutedUntil, end) }
    : { ...silence, shadowedUntil: Math.max(silence.shadowedUntil, end) };
}
