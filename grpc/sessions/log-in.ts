import { DomainError } from '../../common/errors/index.ts';
import type { Tx } from '../db/index.ts';
import type { User } from '../users/index.ts';
import type { ClientInfo } from './client-info.ts';
import { noteAttempt } from './login-attempts.ts';
import {
  type Admission,
  admitIn,
  completeAdmission,
  outcomeOf,
} from './second-factor/challenge.ts';
import type { SessionsDeps } from './sessions-deps.ts';
import type { Tokens } from './tokens.ts';

/** Credentials. */
export interface LogInInput {
  readonly email: string;
  readonly password: string;
  readonly client: ClientInfo;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens a session. An unknown e-mail, an account without a password and a wrong password are
 * answered alike and after the same work; each counts as a failure and is noted for admins.
 * @throws DomainError BAD_CREDENTIALS; RATE_LIMITED with `retryAfterMs` after too many failures;
 *   ACCOUNT_SUSPENDED, to who knows the password; SECOND_FACTOR_REQUIRED with a `challenge`
 * @throws Overloaded when too many passwords wait to be checked
 */
export async function logIn(deps: SessionsDeps, input: LogInInput): Promise<Tokens> {
  const attempt = await begin(deps, input);
  const checked = await deps.users.checkPassword(input).catch(async (error: unknown) => {
    await attempt.undo();
    throw error;
  });
  const now = deps.clock.now();
  const outcome = await deps.db.transaction(
    async (tx): Promise<Admission | 'bad_credentials' | 'suspended'> => {
      const { userId, proof } = checked;
      const user =
        userId === undefined || proof === undefined
          ? undefined
          : await deps.users.lockForLoginIn(tx, userId, proof);
      const answer = await admit(tx, user);
      const said = typeof answer === 'string' ? answer : outcomeOf(answer);
      await noteAttempt(deps, tx, userId, input.client, said, now);
      return answer;
    },
  );
  if (outcome === 'bad_credentials') {
    throw new DomainError('BAD_CREDENTIALS', 'wrong e-mail or password');
  }
  await attempt.succeeded();
  if (outcome === 'suspended') {
    throw new DomainError('ACCOUNT_SUSPENDED', 'the account is suspended');
  }
  return completeAdmission(deps, outcome, now);

  async function admit(tx: Tx, user: User | undefined) {
    if (user === undefined) return 'bad_credentials';
    return user.suspended ? 'suspended' : admitIn(deps, tx, user, input.client, now);
  }
}

async function begin(deps: SessionsDeps, { email, client }: LogInInput) {
  const { limits, users, db, clock } = deps;
  const emailKey = users.emailKeyOf(email);
  try {
    return await limits.begin(emailKey, client.address);
  } catch (error) {
    if (await limits.isWorthNoting(emailKey, client.address)) {
      const userId = await users.findIdByEmail(email);
      await db.transaction((tx) => noteAttempt(deps, tx, userId, client, 'limited', clock.now()));
    }
    throw error;
  }
}
