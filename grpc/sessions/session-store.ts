import type { EpochMs } from '../../common/clock.ts';
import { placeholders, type Reader, type Tx } from '../db/index.ts';
import type { RefreshTokenRow, SessionRow } from './entities.ts';

/** Keeps a new session. */
export async function insertSession(
  tx: Tx,
  session: Omit<SessionRow, 'endedAt' | 'endedBecause'>,
): Promise<void> {
  await tx.insert('sessions', [{ ...session, endedAt: null, endedBecause: null }]);
}

/** Keeps a refresh token that is about to be issued. */
export async function insertRefreshToken(
  tx: Tx,
  token: Omit<RefreshTokenRow, 'tradedAt'>,
): Promise<void> {
  await tx.insert('refresh_tokens', [{ ...token, tradedAt: null }]);
}

/** A refresh token and its session. */
export interface HeldSession {
  readonly token: RefreshTokenRow;
  readonly session: SessionRow;
}

/**
 * Finds a refresh token and locks its session, which everything that concerns one session takes
 * turns on; what is answered is current. Undefined for a token that is not known.
 */
export async function lockSessionOf(tx: Tx, tokenHash: string): Promise<HeldSession | undefined> {
  const findToken = () =>
    tx.row<RefreshTokenRow>('SELECT * FROM refresh_tokens WHERE tokenHash = ?', [tokenHash]);
  const found = await findToken();
  if (found === undefined) return undefined;
  const session = await lockSession(tx, found.sessionId);
  // Read again: it may have been traded while the lock was waited for.
  const token = await findToken();
  return token === undefined || session === undefined ? undefined : { token, session };
}

/** Finds a session and locks it. */
export function lockSession(tx: Tx, sessionId: string): Promise<SessionRow | undefined> {
  return tx.row<SessionRow>(`SELECT * FROM sessions WHERE id = ?${tx.dialect.forUpdate}`, [
    sessionId,
  ]);
}

/** Marks a token as traded and moves its session's end to that of the next token. */
export async function tradeRefreshToken(
  tx: Tx,
  { token, session }: HeldSession,
  next: Pick<SessionRow, 'expiresAt' | 'userAgent' | 'address'>,
  now: EpochMs,
): Promise<void> {
  await tx.execute('UPDATE refresh_tokens SET tradedAt = ? WHERE tokenHash = ?', [
    now,
    token.tokenHash,
  ]);
  await tx.execute(
    'UPDATE sessions SET refreshedAt = ?, expiresAt = ?, userAgent = ?, address = ? WHERE id = ?',
    [now, next.expiresAt, next.userAgent, next.address, session.id],
  );
}

/** Forgets those tokens of a session that have expired. */
export async function dropExpiredTokens(tx: Tx, sessionId: string, now: EpochMs): Promise<void> {
  await tx.execute('DELETE FROM refresh_tokens WHERE sessionId = ? AND expiresAt <= ?', [
    sessionId,
    now,
  ]);
}

/** Sessions forgotten in one go. */
const maxDropped = 100;

/** Forgets those sessions of a user that have expired. */
export async function dropExpiredSessions(tx: Tx, userId: string, now: EpochMs): Promise<void> {
  const rows = await tx.rows<Pick<SessionRow, 'id'>>(
    `SELECT id FROM sessions WHERE userId = ? AND expiresAt <= ?
     ORDER BY expiresAt LIMIT ${maxDropped}${tx.dialect.forUpdate}`,
    [userId, now],
  );
  if (rows.length === 0) return;
  const ids = rows.map((row) => row.id);
  await tx.execute(`DELETE FROM refresh_tokens WHERE sessionId IN (${placeholders(ids)})`, ids);
  await tx.execute(`DELETE FROM sessions WHERE id IN (${placeholders(ids)})`, ids);
}

/** When someone logged in to a session that is open; undefined for one that is not. */
export async function loggedInAt(reader: Reader, sessionId: string): Promise<EpochMs | undefined> {
  const row = await reader.row<Pick<SessionRow, 'createdAt'>>(
    'SELECT createdAt FROM sessions WHERE id = ? AND endedAt IS NULL',
    [sessionId],
  );
  return row?.createdAt;
}
