import { setImmediate } from 'node:timers/promises';
import { type Actor, anonymous } from '../../common/auth/index.ts';
import { loadConfig } from '../../common/config.ts';
import { silentLogger } from '../../common/logger.ts';
import { until } from '../../test/kit/until.ts';
import { createEdgeAlone, type EdgeAlone, problemOf } from '../app-for-tests.ts';
import { createFastify } from '../create-fastify.ts';
import { listEndpoints } from '../spec.ts';
import { isForAdmins } from './admin-addresses.ts';
import { addHttps } from './https.ts';
import { permit } from './permit.ts';
import { bodyBytes, classOf } from './route-class.ts';

const edges: EdgeAlone[] = [];
async function edgeWith(env: Record<string, string>): Promise<EdgeAlone['app']> {
  const edge = await createEdgeAlone(env);
  edges.push(edge);
  return edge.app;
}
afterAll(async () => {
  for (const edge of edges) await edge.close();
});

const json = { 'content-type': 'application/json' };

describe('the class of a route', () => {
  const classes = Object.fromEntries(
    listEndpoints().map(({ operationId, endpoint }) => [operationId, classOf(endpoint)]),
  );

  it('is what an endpoint does, and to whom', () => {
    expect(classes).toMatchObject({
      getMe: 'reads',
      getOrders: 'reads',
      logIn: 'accounts',
      refreshSession: 'accounts',
      signUp: 'accounts',
      requestPasswordReset: 'accounts',
      resetPassword: 'accounts',
      requestEmailVerification: 'accounts',
      placeOrder: 'money',
      cancelOrder: 'money',
      payOrder: 'money',
      chargePoints: 'money',
      loginWithKakao: 'accounts',
      createUpload: 'uploads',
      createProduct: 'writes',
      followSeller: 'writes',
    });
  });
});

describe('limits', () => {
  it('are told with every answer, each class by itself, and refused past them', async () => {
    const app = await edgeWith({ RATE_LIMIT_PER_MINUTE: '2', RATE_LIMIT_ACCOUNTS_PER_MINUTE: '1' });
    const read = () => app.inject({ url: '/v1/me' });
    const logIn = () =>
      app.inject({ method: 'POST', url: '/v1/sessions', headers: json, payload: '{}' });
    expect((await read()).headers).toMatchObject({
      'ratelimit-policy': '"reads";q=2;w=60',
      ratelimit: '"reads";r=1;t=60',
    });
    // Addresses that don't exist count as well.
    expect((await app.inject({ url: '/v1/nothing' })).statusCode).toBe(404);
    const refused = await read();
    expect(problemOf(refused)).toMatchObject({
      status: 429,
      code: 'RATE_LIMITED',
      details: { class: 'reads' },
    });
    expect(refused.headers.ratelimit).toMatch(/^"reads";r=0;t=\d+$/);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect((await logIn()).statusCode).toBe(400);
    expect(problemOf(await logIn())).toMatchObject({ status: 429, details: { class: 'accounts' } });
    expect((await app.inject({ url: '/health/live' })).statusCode).toBe(200);
  });

  it('are of an address in any spelling, and of the /64 of one of IPv6', async () => {
    const app = await edgeWith({ RATE_LIMIT_PER_MINUTE: '9' });
    const leftFor = async (remoteAddress: string) => {
      const { headers } = await app.inject({ url: '/v1/me', remoteAddress });
      return Number(/;r=(\d+)/.exec(String(headers.ratelimit))?.[1]);
    };
    expect(await leftFor('203.0.113.5')).toBe(8);
    expect(await leftFor('::ffff:203.0.113.5')).toBe(7);
    expect(await leftFor('203.0.113.6')).toBe(8);
    expect(await leftFor('2001:db8:1:2::1')).toBe(8);
    expect(await leftFor('2001:db8:1:2:ffff::9')).toBe(7);
    expect(await leftFor('2001:db8:1:3::1')).toBe(8);
  });
});

describe('bodies', () => {
  it('may be as large as their class allows', async () => {
    const app = await edgeWith({});
    const post = (url: string, bytes: number) =>
      app.inject({ method: 'POST', url, headers: json, payload: `"${'a'.repeat(bytes - 2)}"` });
    expect(problemOf(await post('/v1/users', bodyBytes.accounts)).code).toBe('INVALID_ARGUMENT');
    expect(problemOf(await post('/v1/users', bodyBytes.accounts + 1))).toMatchObject({
      status: 413,
      code: 'PAYLOAD_TOO_LARGE',
    });
  });
});

describe('the endpoints of admins', () => {
  const url = '/v1/dead-jobs';
  const from = (app: EdgeAlone['app'], remoteAddress: string, forwarded?: string) =>
    app.inject({
      url,
      remoteAddress,
      headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
    });
  const codeOf = async (answer: ReturnType<typeof from>) => problemOf(await answer).code;
  const listed = 'private, 203.0.113.0/24, 2001:db8::/48';

  it('answer only from the networks that are listed, by any spelling of an address', async () => {
    const app = await edgeWith({ ADMIN_ADDRESSES: listed });
    for (const inside of ['203.0.113.9', '::ffff:203.0.113.9', '2001:db8:0:9::1', '10.1.2.3']) {
      expect(await codeOf(from(app, inside))).toBe('UNAUTHENTICATED');
    }
    for (const outside of ['203.0.114.9', '::ffff:198.51.100.1', '2001:db8:1::1']) {
      expect(await codeOf(from(app, outside))).toBe('PERMISSION_DENIED');
    }
    const anyone = await app.inject({ url: '/v1/me', remoteAddress: '198.51.100.1' });
    expect(problemOf(anyone).code).toBe('UNAUTHENTICATED');
  });

  it('believe the proxy about an address, and nobody else', async () => {
    const direct = await edgeWith({ ADMIN_ADDRESSES: '203.0.113.0/24' });
    expect(await codeOf(from(direct, '198.51.100.1', '203.0.113.9'))).toBe('PERMISSION_DENIED');
    const behind = await edgeWith({ ADMIN_ADDRESSES: '203.0.113.0/24', TRUST_PROXY: 'true' });
    expect(await codeOf(from(behind, '10.0.0.1', '203.0.113.9'))).toBe('UNAUTHENTICATED');
    expect(await codeOf(from(behind, '10.0.0.1', '203.0.113.9, 198.51.100.1'))).toBe(
      'PERMISSION_DENIED',
    );
    expect(await codeOf(from(behind, '198.51.100.1', '203.0.113.9'))).toBe('PERMISSION_DENIED');
  });

  it('are those that the table opens to admins alone', () => {
    const seller: Actor = {
      ...{ kind: 'user', userId: 'usr_1', sessionId: 'ses_1', name: 'x' },
      roles: ['viewer', 'seller'],
    };
    for (const { endpoint } of listEndpoints()) {
      const opens = [anonymous, seller].some((actor) => {
        try {
          return permit({ known: true, actor }, endpoint.action) === actor;
        } catch {
          return false;
        }
      });
      expect(isForAdmins(endpoint.action)).toBe(!opens);
    }
  });
});

describe('sites', () => {
  let app: EdgeAlone['app'];
  beforeAll(async () => {
    app = await edgeWith({ CORS_ORIGINS: 'https://a.example, https://shop.example' });
  });
  const ask = (method: 'GET' | 'OPTIONS', origin: string) =>
    app.inject({
      ...{ method, url: '/v1/me' },
      headers: { origin, 'access-control-request-method': 'POST' },
    });
  const corsHeaders = (headers: Readonly<Record<string, unknown>>) =>
    Object.keys(headers).filter((name) => name.startsWith('access-control-'));

  it.each([
    'https://evil.example',
    'https://shop.example.evil.example',
    'http://shop.example',
    'null',
  ])('that are not listed, like %s, are told nothing', async (origin) => {
    const preflight = await ask('OPTIONS', origin);
    const plain = await ask('GET', origin);
    for (const { headers } of [preflight, plain]) {
      expect(corsHeaders(headers)).toEqual([]);
      expect(headers.vary).toContain('Origin');
    }
    expect(problemOf(preflight).code).toBe('METHOD_NOT_ALLOWED');
  });

  it('that are listed may read answers and refusals', async () => {
    const { headers } = await ask('GET', 'https://shop.example');
    expect(headers['access-control-allow-origin']).toBe('https://shop.example');
    expect(headers['access-control-expose-headers']).toContain('ratelimit');
  });

  it.each(['*', 'shop.example', 'https://shop.example/', 'https://shop.example/path'])(
    'are not listed as %s',
    (origins) => {
      expect(() => loadConfig({ CORS_ORIGINS: origins })).toThrow('CORS_ORIGINS');
    },
  );
});

describe('plain HTTP in production, behind a proxy', () => {
  const config = {
    ...loadConfig({ ONAIR_ENV: 'test', TRUST_PROXY: 'true' }),
    ONAIR_ENV: 'production' as const,
  };
  const app = createFastify(config, silentLogger());
  addHttps(app, config);
  app.all('/v1/me', async () => ({ reached: true }));
  afterAll(() => app.close());

  const ask = (method: 'GET' | 'POST', proto: string | undefined, remoteAddress = '10.0.0.1') =>
    app.inject({
      ...{ method, url: '/v1/me?a=1', remoteAddress },
      headers: {
        host: 'onair.example',
        ...(proto === undefined ? {} : { 'x-forwarded-proto': proto }),
      },
    });

  it('leads readers to https, and refuses what was sent', async () => {
    const read = await ask('GET', 'http');
    expect([read.statusCode, read.headers.location]).toEqual([
      308,
      'https://onair.example/v1/me?a=1',
    ]);
    expect((await ask('POST', 'http')).json()).toMatchObject({ code: 'PERMISSION_DENIED' });
  });

  it('is none of what came by https, or from our own side of the proxy', async () => {
    for (const answer of [await ask('GET', 'https'), await ask('POST', undefined)]) {
      expect(answer.json()).toEqual({ reached: true });
    }
  });
});

test('a process that can’t keep up says so, and when to come back', async () => {
  const app = await edgeWith({ API_MAX_LOOP_DELAY_MS: '50' });
  const answer = await until('it is under pressure', async () => {
    for (const end = performance.now() + 150; performance.now() < end; );
    await setImmediate();
    const response = await app.inject({ url: '/v1/me' });
    return response.statusCode === 503 ? response : undefined;
  });
  expect(problemOf(answer)).toMatchObject({ code: 'OVERLOADED' });
  expect(answer.headers['retry-after']).toBe('1');
  expect((await app.inject({ url: '/health/live' })).statusCode).toBe(200);
});
