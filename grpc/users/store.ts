import { type Role, roles } from '../../common/auth/index.ts';
import type { EpochMs } from '../../common/clock.ts';
import { DomainError, type Language, NotFound } from '../../common/errors/index.ts';
import { publicUrlOf } from '../../common/files/index.ts';
import { newId } from '../../common/ids.ts';
import { isDuplicateKey, placeholders, type Reader, type Tx } from '../db/index.ts';
import type { DomainDeps } from '../domain-deps.ts';
import { emailKeyOf, readEmail } from './email.ts';
import type { RoleChangeRow, UserRoleRow, UserRow } from './entities.ts';
import { emailColumns, emailKeysOf, openPersonal, phoneColumns } from './personal-columns.ts';
import type { User } from './user.ts';

/** What seals accounts. */
export type StoreDeps = Pick<DomainDeps, 'vault' | 'config'>;

/** What an account is made of. */
export interface NewUser {
  /** Made up here if absent. */
  readonly id?: string;
  /** Empty for an account that has none yet. */
  readonly email: string;
  readonly name: string;
  readonly phone: string;
  readonly passwordHash: string | null;
  /** Korean if absent. */
  readonly language?: Language;
  /** Absent when it is yet to be verified. */
  readonly emailVerifiedAt?: EpochMs;
}

/**
 * Makes an account with the role viewer and answers its id.
 * @throws DomainError EMAIL_TAKEN; the database's unique key decides who was first
 */
export async function insertUser(
  deps: StoreDeps,
  tx: Tx,
  user: NewUser,
  now: EpochMs,
): Promise<string> {
  const { id = newId('usr') } = user;
  await requireNotInTheClear(tx, user.email);
  try {
    await tx.insert('users', [
      {
        id,
        ...emailColumns(deps, id, user.email),
        passwordHash: user.passwordHash,
        name: user.name,
        ...phoneColumns(deps, id, user.phone),
        createdAt: now,
        language: user.language ?? null,
        emailVerifiedAt: user.emailVerifiedAt ?? null,
        tosVersion: null,
        tosAgreedAt: null,
        marketingConsentAt: null,
        suspendedAt: null,
        erasedAt: null,
      },
    ]);
  } catch (error) {
    throw isDuplicateKey(error) ? emailTaken() : error;
  }
  await tx.insert('user_roles', [{ userId: id, role: 'viewer', grantedAt: now }]);
  return id;
}

/**
 * The unique key doesn't know that an e-mail which is not sealed yet is the same as a sealed one.
 * @throws DomainError EMAIL_TAKEN
 */
export async function requireNotInTheClear(tx: Tx, email: string, own?: string): Promise<void> {
  const sql = 'SELECT id FROM users WHERE emailKey = ?';
  const twin = await tx.row<Pick<UserRow, 'id'>>(sql, [emailKeyOf(email)]);
  if (twin !== undefined && twin.id !== own) throw emailTaken();
}

/** To say that an e-mail has an account. */
export function emailTaken(): DomainError {
  return new DomainError('EMAIL_TAKEN', 'an account with this e-mail exists');
}

/** The row of an account by its e-mail, however it is spelled. */
export async function findUserRowByEmail(
  deps: StoreDeps,
  reader: Reader,
  email: string,
): Promise<UserRow | undefined> {
  if (readEmail(email) === undefined) return undefined;
  const keys = emailKeysOf(deps, email);
  return reader.row<UserRow>('SELECT * FROM users WHERE emailKey IN (?, ?)', keys);
}

/**
 * An account with its roles.
 * @throws NotFound when there is no such account
 */
export async function readUser(deps: StoreDeps, reader: Reader, userId: string): Promise<User> {
  const row = await reader.row<UserRow>('SELECT * FROM users WHERE id = ?', [userId]);
  if (row === undefined) throw new NotFound('user', userId);
  const held = await rolesOf(reader, userId);
  return toUser(deps, row, held);
}

/**
 * An account that someone is about to be logged in to, locked so that it is not suspended
 * meanwhile. Undefined when `proof`, the hash that a password fitted, is not its hash any more.
 */
export async function lockForLogin(
  deps: StoreDeps,
  tx: Tx,
  userId: string,
  proof: string | undefined,
): Promise<User | undefined> {
  const row = await tx.row<UserRow>(`SELECT * FROM users WHERE id = ?${tx.dialect.forShare}`, [
    userId,
  ]);
  if (row === undefined || (proof !== undefined && row.passwordHash !== proof)) return undefined;
  return toUser(deps, row, await rolesOf(tx, userId));
}

async function toUser(deps: StoreDeps, row: UserRow, held: readonly Role[]): Promise<User> {
  const { id, name, createdAt, tosVersion, tosAgreedAt } = row;
  const { email, phone } = await openPersonal(deps, row);
  const agreed = tosVersion !== null && tosAgreedAt !== null;
  return {
    ...{ id, email, name, phone, roles: held, createdAt },
    language: row.language ?? 'ko',
    emailVerifiedAt: row.emailVerifiedAt ?? undefined,
    tos: agreed ? { version: tosVersion, agreedAt: tosAgreedAt } : undefined,
    marketingConsentAt: row.marketingConsentAt ?? undefined,
    suspended: row.suspendedAt !== null,
    erasedAt: row.erasedAt ?? undefined,
    imageUrl: row.imageName === null ? undefined : publicUrlOf(deps.config, row.imageName),
  };
}

/** What an account may do as of now. */
export interface Standing {
  readonly roles: readonly Role[];
  readonly suspended: boolean;
}

/** Standings by user id; an id that names nobody is left out. Up to 10,000 ids. */
export async function standingsOf(
  reader: Reader,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, Standing>> {
  const ids = [...new Set(userIds)].sort();
  if (ids.length === 0) return new Map();
  const rows = await reader.rows<{ id: string; suspendedAt: number | null; role: Role | null }>(
    `SELECT u.id, u.suspendedAt, r.role FROM users u LEFT JOIN user_roles r ON r.userId = u.id
     WHERE u.id IN (${placeholders(ids)})`,
    ids,
  );
  const standings = new Map<string, Standing>();
  for (const { id, suspendedAt, role } of rows) {
    const known = standings.get(id)?.roles ?? [];
    const held = role === null ? known : [...known, role];
    standings.set(id, { roles: held, suspended: suspendedAt !== null });
  }
  return standings;
}

/**
 * Makes other changes to the account wait for this transaction.
 * @throws NotFound when there is no such account
 */
export async function lockUser(tx: Tx, userId: string): Promise<void> {
  const row = await tx.row(`SELECT id FROM users WHERE id = ?${tx.dialect.forUpdate}`, [userId]);
  if (row === undefined) throw new NotFound('user', userId);
}

async function rolesOf(reader: Reader, userId: string): Promise<Role[]> {
  const rows = await reader.rows<UserRoleRow>('SELECT * FROM user_roles WHERE userId = ?', [
    userId,
  ]);
  return roles.filter((role) => rows.some((row) => row.role === role));
}

/** A role given or taken, and what the audit says of it. */
type RoleChange = Omit<RoleChangeRow, 'id' | 'kind'>;

/** Gives a role, and notes it. Answers false, and does neither, when the account holds it. */
export async function addRole(tx: Tx, change: RoleChange): Promise<boolean> {
  const { userId, role, changedAt } = change;
  const added = await tx.insertNew('user_roles', [{ userId, role, grantedAt: changedAt }]);
  if (added === 1) await noteChange(tx, { ...change, kind: 'granted' });
  return added === 1;
}

/** Takes a role, and notes it. Answers false, and does neither, when the account lacks it. */
export async function removeRole(tx: Tx, change: RoleChange): Promise<boolean> {
  const removed = await tx.execute('DELETE FROM user_roles WHERE userId = ? AND role = ?', [
    change.userId,
    change.role,
  ]);
  if (removed === 1) await noteChange(tx, { ...change, kind: 'revoked' });
  return removed === 1;
}

async function noteChange(tx: Tx, change: Omit<RoleChangeRow, 'id'>): Promise<void> {
  await tx.insert('role_changes', [{ id: newId('aud'), ...change }]);
}

/** Whether anyone is an admin. */
export async function hasAdmin(reader: Reader): Promise<boolean> {
  const admin = await reader.row(`SELECT userId FROM user_roles WHERE role = 'admin' LIMIT 1`);
  return admin !== undefined;
}

/** Ids of all admins, locked: nobody else takes the role from one of them meanwhile. */
export async function lockAdmins(tx: Tx): Promise<string[]> {
  const rows = await tx.rows<UserRoleRow>(
    `SELECT * FROM user_roles WHERE role = 'admin' ORDER BY userId${tx.dialect.forUpdate}`,
  );
  return rows.map((row) => row.userId);
}

/** Keeps a newer hash of the same password, unless the password was changed meanwhile. */
export async function replacePasswordHash(
  tx: Tx,
  userId: string,
  before: string,
  after: string,
): Promise<void> {
  await tx.execute('UPDATE users SET passwordHash = ? WHERE id = ? AND passwordHash = ?', [
    after,
    userId,
    before,
  ]);
}

/** The stored password hash of an account; null if it has none. */
export async function passwordHashOf(reader: Reader, userId: string): Promise<string | null> {
  const row = await reader.row<UserRow>('SELECT * FROM users WHERE id = ?', [userId]);
  return row?.passwordHash ?? null;
}

/** Names shown to others, by user id; an id that names nobody is left out. Up to 10,000 ids. */
export async function namesOf(
  reader: Reader,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const ids = [...new Set(userIds)].sort();
  if (ids.length === 0) return new Map();
  const rows = await reader.rows<Pick<UserRow, 'id' | 'name'>>(
    `SELECT id, name FROM users WHERE id IN (${placeholders(ids)})`,
    ids,
  );
  return new Map(rows.map((row) => [row.id, row.name]));
}

/** Those of the ids that are sellers. Up to 10,000 ids. */
export async function sellersAmong(
  reader: Reader,
  userIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const ids = [...new Set(userIds)].sort();
  if (ids.length === 0) return new Set();
  const rows = await reader.rows<Pick<UserRoleRow, 'userId'>>(
    `SELECT userId FROM user_roles WHERE role = 'seller' AND userId IN (${placeholders(ids)})`,
    ids,
  );
  return new Set(rows.map((row) => row.userId));
}

/** Whether the account may sell as of now, which stays so until the transaction is over. */
export async function isSellerIn(tx: Tx, userId: string): Promise<boolean> {
  const row = await tx.row(
    `SELECT r.userId FROM user_roles r JOIN users u ON u.id = r.userId
     WHERE r.userId = ? AND r.role = 'seller' AND u.suspendedAt IS NULL${tx.dialect.forShare}`,
    [userId],
  );
  return row !== undefined;
}
