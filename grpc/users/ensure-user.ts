import type { Role } from '../../common/auth/index.ts';
import { DomainError } from '../../common/errors/index.ts';
import type { Tx } from '../db/index.ts';
import {
  addRole,
  findUserRowByEmail,
  insertUser,
  type NewUser,
  readUser,
  type StoreDeps,
} from './store.ts';
import type { User } from './user.ts';
import type { UsersDeps } from './users-deps.ts';

/** An account that should exist. */
export interface EnsureUserInput {
  readonly email: string;
  readonly password: string;
  readonly name: string;
  readonly phone?: string;
  /** Roles beyond viewer, which everyone has. */
  readonly roles: readonly Role[];
  /** Why it gets them, for the audit. */
  readonly reason: string;
}

/** The account, and whether it was made just now. */
export interface EnsuredUser {
  readonly user: User;
  readonly created: boolean;
}

/**
 * Makes an account with roles, for what we set up ourselves (demo accounts, tests), unless its
 * e-mail is taken: then the account is left as it is, password and roles too. The password is not
 * checked for weakness. Safe to run in several processes at once.
 */
export async function ensureUser(deps: UsersDeps, input: EnsureUserInput): Promise<EnsuredUser> {
  const existing = await findByEmail(deps, input.email);
  if (existing !== undefined) return { user: existing, created: false };
  const { email, name, phone = '' } = input;
  const passwordHash = await deps.passwords.hash(input.password);
  const now = deps.clock.now();
  const newUser = { email, name, phone, passwordHash, emailVerifiedAt: now };
  try {
    const user = await deps.db.transaction((tx) =>
      insertUserWithRoles(deps, tx, newUser, input, now),
    );
    return { user, created: true };
  } catch (error) {
    const twin = isEmailTaken(error) ? await findByEmail(deps, input.email) : undefined;
    if (twin === undefined) throw error;
    return { user: twin, created: false };
  }
}

/**
 * Makes an account with roles, noted as given by the system.
 * @throws DomainError EMAIL_TAKEN
 */
export async function insertUserWithRoles(
  deps: StoreDeps,
  tx: Tx,
  user: NewUser,
  { roles, reason }: Pick<EnsureUserInput, 'roles' | 'reason'>,
  now: number,
): Promise<User> {
  const userId = await insertUser(deps, tx, user, now);
  for (const role of roles) {
    await addRole(tx, { userId, role, reason, changedBy: 'system', changedAt: now });
  }
  return readUser(deps, tx, userId);
}

/** Whether an error says that the e-mail has an account. */
export function isEmailTaken(error: unknown): boolean {
  return error instanceof DomainError && error.code === 'EMAIL_TAKEN';
}

async function findByEmail(deps: UsersDeps, email: string): Promise<User | undefined> {
  const { primary } = deps.db;
  const row = await findUserRowByEmail(deps, primary, email);
  return row === undefined ? undefined : readUser(deps, primary, row.id);
}
