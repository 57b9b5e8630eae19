import { z } from 'zod';
import { type Actor, mayActFor, type UserActor } from '../../common/auth/index.ts';
import { NotFound } from '../../common/errors/index.ts';
import { jobOf } from '../../common/jobs.ts';
import { enqueueJobs, once, placeholders, type Reader } from '../db/index.ts';
import type { DomainDeps } from '../domain-deps.ts';
import type { Notifications } from '../notifications/index.ts';
import { recordReadsIn } from '../privacy/index.ts';
import type { Users } from '../users/index.ts';
import type { BankAccountRow } from './entities.ts';
import type { HolderInquiry } from './holder-inquiry.ts';

/** What the use cases of this domain are made of. */
export interface BanksDeps extends DomainDeps {
  readonly users: Pick<Users, 'confirmIdentity' | 'holdIn' | 'readIn' | 'noteChangeIn'>;
  readonly notifications: Pick<Notifications, 'queueMailsIn'>;
  readonly inquire: HolderInquiry;
}

/** A bank account, opened. */
export interface BankAccount extends Omit<BankAccountRow, 'sealed'> {
  readonly number: string;
  readonly holder: string;
}

/** One's own bank account. */
export interface SetBankAccountInput {
  readonly requestId: string;
  readonly bankCode: string;
  /** Digits. */
  readonly number: string;
  readonly holder: string;
  /** Empty for an account without one. */
  readonly password: string;
  readonly signal?: AbortSignal | undefined;
}

const sealedSchema = z.object({ number: z.string(), holder: z.string() });
const worthTellingMs = 7 * 86_400_000;

/**
 * Sets the actor's bank account; a job verifies it; its owner is told by mail. Idempotent by
 * `requestId`.
 * @throws DomainError BAD_CREDENTIALS, REAUTHENTICATION_REQUIRED, RATE_LIMITED
 * @throws RequestIdReused when the id was used with another account
 */
export async function setBankAccount(
  deps: BanksDeps,
  actor: UserActor,
  { requestId, bankCode, number, holder, password, signal }: SetBankAccountInput,
): Promise<BankAccount> {
  const { db, clock, vault, users } = deps;
  const { userId } = actor;
  const proof = await users.confirmIdentity(actor, { password, signal });
  // A fast hash of a number could be turned back by trying them all.
  const what = vault.blindIndex('bank account', `${bankCode} ${number} ${holder}`);
  const key = { action: 'banks.setBankAccount', by: userId, requestId, input: { what } };
  await db.transaction((tx) => {
    const now = clock.now();
    return once(tx, key, now, async () => {
      await users.holdIn(tx, proof);
      const before = await findRow(tx, userId);
      const version = (before?.version ?? 0) + 1;
      const sealed = vault.seal(JSON.stringify({ number, holder }), cellOf(userId));
      await tx.execute('DELETE FROM bank_accounts WHERE userId = ?', [userId]);
      const row = { userId, bankCode, sealed, status: 'pending', failure: null };
      await tx.insert('bank_accounts', [{ ...row, changedAt: now, version }]);
      await enqueueJobs(tx, [jobOf('banks.verify', { userId }, now)], now);
      const change = { userId, kind: 'bank_account_set', reason: '', changedBy: userId } as const;
      await users.noteChangeIn(tx, { ...change, changedAt: now });
      const { email: to, name, language } = await users.readIn(tx, userId);
      const mail = { template: 'bank_account_set', userId, to, name, language } as const;
      const mails = to === '' ? [] : [{ ...mail, expiresAt: now + worthTellingMs }];
      await deps.notifications.queueMailsIn(tx, mails, now);
      return null;
    });
  });
  return readOne(deps, db.primary, userId);
}

/**
 * Reads a bank account: one's own whole; anyone's for an admin or a service, masked unless they
 * give a reason (services: their purpose), which is noted.
 * @throws NotFound when there is none, and alike when it is not the actor's to see
 */
export async function getBankAccount(
  deps: BanksDeps,
  actor: Actor,
  { userId, reason }: { readonly userId: string; readonly reason: string },
): Promise<BankAccount> {
  if (!mayActFor(actor, userId)) throw new NotFound('bank account', userId);
  const { db, clock } = deps;
  if (actor.kind === 'user' && actor.userId === userId) return readOne(deps, db.primary, userId);
  if (reason === '') return mask(await readOne(deps, db.primary, userId));
  return db.transaction(async (tx) => {
    const account = await readOne(deps, tx, userId);
    const what = { userIds: [userId], fields: ['bankAccount'], source: 'banks.getBankAccount' };
    await recordReadsIn(
      tx,
      { actor, ...what, source: 'banks.getBankAccount', reason },
      clock.now(),
    );
    return account;
  });
}

/**
 * Asks banks, outside of any transaction, about accounts that are not verified yet, and records what
 * they say; an account that was changed meanwhile is left to its own job. Answers those of which no
 * bank said anything, which are to be asked about again: nothing is guessed.
 */
export async function verifyBankAccounts(
  deps: BanksDeps,
  userIds: readonly string[],
): Promise<string[]> {
  if (userIds.length === 0) return [];
  const rows = await deps.db.primary.rows<BankAccountRow>(
    `SELECT * FROM bank_accounts
     WHERE userId IN (${placeholders(userIds)}) AND status = 'pending'`,
    userIds,
  );
  const done = await Promise.all(rows.map((row) => verifyOne(deps, row)));
  return rows.filter((_, i) => done[i] === false).map((row) => row.userId);
}

async function verifyOne(deps: BanksDeps, row: BankAccountRow): Promise<boolean> {
  const { db, clock, users } = deps;
  const verdict = await deps.inquire(await open(deps, row));
  if (verdict === undefined) return false;
  const { userId, version } = row;
  const isVerified = verdict === 'verified';
  await db.transaction(async (tx) => {
    const changed = await tx.execute(
      `UPDATE bank_accounts SET status = ?, failure = ?, version = version + 1
       WHERE userId = ? AND version = ? AND status = 'pending'`,
      [isVerified ? 'verified' : 'failed', isVerified ? null : verdict, userId, version],
    );
    if (changed === 0) return;
    const kind = isVerified ? 'bank_verified' : 'bank_failed';
    const change = { userId, kind, reason: verdict, changedBy: 'system' } as const;
    await users.noteChangeIn(tx, { ...change, changedAt: clock.now() });
  });
  return true;
}

/** @throws NotFound */
export async function readOne(
  deps: Pick<BanksDeps, 'vault'>,
  reader: Reader,
  userId: string,
): Promise<BankAccount> {
  const row = await findRow(reader, userId);
  if (row === undefined) throw new NotFound('bank account', userId);
  return open(deps, row);
}

export function findRow(reader: Reader, userId: string): Promise<BankAccountRow | undefined> {
  return reader.row<BankAccountRow>('SELECT * FROM bank_accounts WHERE userId = ?', [userId]);
}

async function open(
  { vault }: Pick<BanksDeps, 'vault'>,
  { sealed, ...row }: BankAccountRow,
): Promise<BankAccount> {
  await vault.ready(sealed);
  const opened = sealedSchema.parse(JSON.parse(vault.open(sealed, cellOf(row.userId))));
  return { ...row, ...opened };
}

function mask(account: BankAccount): BankAccount {
  const { number, holder } = account;
  const [first = ''] = holder;
  return { ...account, number: `***${number.slice(-4)}`, holder: `${first}**` };
}

function cellOf(userId: string) {
  return { table: 'bank_accounts', column: 'sealed', id: userId };
}
