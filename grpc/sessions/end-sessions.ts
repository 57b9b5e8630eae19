import type { EpochMs } from '../../common/clock.ts';
import { placeholders, type Tx } from '../db/index.ts';
import type { DomainDeps } from '../domain-deps.ts';
import type { SessionEnd, SessionRow } from './entities.ts';

/** Milliseconds that clocks of processes may differ by. */
export const skewMs = 30_000;

/** When the last access token of a session that ended then is over. */
export function tokensOverAt({ config }: Pick<DomainDeps, 'config'>, endedAt: EpochMs): EpochMs {
  return endedAt + config.ACCESS_TOKEN_SECONDS * 1_000 + skewMs;
}

/**
 * Ends those of the sessions that are open: none of their tokens works from now on. Whoever
 * verifies access tokens hears of it right after the commit. Answers how many ended.
 */
export async function endSessionsIn(
  deps: Pick<DomainDeps, 'config' | 'pulse'>,
  tx: Tx,
  sessionIds: readonly string[],
  because: SessionEnd,
  now: EpochMs,
): Promise<number> {
  if (sessionIds.length === 0) return 0;
  const ended = await tx.execute(
    `UPDATE sessions SET endedAt = ?, endedBecause = ?
     WHERE id IN (${placeholders(sessionIds)}) AND endedAt IS NULL`,
    [now, because, ...sessionIds],
  );
  const until = tokensOverAt(deps, now);
  tx.afterCommit(() =>
    deps.pulse.publishSessions({ ended: sessionIds.map((sessionId) => ({ sessionId, until })) }),
  );
  return ended;
}

/** Ends every open session of an account, but the one to keep; answers how many there were. */
export async function endSessionsOf(
  deps: Pick<DomainDeps, 'config' | 'pulse'>,
  tx: Tx,
  userId: string,
  because: SessionEnd,
  now: EpochMs,
  keptSessionId?: string,
): Promise<number> {
  const open = await tx.rows<Pick<SessionRow, 'id'>>(
    `SELECT id FROM sessions WHERE userId = ? AND endedAt IS NULL ORDER BY id${tx.dialect.forUpdate}`,
    [userId],
  );
  // Nor may a log-in that was half done before go on.
  await tx.execute('DELETE FROM login_challenges WHERE userId = ?', [userId]);
  const ids = open.map((row) => row.id).filter((id) => id !== keptSessionId);
  return endSessionsIn(deps, tx, ids, because, now);
}
