import { generateKeyPairSync } from 'node:crypto';
import { loadConfig } from '../../common/config.ts';
import { silentLogger } from '../../common/logger.ts';
import { createLocalPulse } from '../../common/pulse/index.ts';
import { type Database, JobRow, RequestRow, type Schema } from '../db/index.ts';
import { JobsAndRequests1763770000001 } from '../db/migrations/0001-jobs-and-requests.ts';
import { Users1763770000002 } from '../db/migrations/0002-users.ts';
import { createUsers, type Users, usersEntities } from './index.ts';

/** What this domain needs of a database. */
export const usersSchema: Schema = {
  entities: [RequestRow, JobRow, ...usersEntities],
  migrations: [JobsAndRequests1763770000001, Users1763770000002],
};

/** A password that passes. */
export const goodPassword = 'correct horse battery';

/** The domain as one process has it, with a clock that only tests move. */
export interface TestUsers {
  readonly users: Users;
  /** Moves the clock on. */
  pass(ms: number): void;
  /** Signs up an account of that name, with `goodPassword`. */
  signUp(name: string): ReturnType<Users['signUp']>;
}

const key = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });

/** @param settings more of the environment */
export function createTestUsers(
  db: Database,
  settings: Readonly<Record<string, string>> = {},
): TestUsers {
  let now = Date.now();
  const users = createUsers({
    config: loadConfig({
      ONAIR_ENV: 'test',
      TOKEN_PRIVATE_KEY: key.toString(),
      ARGON2_MEMORY_KIB: '1024',
      ...settings,
    }),
    db,
    clock: { now: () => now },
    log: silentLogger(),
    pulse: createLocalPulse(),
  });
  return {
    users,
    pass(ms) {
      now += ms;
    },
    signUp: (name) =>
      users.signUp({
        requestId: `sign-up-${name}`,
        email: `${name}@example.com`,
        password: goodPassword,
        name,
        phone: '',
      }),
  };
}

/** The codes that the rejected ones were refused with. */
export function refusalsOf(settled: readonly PromiseSettledResult<unknown>[]): unknown[] {
  return settled.flatMap((one) => (one.status === 'rejected' ? [one.reason.code] : []));
}

/** The values of those that were fulfilled. */
export function answersOf<Value>(settled: readonly PromiseSettledResult<Value>[]): Value[] {
  return settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
}
