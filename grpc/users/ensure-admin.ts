import { ConfigError } from '../../common/config.ts';
import { randomText } from '../../common/ids.ts';
import { once, type Tx } from '../db/index.ts';
import { insertUserWithRoles, isEmailTaken } from './ensure-user.ts';
import { hasAdmin } from './store.ts';
import type { UsersDeps } from './users-deps.ts';

/** What came of looking for an admin. */
export interface EnsuredAdmin {
  /** Whether the account was made just now. */
  readonly created: boolean;
  /** ADMIN_EMAIL. */
  readonly email: string;
  /**
   * The password, when it was made up here: 100 random bits. Nothing keeps it, so whoever starts
   * the process shows it once, and never in a log.
   */
  readonly generatedPassword?: string;
}

/**
 * Makes the first administrator, if there is no admin at all, with ADMIN_EMAIL and ADMIN_PASSWORD
 * or a password made up. Of processes that start together, one makes it.
 * @throws ConfigError when ADMIN_EMAIL has an account that is not an admin: whoever opened it must
 *   not become one by our doing
 */
export async function ensureAdmin(deps: UsersDeps): Promise<EnsuredAdmin> {
  const { config, db, clock, passwords } = deps;
  const email = config.ADMIN_EMAIL;
  if (await hasAdmin(db.primary)) return { created: false, email };
  const password = config.ADMIN_PASSWORD ?? randomText(20);
  const passwordHash = await passwords.hash(password);
  const as = { roles: ['admin'], reason: 'first administrator' } as const;
  const now = clock.now();
  const user = { email, name: 'Admin', phone: '', passwordHash, emailVerifiedAt: now };
  try {
    const created = await db.transaction(async (tx) => {
      await takeTurns(tx, now);
      if (await hasAdmin(tx)) return false;
      await insertUserWithRoles(deps, tx, user, as, now);
      return true;
    });
    const madeUp = created && config.ADMIN_PASSWORD === undefined;
    return { created, email, ...(madeUp ? { generatedPassword: password } : {}) };
  } catch (error) {
    if (!isEmailTaken(error)) throw error;
    throw new ConfigError([
      'ADMIN_EMAIL: there is no admin yet, and this e-mail has an account that is not one; ' +
        'name another e-mail',
    ]);
  }
}

/**
 * There is no row of an admin yet to lock, so the row of a request serves: it is inserted or
 * locked, and either way whoever comes second waits for the first one's commit.
 */
async function takeTurns(tx: Tx, now: number): Promise<void> {
  const key = { action: 'users.ensureAdmin', by: 'system', requestId: 'turn', input: null };
  await once(tx, key, now, async () => null);
}
