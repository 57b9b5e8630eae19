import type { EpochMs } from '../../common/clock.ts';
import { placeholders, type Reader } from '../db/index.ts';
import { skewMs, tokensOverAt } from './end-sessions.ts';
import type { SessionRow } from './entities.ts';
import type { SessionsDeps } from './sessions-deps.ts';

/** Sessions that ended before their access tokens did. */
export interface EndedSessions {
  readonly ended: readonly { readonly sessionId: string; readonly until: EpochMs }[];
  /** From when on to ask next time, so that nothing is missed that was being committed. */
  readonly nextSince: EpochMs;
}

/** Sessions that ended since, or all whose access tokens may still be out. */
export async function listEnded(
  deps: SessionsDeps,
  since: EpochMs | undefined,
): Promise<EndedSessions> {
  const now = deps.clock.now();
  const earliest = now - (tokensOverAt(deps, now) - now);
  const rows = await deps.db.primary.rows<Pick<SessionRow, 'id' | 'endedAt'>>(
    'SELECT id, endedAt FROM sessions WHERE endedAt >= ?',
    [Math.max(since ?? 0, earliest)],
  );
  const ended = rows.map((row) => ({
    sessionId: row.id,
    until: tokensOverAt(deps, row.endedAt ?? now),
  }));
  return { ended, nextSince: now - skewMs };
}

/** Those of the sessions whose owner showed a second factor. Up to 10,000 ids. */
export async function withSecondFactorAmong(
  reader: Reader,
  sessionIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const ids = [...new Set(sessionIds)].sort();
  if (ids.length === 0) return new Set();
  const rows = await reader.rows<Pick<SessionRow, 'id'>>(
    `SELECT id FROM sessions WHERE id IN (${placeholders(ids)}) AND secondFactorAt IS NOT NULL`,
    ids,
  );
  return new Set(rows.map((row) => row.id));
}

/** Those of the sessions that are known to have ended. Up to 10,000 ids. */
export async function endedAmong(
  reader: Reader,
  sessionIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const ids = [...new Set(sessionIds)].sort();
  if (ids.length === 0) return new Set();
  const rows = await reader.rows<Pick<SessionRow, 'id'>>(
    `SELECT id FROM sessions WHERE id IN (${placeholders(ids)}) AND endedAt IS NOT NULL`,
    ids,
  );
  return new Set(rows.map((row) => row.id));
}
