import { generateKeyPairSync } from 'node:crypto';
import { type Config, loadConfig } from '../../common/config.ts';
import { silentLogger } from '../../common/logger.ts';
import { createLocalPulse, type Pulse } from '../../common/pulse/index.ts';
import { createAccounts } from '../../grpc/accounts.ts';
import { type Database, dbSchema, type Schema } from '../../grpc/db/index.ts';
import { Users1763770000002 } from '../../grpc/db/migrations/0002-users.ts';
import { Sessions1763770000017 } from '../../grpc/db/migrations/0017-sessions.ts';
import { Accounts1763770000018 } from '../../grpc/db/migrations/0018-accounts.ts';
import { Mails1763770000019 } from '../../grpc/db/migrations/0019-mails.ts';
import { Files1763770000020 } from '../../grpc/db/migrations/0020-files.ts';
import { ProfileImages1763770000021 } from '../../grpc/db/migrations/0021-profile-images.ts';
import { Social1763770000022 } from '../../grpc/db/migrations/0022-social.ts';
import { SecondFactors1763770000023 } from '../../grpc/db/migrations/0023-second-factors.ts';
import { Vault1763770000024 } from '../../grpc/db/migrations/0024-vault.ts';
import { SealedAccounts1763770000025 } from '../../grpc/db/migrations/0025-sealed-accounts.ts';
import { Profiles1763770000029 } from '../../grpc/db/migrations/0029-profiles.ts';
import { type Files, filesEntities } from '../../grpc/files/index.ts';
import type { CheckStanding } from '../../grpc/middleware/identify.ts';
import { type Notifications, notificationsEntities } from '../../grpc/notifications/index.ts';
import { privacyEntities } from '../../grpc/privacy/index.ts';
import { type Sessions, sessionsEntities } from '../../grpc/sessions/index.ts';
import { type Social, socialEntities } from '../../grpc/social/index.ts';
import { type Users, usersEntities } from '../../grpc/users/index.ts';
import { vaultEntities } from '../../grpc/vault/index.ts';
import { makeTempDir } from './temp-dir.ts';
import { testVault } from './vault.ts';

/** What accounts need of a database. */
export const accountsSchema: Schema = {
  entities: [
    ...dbSchema.entities,
    ...vaultEntities,
    ...privacyEntities,
    ...usersEntities,
    ...sessionsEntities,
    ...socialEntities,
    ...notificationsEntities,
    ...filesEntities,
  ],
  migrations: [
    ...dbSchema.migrations,
    Users1763770000002,
    Sessions1763770000017,
    Accounts1763770000018,
    Mails1763770000019,
    Files1763770000020,
    ProfileImages1763770000021,
    Social1763770000022,
    SecondFactors1763770000023,
    Vault1763770000024,
    SealedAccounts1763770000025,
    Profiles1763770000029,
  ],
};

/** A password that passes. */
export const goodPassword = 'correct horse battery';

/** From nowhere in particular. */
export const nowhere = { address: '', userAgent: '' };

/** A sign-up as most people leave it. */
export const plainSignUp = {
  password: goodPassword,
  phone: '',
  language: 'ko',
  tosVersion: '',
  marketingConsent: false,
  address: '',
} as const;

/** Accounts as one process has them, with a clock that only tests move. */
export interface TestAccounts {
  readonly users: Users;
  readonly sessions: Sessions;
  readonly social: Social;
  readonly notifications: Notifications;
  readonly files: Files;
  readonly checkStanding: CheckStanding;
  readonly pulse: Pulse;
  readonly config: Config;
  readonly dataDir: string;
  now(): number;
  /** Moves the clock on. */
  pass(ms: number): void;
  /** Signs up an account of that name, with `goodPassword`. */
  signUp(name: string): ReturnType<Users['signUp']>;
  /** Logs in with `goodPassword`, unless told. */
  logIn(email: string, password?: string): ReturnType<Sessions['logIn']>;
}

const key = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });

/** @param settings more of the environment */
export function createTestAccounts(
  db: Database,
  settings: Readonly<Record<string, string>> = {},
): TestAccounts {
  let now = Date.now();
  const pulse = createLocalPulse();
  const dataDir = makeTempDir('accounts');
  const config = loadConfig({
    ONAIR_ENV: 'test',
    DATA_DIR: dataDir,
    TOKEN_PRIVATE_KEY: key.toString(),
    SERVICE_SECRET: 'the secret of the processes of this test',
    ARGON2_MEMORY_KIB: '1024',
    ...settings,
  });
  const deps = {
    config,
    db,
    clock: { now: () => now },
    log: silentLogger(),
    vault: testVault,
    pulse,
  };
  const { users, sessions, social, notifications, files, checkStanding } = createAccounts(deps);
  return {
    users,
    sessions,
    social,
    notifications,
    files,
    checkStanding,
    pulse,
    config,
    dataDir,
    now: () => now,
    pass(ms) {
      now += ms;
    },
    signUp: (name) =>
      users.signUp({
        ...plainSignUp,
        requestId: `sign-up-${name}`,
        email: `${name}@example.com`,
        name,
      }),
    logIn: (email, password = goodPassword) => sessions.logIn({ email, password, client: nowhere }),
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
