import { resolve } from 'node:path';
import { z } from 'zod';
import { parseNetworks } from './client-address.ts';

const port = (fallback: number) => z.coerce.number().int().min(0).max(65_535).default(fallback);
const count = (fallback: number, min = 1, max = 1_000_000_000) =>
  z.coerce.number().int().min(min).max(max).default(fallback);
const flag = z.enum(['true', 'false']).transform((value) => value === 'true');
const url = (...protocols: string[]) =>
  z.string().refine((value) => protocols.includes(URL.parse(value)?.protocol ?? ''), {
    message: `must be a URL that starts with ${protocols.map((each) => `${each}//`).join(' or ')}`,
  });

/** Origins as browsers write them; anything else would never match, and silently so. */
const origins = z
  .string()
  .default('')
  .refine(
    (value) =>
      value
        .split(',')
        .map((each) => each.trim())
        .every((each) => each === '' || URL.parse(each)?.origin === each),
    { message: 'must be origins as https://shop.example, comma-separated' },
  );
const networks = z
  .string()
  .default('')
  .superRefine((value, context) => {
    try {
      parseNetworks(value);
    } catch (error) {
      context.addIssue(error instanceof Error ? error.message : 'is no list of networks');
    }
  });

/** What the stand-in for the card company takes for a key. */
const sandboxSecretKey = 'test_sk_sandbox';
/** And that for the Tax Service. */
const sandboxNtsKey = 'sandbox-service-key';
/** And that of banks. */
const sandboxBankKey = 'sandbox-bank-key';

/** What the stand-ins of social providers take for keys begins so. */
export const standInKeyPrefix = 'sandbox-';

/** Every setting, by the name it has in the environment. `.env.example` says what each is for. */
const schema = z.object({
  ONAIR_ENV: z.enum(['development', 'test', 'production']).default('development'),
  DATA_DIR: z.string().min(1).default('data'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  LOG_FILE: z.string().optional(),
  SHUTDOWN_TIMEOUT_MS: count(10_000),

  API_HOST: z.string().default('127.0.0.1'),
  API_PORT: port(3000),
  REALTIME_HOST: z.string().default('127.0.0.1'),
  REALTIME_PORT: port(2567),
  REALTIME_TRANSPORT: z.enum(['auto', 'uws', 'ws']).default('auto'),
  REALTIME_PUBLIC_ADDRESS: z.string().optional(),
  GRPC_HOST: z.string().default('127.0.0.1'),
  GRPC_PORT: port(50_051),
  GRPC_ADDRESS: z.string().optional(),
  SANDBOX_HOST: z.string().default('127.0.0.1'),
  SANDBOX_PORT: port(4010),

  DATABASE_URL: url('mysql:', 'mariadb:').optional(),
  DATABASE_READ_URL: url('mysql:', 'mariadb:').optional(),
  DATABASE_POOL: count(10, 1, 500),
  DATABASE_MIGRATE: flag.default(true),
  REDIS_URL: url('redis:', 'rediss:').optional(),

  SERVICE_SECRET: z.string().min(32).optional(),
  TOKEN_PRIVATE_KEY: z.string().optional(),
  ACCESS_TOKEN_SECONDS: count(600, 1),
  SIGNING_KEY_DAYS: count(90, 1, 3_650),
  SIGNING_KEY_LEAD_SECONDS: count(300, 5, 86_400),
  REFRESH_TOKEN_DAYS: count(30, 1, 365),
  MASTER_KEY_FILE: z.string().min(1).optional(),
  OLD_MASTER_KEY_FILE: z.string().min(1).optional(),
  KMS_KEY_ID: z.string().min(1).max(290).optional(),
  OLD_KMS_KEY_ID: z.string().min(1).max(290).optional(),
  KMS_REGION: z.string().min(1).default('ap-northeast-2'),
  KMS_ENDPOINT: url('http:', 'https:').optional(),
  PERSONAL_DATA_READ_DAYS: count(1_095, 1, 36_500),
  ADMIN_EMAIL: z.email().default('admin@onair.local'),
  ADMIN_PASSWORD: z.string().min(8).max(128).optional(),
  ARGON2_MEMORY_KIB: count(19_456, 1_024),
  ADMIN_TOTP_REQUIRED: flag.default(false),
  LOGIN_FREE_FAILURES: count(5, 1, 1_000),
  LOGIN_FIRST_DELAY_SECONDS: count(1, 1, 3_600),
  LOGIN_MAX_DELAY_SECONDS: count(900, 1, 86_400),
  SEED_DEMO: flag.optional(),

  SMTP_URL: url('smtp:', 'smtps:').optional(),
  MAIL_FROM: z.string().min(3).max(200).default('Onair <no-reply@onair.local>'),
  SMTP_TIMEOUT_MS: count(10_000),
  WEB_URL: url('http:', 'https:').default('http://127.0.0.1:3000'),
  SIGN_UPS_PER_HOUR: count(500),
  ACCOUNT_MAILS_PER_HOUR: count(5),
  EXPORTS_PER_DAY: count(3),

  S3_BUCKET: z.string().min(3).max(63).optional(),
  S3_PUBLIC_BUCKET: z.string().min(3).max(63).optional(),
  S3_REGION: z.string().min(1).default('ap-northeast-2'),
  S3_ENDPOINT: url('http:', 'https:').optional(),
  S3_PUBLIC_ENDPOINT: url('http:', 'https:').optional(),
  S3_ACCESS_KEY: z.string().min(1).optional(),
  S3_SECRET_KEY: z.string().min(1).optional(),
  S3_TIMEOUT_MS: count(10_000),
  FILES_URL: url('http:', 'https:').optional(),
  UPLOADS_PER_HOUR: count(300),
  SOCIAL_REDIRECT_URIS: z.string().default(''),
  SOCIAL_TIMEOUT_MS: count(8_000, 100, 60_000),
  KAKAO_REST_KEY: z.string().optional(),
  KAKAO_CLIENT_SECRET: z.string().optional(),
  KAKAO_ADMIN_KEY: z.string().optional(),
  KAKAO_AUTH_URL: url('http:', 'https:').optional(),
  KAKAO_API_URL: url('http:', 'https:').optional(),
  X_CLIENT_ID: z.string().optional(),
  X_CLIENT_SECRET: z.string().optional(),
  X_SCOPES: z.string().min(1).default('tweet.read users.read users.email'),
  X_AUTH_URL: url('http:', 'https:').optional(),
  X_API_URL: url('http:', 'https:').optional(),

  PAYMENT_DEADLINE_SECONDS: count(600, 1, 86_400),
  POINTS_TERM_DAYS: count(365, 1, 3_650),
  TOSS_BASE_URL: url('http:', 'https:').optional(),
  TOSS_SECRET_KEY: z.string().min(1).default(sandboxSecretKey),
  TOSS_TIMEOUT_MS: count(10_000),

  NTS_BASE_URL: url('http:', 'https:').optional(),
  NTS_SERVICE_KEY: z.string().min(1).default(sandboxNtsKey),
  NTS_TIMEOUT_MS: count(10_000),
  BANK_INQUIRY_BASE_URL: url('http:', 'https:').optional(),
  BANK_INQUIRY_KEY: z.string().min(1).default(sandboxBankKey),
  BANK_INQUIRY_TIMEOUT_MS: count(10_000),

  CHAT_PURCHASE_WINDOW_MS: count(3_000, 0, 60_000),
  CHAT_RETENTION_DAYS: count(0, 0, 36_500),

  QUEUE_LIMIT: count(20_000),
  QUEUE_WAIT_MS: count(2_000),
  JOB_POLL_MS: count(250, 10),
  CORS_ORIGINS: origins,
  RATE_LIMIT_PER_MINUTE: count(6_000),
  RATE_LIMIT_WRITES_PER_MINUTE: count(1_200),
  RATE_LIMIT_MONEY_PER_MINUTE: count(300),
  RATE_LIMIT_ACCOUNTS_PER_MINUTE: count(3_000),
  RATE_LIMIT_WEBHOOKS_PER_MINUTE: count(6_000),
  RATE_LIMIT_UPLOADS_PER_MINUTE: count(60),
  ADMIN_ADDRESSES: networks,
  API_RECEIVE_TIMEOUT_MS: count(10_000, 100, 600_000),
  API_MAX_LOOP_DELAY_MS: count(1_000, 50, 60_000),
  TRUST_PROXY: flag.default(false),
  REALTIME_TRUSTED_PROXIES: z.string().default(''),
  ADDRESS_JOINS_PER_MINUTE: count(3_000),
  ADDRESS_UNUSED_SEATS: count(500),
  ADDRESS_CONNECTIONS: count(5_000),
  USER_JOINS_PER_MINUTE: count(120),
  USER_CONNECTIONS: count(30),
  HANDOVER_PER_SECOND: count(200),
  ROOM_CAPACITY: count(2_000, 1, 100_000),
  ROOM_PATCH_MS: count(50, 10, 1_000),
  ROOM_CHAT_MS: count(100, 10, 1_000),
  ROOM_MESSAGES_PER_SECOND: count(20),
  ROOM_SHOWN_MESSAGES_PER_SECOND: count(100, 0, 2_000),
});

/** The name of every setting. */
export const settingNames: readonly string[] = Object.keys(schema.shape);

/** Every setting, parsed. */
export type Settings = z.output<typeof schema>;

/** What the processes run with: the settings, and what follows from them. */
export interface Config extends Omit<Settings, 'SEED_DEMO' | 'FILES_URL'> {
  /** Whether everything lives in this process and its data folder. */
  readonly embedded: boolean;
  readonly SEED_DEMO: boolean;
  /** Where public files are read, without a slash at its end. */
  readonly FILES_URL: string;
}

/** The environment can't be run with. The message lists every problem at once. */
export class ConfigError extends Error {
  constructor(problems: readonly string[]) {
    super(`Onair can't start with these settings:\n${problems.map((p) => `  - ${p}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/**
 * Reads the settings once. Empty variables count as absent.
 * @throws ConfigError with every problem found
 */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(present);
  const problems = [
    ...(parsed.error?.issues ?? []).map((issue) => `${issue.path.join('.')}: ${issue.message}`),
    ...storeProblems(present),
    ...(present.ONAIR_ENV === 'production' ? productionProblems(present) : []),
  ];
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  const settings = parsed.data;
  const embedded = settings.DATABASE_URL === undefined;
  return {
    ...settings,
    DATA_DIR: resolve(settings.DATA_DIR),
    embedded,
    FILES_URL: (settings.FILES_URL ?? `http://127.0.0.1:${settings.API_PORT}/files`).replace(
      /\/+$/,
      '',
    ),
    SEED_DEMO: settings.SEED_DEMO ?? (embedded && settings.ONAIR_ENV === 'development'),
  };
}

type Environment = Readonly<Partial<Record<keyof Settings, string | undefined>>>;

/** The object store is there as a whole or not at all. */
function storeProblems(env: Environment): string[] {
  const problems: string[] = [];
  const production = env.ONAIR_ENV === 'production';
  const parts = ['S3_BUCKET', 'S3_PUBLIC_BUCKET', 'S3_ACCESS_KEY', 'S3_SECRET_KEY'] as const;
  const missing = parts.filter((name) => env[name] === undefined);
  if (!production && missing.length > 0 && missing.length < parts.length) {
    problems.push(...missing.map((name) => `${name}: required where another S3 setting is set`));
  }
  if (env.S3_BUCKET !== undefined && env.S3_BUCKET === env.S3_PUBLIC_BUCKET) {
    problems.push('S3_PUBLIC_BUCKET: must be another bucket, as anyone may read what is in it');
  }
  return problems;
}

/** Production never falls back to what is meant for a developer's machine. */
function productionProblems(env: Environment): string[] {
  const problems: string[] = [];
  const need = (name: keyof Settings, why: string) => {
    if (env[name] === undefined) problems.push(`${name}: required in production, ${why}`);
  };
  need('DATABASE_URL', 'the embedded database serves one process only');
  need('REDIS_URL', 'processes need it to hear of each other');
  need('SERVICE_SECRET', 'it proves that a call comes from one of our own processes');
  need('TOKEN_PRIVATE_KEY', 'it signs access tokens');
  if (env.KMS_KEY_ID === undefined) {
    need('MASTER_KEY_FILE', 'or KMS_KEY_ID: personal data is encrypted under it');
  } else if (env.MASTER_KEY_FILE !== undefined) {
    problems.push('KMS_KEY_ID: MASTER_KEY_FILE is set too, and only one can be the master key');
  }
  if (env.KMS_ENDPOINT !== undefined && !/^https:/i.test(env.KMS_ENDPOINT)) {
    problems.push('KMS_ENDPOINT: must be https in production');
  }
  need('ADMIN_PASSWORD', 'the first administrator logs in with it');
  need('SMTP_URL', 'people must get their mails');
  need('MAIL_FROM', 'mail servers refuse a sender that does not exist');
  need('WEB_URL', 'links in mails lead there');
  need('S3_BUCKET', 'files on one machine’s disk are not there for the others');
  need('S3_PUBLIC_BUCKET', 'public files lie apart from private ones');
  need('S3_ACCESS_KEY', 'it signs uploads');
  need('S3_SECRET_KEY', 'it signs uploads');
  need('FILES_URL', 'pictures are read there');
  if (env.FILES_URL !== undefined && !/^https:/i.test(env.FILES_URL)) {
    problems.push('FILES_URL: must be https in production');
  }
  need('TOSS_BASE_URL', 'payments must not go to the stand-in');
  if (env.TOSS_BASE_URL !== undefined && !/^https:/i.test(env.TOSS_BASE_URL)) {
    problems.push('TOSS_BASE_URL: must be https in production');
  }
  if (env.TOSS_SECRET_KEY === undefined || env.TOSS_SECRET_KEY === sandboxSecretKey) {
    problems.push('TOSS_SECRET_KEY: required in production, the default is the stand-in’s');
  }
  need('BANK_INQUIRY_BASE_URL', 'bank accounts must not be checked at the stand-in');
  if (env.BANK_INQUIRY_BASE_URL !== undefined && !/^https:/i.test(env.BANK_INQUIRY_BASE_URL)) {
    problems.push('BANK_INQUIRY_BASE_URL: must be https in production');
  }
  if (env.BANK_INQUIRY_KEY === undefined || env.BANK_INQUIRY_KEY === sandboxBankKey) {
    problems.push('BANK_INQUIRY_KEY: required in production, the default is the stand-in’s');
  }
  need('NTS_BASE_URL', 'businesses must not be checked at the stand-in');
  if (env.NTS_BASE_URL !== undefined && !/^https:/i.test(env.NTS_BASE_URL)) {
    problems.push('NTS_BASE_URL: must be https in production');
  }
  if (env.NTS_SERVICE_KEY === undefined || env.NTS_SERVICE_KEY === sandboxNtsKey) {
    problems.push('NTS_SERVICE_KEY: required in production, the default is the stand-in’s');
  }
  problems.push(...socialProblems(env));
  if (env.SEED_DEMO === 'true') {
    problems.push('SEED_DEMO: demo accounts must not exist in production');
  }
  return problems;
}

/** Without a key a provider is off. With one, none of it may be the stand-in's. */
function socialProblems(
  env: Readonly<Partial<Record<keyof Settings, string | undefined>>>,
): string[] {
  const problems: string[] = [];
  for (const name of ['KAKAO_AUTH_URL', 'KAKAO_API_URL', 'X_AUTH_URL', 'X_API_URL'] as const) {
    const value = env[name];
    if (value !== undefined && !/^https:/i.test(value)) {
      problems.push(`${name}: must be https in production`);
    }
  }
  for (const name of ['KAKAO_REST_KEY', 'KAKAO_ADMIN_KEY', 'X_CLIENT_ID'] as const) {
    if (env[name]?.startsWith(standInKeyPrefix) === true) {
      problems.push(`${name}: must not be the stand-in’s in production`);
    }
  }
  if (env.KAKAO_REST_KEY !== undefined && env.KAKAO_ADMIN_KEY === undefined) {
    problems.push('KAKAO_ADMIN_KEY: goes with KAKAO_REST_KEY, Kakao is told of unlinks with it');
  }
  const addresses = (env.SOCIAL_REDIRECT_URIS ?? '').split(',').map((address) => address.trim());
  if (addresses.some((address) => URL.parse(address)?.protocol === 'http:')) {
    problems.push('SOCIAL_REDIRECT_URIS: must be https, or an app’s own scheme, in production');
  }
  return problems;
}
