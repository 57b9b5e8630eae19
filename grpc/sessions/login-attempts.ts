import { newId } from '../../common/ids.ts';
import type { Reader, Tx } from '../db/index.ts';
import type { ClientInfo } from './client-info.ts';
import type { LoginAttemptRow, LoginMethod, LoginOutcome } from './entities.ts';
import type { SessionsDeps } from './sessions-deps.ts';

const retentionMs = 90 * 86_400_000;

/** Notes how an attempt ended. */
export async function noteAttempt(
  tx: Tx,
  userId: string | undefined,
  client: ClientInfo,
  outcome: LoginOutcome,
  now: number,
  method: LoginMethod = 'password',
): Promise<void> {
  const { address, userAgent } = client;
  const id = newId('lat');
  const who = { id, userId: userId ?? null, address, userAgent };
  await tx.insert('login_attempts', [{ ...who, outcome, method, attemptedAt: now }]);
}

/** Which attempts. */
export interface AttemptFilter {
  readonly userId?: string | undefined;
  readonly address?: string | undefined;
  readonly beforeId?: string | undefined;
  readonly limit: number;
}

/** Attempts, newest first, and one more than asked for if there are more. */
export function listAttempts(read: Reader, filter: AttemptFilter): Promise<LoginAttemptRow[]> {
  const { userId, address, beforeId, limit } = filter;
  const where = ['id < ?', ...(userId ? ['userId = ?'] : []), ...(address ? ['address = ?'] : [])];
  const values = [beforeId ?? '~', ...(userId ? [userId] : []), ...(address ? [address] : [])];
  return read.rows<LoginAttemptRow>(
    `SELECT * FROM login_attempts WHERE ${where.join(' AND ')} ORDER BY id DESC LIMIT ${limit + 1}`,
    values,
  );
}

/** Forgets the oldest attempts past their retention, about `limit` of them; answers how many. */
export function pruneAttempts({ db, clock }: SessionsDeps, limit: number): Promise<number> {
  return db.transaction(async (tx) => {
    const cutoff = clock.now() - retentionMs;
    const last = await tx.row<Pick<LoginAttemptRow, 'attemptedAt'>>(
      `SELECT attemptedAt FROM login_attempts WHERE attemptedAt < ?
       ORDER BY attemptedAt LIMIT 1 OFFSET ${limit - 1}`,
      [cutoff],
    );
    const before = last === undefined ? cutoff : last.attemptedAt + 1;
    return tx.execute('DELETE FROM login_attempts WHERE attemptedAt < ?', [before]);
  });
}
