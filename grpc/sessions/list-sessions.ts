import { type Actor, mayActFor } from '../../common/auth/index.ts';
import { NotFound } from '../../common/errors/index.ts';
import type { SessionRow } from './entities.ts';
import type { SessionsDeps } from './sessions-deps.ts';

/** Which sessions. */
export interface SessionFilter {
  readonly userId: string;
  readonly beforeId?: string | undefined;
  readonly limit: number;
}

/**
 * Open sessions of an account, newest first, and one more than asked for if there are more.
 * @throws NotFound for an account that is not the actor's to look at
 */
export async function listSessions(
  { db, clock }: SessionsDeps,
  actor: Actor,
  { userId, beforeId, limit }: SessionFilter,
): Promise<SessionRow[]> {
  if (!mayActFor(actor, userId)) throw new NotFound('user', userId);
  return db.primary.rows<SessionRow>(
    `SELECT * FROM sessions WHERE userId = ? AND endedAt IS NULL AND expiresAt > ? AND id < ?
     ORDER BY id DESC LIMIT ${limit + 1}`,
    [userId, clock.now(), beforeId ?? '~'],
  );
}
