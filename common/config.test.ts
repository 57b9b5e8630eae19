import { resolve } from 'node:path';
import { ConfigError, loadConfig } from './config.ts';

const production = {
  ONAIR_ENV: 'production',
  DATABASE_URL: 'mysql://onair@db/onair',
  REDIS_URL: 'rediss://redis:6379',
  SERVICE_SECRET: 's'.repeat(32),
  TOKEN_PRIVATE_KEY: 'a key',
  MASTER_KEY_FILE: '/run/secrets/master-key',
  ADMIN_PASSWORD: 'long enough',
  SMTP_URL: 'smtps://onair@mail',
  MAIL_FROM: 'Onair <no-reply@onair.kr>',
  WEB_URL: 'https://onair.kr',
  S3_BUCKET: 'onair-files',
  S3_PUBLIC_BUCKET: 'onair-public',
  S3_ACCESS_KEY: 'AKIA1',
  S3_SECRET_KEY: 'a secret',
  FILES_URL: 'https://files.onair.kr',
  TOSS_BASE_URL: 'https://api.tosspayments.com',
  TOSS_SECRET_KEY: 'live_sk_1',
  NTS_BASE_URL: 'https://api.odcloud.kr',
  NTS_SERVICE_KEY: 'issued+key==',
  BANK_INQUIRY_BASE_URL: 'https://bank.example.kr',
  BANK_INQUIRY_KEY: 'issued',
};

/** The lines of what is wrong with an environment. */
function problemsOf(env: Record<string, string | undefined>): string[] {
  try {
    loadConfig(env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message.split('\n').slice(1);
  }
  return [];
}

describe('loadConfig', () => {
  it('runs embedded with demo data when nothing is set', () => {
    expect(loadConfig({})).toMatchObject({
      ONAIR_ENV: 'development',
      DATA_DIR: resolve('data'),
      embedded: true,
      SEED_DEMO: true,
      DATABASE_MIGRATE: true,
      API_PORT: 3000,
    });
  });

  it('seeds demo data only into an embedded developer’s database, unless told', () => {
    expect(loadConfig({ ONAIR_ENV: 'test' }).SEED_DEMO).toBe(false);
    expect(loadConfig({ ONAIR_ENV: 'test', SEED_DEMO: 'true' }).SEED_DEMO).toBe(true);
    expect(loadConfig({ SEED_DEMO: 'false' }).SEED_DEMO).toBe(false);
    const cluster = loadConfig({ DATABASE_URL: 'mariadb://db/onair' });
    expect(cluster).toMatchObject({ embedded: false, SEED_DEMO: false });
  });

  it('takes an empty variable for an absent one', () => {
    expect(loadConfig({ API_PORT: '', DATABASE_URL: '' })).toEqual(loadConfig({}));
  });

  it('takes the settings of the object store together or not at all', () => {
    const { S3_BUCKET, S3_PUBLIC_BUCKET, S3_ACCESS_KEY, S3_SECRET_KEY } = production;
    const store = { S3_BUCKET, S3_PUBLIC_BUCKET, S3_ACCESS_KEY, S3_SECRET_KEY };
    expect(problemsOf(store)).toEqual([]);
    for (const name of Object.keys(store)) {
      expect(problemsOf({ ...store, [name]: undefined })).toEqual([
        expect.stringContaining(`- ${name}: required`),
      ]);
    }
  });

  it('serves files of its own where no other place is named', () => {
    expect(loadConfig({ API_PORT: '4100' }).FILES_URL).toBe('http://127.0.0.1:4100/files');
    expect(loadConfig({ FILES_URL: 'https://cdn.example/' }).FILES_URL).toBe('https://cdn.example');
  });

  it('reads numbers and flags', () => {
    expect(loadConfig({ API_PORT: '0', DATABASE_MIGRATE: 'false' })).toMatchObject({
      API_PORT: 0,
      DATABASE_MIGRATE: false,
    });
  });

  it.each([
    ['API_PORT', '70000'],
    ['API_PORT', 'http'],
    ['DATABASE_URL', 'postgres://db/onair'],
    ['DATABASE_URL', 'not a url'],
    ['REDIS_URL', 'http://redis'],
    ['DATABASE_MIGRATE', 'yes'],
    ['DATABASE_POOL', '0'],
    ['SERVICE_SECRET', 'short'],
    ['ONAIR_ENV', 'staging'],
    ['LOG_LEVEL', 'loud'],
    ['PAYMENT_DEADLINE_SECONDS', '1.5'],
  ])('refuses %s=%s and names it', (name, value) => {
    expect(problemsOf({ [name]: value })).toEqual([expect.stringContaining(`- ${name}: `)]);
  });

  it('lists everything that is wrong at once', () => {
    const env = { ONAIR_ENV: 'production', API_PORT: 'x', LOG_LEVEL: 'loud', SEED_DEMO: 'true' };
    const named = problemsOf(env).map((line) => /- (\w+):/.exec(line)?.[1]);
    expect(named.toSorted()).toEqual([
      'ADMIN_PASSWORD',
      'API_PORT',
      'BANK_INQUIRY_BASE_URL',
      'BANK_INQUIRY_KEY',
      'DATABASE_URL',
      'FILES_URL',
      'LOG_LEVEL',
      'MAIL_FROM',
      'MASTER_KEY_FILE',
      'NTS_BASE_URL',
      'NTS_SERVICE_KEY',
      'REDIS_URL',
      'S3_ACCESS_KEY',
      'S3_BUCKET',
      'S3_PUBLIC_BUCKET',
      'S3_SECRET_KEY',
      'SEED_DEMO',
      'SERVICE_SECRET',
      'SMTP_URL',
      'TOKEN_PRIVATE_KEY',
      'TOSS_BASE_URL',
      'TOSS_SECRET_KEY',
      'WEB_URL',
    ]);
  });

  it('shows no value in its complaint, for it may be a secret', () => {
    const [problem] = problemsOf({ SERVICE_SECRET: 'hunter2' });
    expect(problem).not.toContain('hunter2');
  });
});

describe('production', () => {
  it('runs with everything it needs', () => {
    expect(loadConfig(production)).toMatchObject({ embedded: false, SEED_DEMO: false });
  });

  it.each(Object.keys(production).filter((name) => name !== 'ONAIR_ENV'))(
    'does not start without %s, also when it is empty',
    (name) => {
      for (const value of [undefined, '']) {
        expect(problemsOf({ ...production, [name]: value })).toEqual([
          expect.stringContaining(`- ${name}: required in production`),
        ]);
      }
    },
  );

  it.each([
    ['TOSS_BASE_URL', 'http://127.0.0.1:4010'],
    ['FILES_URL', 'http://files.onair.kr'],
    ['S3_PUBLIC_BUCKET', 'onair-files'],
    ['TOSS_SECRET_KEY', 'test_sk_sandbox'],
    ['BANK_INQUIRY_BASE_URL', 'http://127.0.0.1:4010'],
    ['BANK_INQUIRY_KEY', 'sandbox-bank-key'],
    ['NTS_BASE_URL', 'http://127.0.0.1:4010'],
    ['NTS_SERVICE_KEY', 'sandbox-service-key'],
    ['SEED_DEMO', 'true'],
    ['KAKAO_AUTH_URL', 'http://127.0.0.1:4010'],
    ['KAKAO_API_URL', 'http://127.0.0.1:4010'],
    ['X_AUTH_URL', 'http://127.0.0.1:4010'],
    ['X_API_URL', 'http://127.0.0.1:4010'],
    ['KAKAO_ADMIN_KEY', 'sandbox-kakao-admin-key'],
    ['X_CLIENT_ID', 'sandbox-x-client-id'],
    ['SOCIAL_REDIRECT_URIS', 'https://onair.kr/login,http://onair.kr/login'],
  ])('does not start with %s=%s', (name, value) => {
    expect(problemsOf({ ...production, [name]: value })).toEqual([
      expect.stringContaining(`- ${name}: `),
    ]);
  });

  it('takes Kakao with an admin key only, and addresses of apps', () => {
    const apart = { ...production, KAKAO_REST_KEY: 'a key' };
    expect(problemsOf(apart)).toEqual([expect.stringContaining('- KAKAO_ADMIN_KEY: goes with')]);
    const SOCIAL_REDIRECT_URIS = 'https://onair.kr/login, kr.onair.app://login';
    expect(problemsOf({ ...apart, KAKAO_ADMIN_KEY: 'another', SOCIAL_REDIRECT_URIS })).toEqual([]);
  });

  it('takes https however it is written', () => {
    expect(problemsOf({ ...production, TOSS_BASE_URL: 'HTTPS://api.tosspayments.com' })).toEqual(
      [],
    );
  });
});
