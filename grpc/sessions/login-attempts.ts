import type { Actor } from '../../common/auth/index.ts';
import { newId } from '../../common/ids.ts';
import type { Tx } from '../db/index.ts';
import { recordReadsIn } from '../privacy/index.ts';
import { forEachRow } from '../vault/index.ts';
import { type ClientInfo, maskAddress } from './client-info.ts';
import type { LoginAttemptRow, LoginMethod, LoginOutcome } from './entities.ts';
import type { SessionsDeps } from './sessions-deps.ts';

const retentionMs = 90 * 86_400_000;

/** Notes how an attempt ended. */
export async function noteAttempt(
  deps: Pick<SessionsDeps, 'vault'>,
  tx: Tx,
  userId: string | undefined,
  client: ClientInfo,
  outcome: LoginOutcome,
  now: number,
  method: LoginMethod = 'password',
): Promise<void> {
  const { address, userAgent } = client;
  const id = newId('lat');
  const who = { id, userId: userId ?? null, ...addressColumns(deps, id, address), userAgent };
  await tx.insert('login_attempts', [{ ...who, outcome, method, attemptedAt: now }]);
}

/** Which attempts. */
export interface AttemptFilter {
  readonly userId?: string | undefined;
  readonly address?: string | undefined;
  readonly beforeId?: string | undefined;
  readonly limit: number;
  /** Why addresses are to be shown in full, for the audit. */
  readonly reason?: string | undefined;
}

/** An attempt as it is shown. */
export type LoginAttempt = Omit<LoginAttemptRow, 'sealedAddress'>;

/**
 * Attempts, newest first, and one more than asked for if there are more. Addresses are masked;
 * with a reason they are shown in full, and who saw whose is noted.
 */
export async function listAttempts(
  deps: Pick<SessionsDeps, 'db' | 'clock' | 'vault'>,
  actor: Actor,
  { userId, address, beforeId, limit, reason = '' }: AttemptFilter,
): Promise<LoginAttempt[]> {
  const { db, clock, vault } = deps;
  const addresses = address ? [indexOf(deps, address), address] : [];
  const where = [
    'id < ?',
    ...(userId ? ['userId = ?'] : []),
    ...(address ? ['address IN (?, ?)'] : []),
  ];
  const rows = await db.read.rows<LoginAttemptRow>(
    `SELECT * FROM login_attempts WHERE ${where.join(' AND ')} ORDER BY id DESC LIMIT ${limit + 1}`,
    [beforeId ?? '~', ...(userId ? [userId] : []), ...addresses],
  );
  await vault.ready(...rows.map((row) => row.sealedAddress));
  const shown = rows.map(({ sealedAddress, ...row }) => {
    const opened = sealedAddress === null ? row.address : vault.open(sealedAddress, cellOf(row.id));
    return { ...row, address: reason === '' ? maskAddress(opened) : opened };
  });
  if (reason !== '' && shown.length > 0) {
    // Of an e-mail without an account nobody is known.
    const userIds = shown.map((row) => row.userId ?? '');
    const source = 'sessions.listLoginAttempts';
    const read = { actor, userIds, fields: ['address'], source, reason } as const;
    await db.transaction((tx) => recordReadsIn(tx, read, clock.now()));
  }
  return shown;
}

/**
 * Seals addresses that were noted before they were sealed. Any number of processes may do so at
 * once, and be killed while they do.
 */
export function sealStoredAddresses(
  deps: Pick<SessionsDeps, 'db' | 'vault'>,
  signal: AbortSignal,
): Promise<void> {
  const { db } = deps;
  type Stored = Pick<LoginAttemptRow, 'id' | 'address'>;
  const page = (afterId: string) =>
    db.primary.rows<Stored>(
      `SELECT id, address FROM login_attempts
       WHERE id > ? AND sealedAddress IS NULL AND address <> '' ORDER BY id LIMIT 200`,
      [afterId],
    );
  const sql = `UPDATE login_attempts SET address = ?, sealedAddress = ?
               WHERE id = ? AND sealedAddress IS NULL`;
  const seal = ({ id, address }: Stored) => {
    const sealed = addressColumns(deps, id, address);
    const values = [sealed.address, sealed.sealedAddress, id];
    return db.transaction((tx) => tx.execute(sql, values));
  };
  return forEachRow(page, seal, signal);
}

/** An address as its row holds it; empty for calls from within. */
function addressColumns(deps: Pick<SessionsDeps, 'vault'>, id: string, address: string) {
  if (address === '') return { address, sealedAddress: null };
  return {
    address: indexOf(deps, address),
    sealedAddress: deps.vault.seal(address, cellOf(id)),
  };
}

function indexOf({ vault }: Pick<SessionsDeps, 'vault'>, address: string): string {
  return vault.blindIndex('address', address);
}

function cellOf(id: string) {
  return { table: 'login_attempts', column: 'sealedAddress', id };
}

/** Forgets challenges that are over, and the oldest attempts past their retention, about `limit` of them; answers how many. */
export function pruneAttempts({ db, clock }: SessionsDeps, limit: number): Promise<number> {
  return db.transaction(async (tx) => {
    const cutoff = clock.now() - retentionMs;
    const last = await tx.row<Pick<LoginAttemptRow, 'attemptedAt'>>(
      `SELECT attemptedAt FROM login_attempts WHERE attemptedAt < ?
       ORDER BY attemptedAt LIMIT 1 OFFSET ${limit - 1}`,
      [cutoff],
    );
    const before = last === undefined ? cutoff : last.attemptedAt + 1;
    await tx.execute('DELETE FROM login_challenges WHERE expiresAt < ?', [clock.now()]);
    return tx.execute('DELETE FROM login_attempts WHERE attemptedAt < ?', [before]);
  });
}
