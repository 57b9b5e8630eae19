import type { InjectOptions } from 'fastify';
import { createEdgeAlone, type EdgeAlone, problemOf } from './app-for-tests.ts';

let edge: EdgeAlone;
beforeAll(async () => {
  edge = await createEdgeAlone({ CORS_ORIGINS: 'https://shop.example, https://studio.example' });
});
afterAll(() => edge.close());

const productId = 'prd_01K8ABCDEFGHJKMNPQRSTVWXYZ';
const json = { 'content-type': 'application/json' };
const signUp = { email: 'a@b.co', password: 'a good long one', name: '가나다' };
const ask = (options: InjectOptions) => edge.app.inject(options);
const post = (payload: string | object, headers: Record<string, string> = json) =>
  ask({ method: 'POST', url: '/v1/users', headers, payload });

describe('requests that cannot be read', () => {
  test.each<[string, InjectOptions, number, string]>([
    ['half JSON', { headers: json, payload: '{"email":' }, 400, 'MALFORMED_REQUEST'],
    ['no body', { headers: json }, 400, 'MALFORMED_REQUEST'],
    [
      'a poisoned prototype',
      { headers: json, payload: '{"__proto__":{}}' },
      400,
      'MALFORMED_REQUEST',
    ],
    [
      'plain text',
      { headers: { 'content-type': 'text/plain' }, payload: 'hi' },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    [
      'a form',
      { headers: { 'content-type': 'application/x-www-form-urlencoded' }, payload: 'a=1' },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    [
      'more than 64 KiB',
      { headers: json, payload: JSON.stringify('a'.repeat(65_536)) },
      413,
      'PAYLOAD_TOO_LARGE',
    ],
  ])('%s', async (_, options, status, code) => {
    const response = await ask({ method: 'POST', url: '/v1/users', ...options });
    expect(problemOf(response)).toMatchObject({ status, code });
  });

  test.each(['/v1/products/%zz', `/v1/products/prd_${'A'.repeat(200)}`])('%s', async (url) => {
    expect(problemOf(await ask({ url }))).toMatchObject({ code: 'MALFORMED_REQUEST' });
  });
});

describe('requests of the wrong shape', () => {
  test('are told each field that is wrong', async () => {
    const response = await post({ email: 'nobody', password: 7, nickname: 'x' });
    const problem = problemOf(response);
    expect(problem).toMatchObject({ status: 400, code: 'INVALID_ARGUMENT' });
    expect(problem.errors?.map(({ field, code }) => [field, code])).toEqual([
      ['body.email', 'invalid_format'],
      ['body.password', 'invalid_type'],
      ['body.name', 'invalid_type'],
      ['body.nickname', 'unrecognized_keys'],
    ]);
  });

  test.each<[string, InjectOptions, string]>([
    [
      'an id of another kind',
      { url: '/v1/products/usr_01K8ABCDEFGHJKMNPQRSTVWXYZ' },
      'path.productId',
    ],
    ['no such status', { url: '/v1/broadcasts?status=LIVE' }, 'query.status'],
    ['an empty page', { url: '/v1/products?pageSize=0' }, 'query.pageSize'],
    ['a huge page', { url: '/v1/products?pageSize=101' }, 'query.pageSize'],
    ['a page size that is no number', { url: '/v1/products?pageSize=ten' }, 'query.pageSize'],
    ['a parameter twice', { url: '/v1/products?pageSize=1&pageSize=2' }, 'query.pageSize'],
    ['a misspelt parameter', { url: '/v1/products?pagesize=5' }, 'query.pagesize'],
    [
      'two directions at once',
      { url: '/v1/broadcasts/brc_01K8ABCDEFGHJKMNPQRSTVWXYZ/messages?afterSeq=1&beforeSeq=2' },
      'query.beforeSeq',
    ],
    [
      'an idempotency key with a blank',
      {
        method: 'POST',
        url: '/v1/users',
        headers: { ...json, 'idempotency-key': 'a b' },
        payload: signUp,
      },
      'headers.idempotency-key',
    ],
    [
      'a name of control characters',
      { method: 'POST', url: '/v1/users', headers: json, payload: { ...signUp, name: 'a\u0000b' } },
      'body.name',
    ],
  ])('%s', async (_, options, field) => {
    const problem = problemOf(await ask(options));
    expect(problem).toMatchObject({ code: 'INVALID_ARGUMENT', errors: [{ field }] });
  });
});

describe('addresses', () => {
  test('one that does not exist is not found', async () => {
    expect(problemOf(await ask({ url: '/v1/nothing?secret=1' }))).toMatchObject({
      code: 'NOT_FOUND',
      detail: '/v1/nothing does not exist',
    });
  });

  test('one that exists says which methods it takes', async () => {
    const response = await ask({ method: 'PUT', url: `/v1/products/${productId}` });
    expect(problemOf(response)).toMatchObject({ status: 405, code: 'METHOD_NOT_ALLOWED' });
    expect(response.headers.allow).toBe('PATCH, GET, HEAD');
  });
});

describe('callers', () => {
  test.each(['/v1/me', '/v1/orders', '/v1/dead-jobs'])('%s is closed to strangers', async (url) => {
    const response = await ask({ url });
    expect(problemOf(response)).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
    expect(response.headers['www-authenticate']).toBe('Bearer realm="onair"');
  });

  test('a stranger’s body is not even read', async () => {
    const options = { method: 'POST', url: '/v1/products', headers: json, payload: '{' } as const;
    expect(problemOf(await ask(options)).code).toBe('UNAUTHENTICATED');
  });

  test.each(['Basic YTpi', 'Bearer', 'Bearer a b', 'token'])('%s is no token', async (header) => {
    const response = await ask({ url: '/v1/products', headers: { authorization: header } });
    expect(problemOf(response).code).toBe('UNAUTHENTICATED');
  });
});

describe('without the services', () => {
  test('requests are refused for now, and nothing is told of the inside', async () => {
    const response = await ask({ url: `/v1/products/${productId}` });
    expect(problemOf(response)).toMatchObject({ status: 503, code: 'UNAVAILABLE' });
    expect(response.headers['retry-after']).toBe('1');
    expect(response.body).not.toContain('127.0.0.1');
  });

  test('the process is alive and not ready', async () => {
    expect((await ask({ url: '/health/live' })).json()).toEqual({ status: 'live' });
    expect(problemOf(await ask({ url: '/health/ready' })).status).toBe(503);
  });
});

describe('every answer', () => {
  test('carries the request’s own id if it is well-formed, else a new one', async () => {
    const idFor = async (id: string) =>
      (await ask({ url: '/v1/me', headers: { 'x-request-id': id } })).headers['x-request-id'];
    expect(await idFor('from-proxy.1')).toBe('from-proxy.1');
    expect(await idFor('no spaces')).toMatch(/^req_/);
    expect(await idFor('a'.repeat(65))).toMatch(/^req_/);
  });

  test('speaks Korean, or English to those who ask', async () => {
    const at = (headers: Record<string, string>) => ask({ url: '/v1/me', headers });
    expect(problemOf(await at({})).title).toBe('로그인이 필요합니다.');
    const english = await at({ 'accept-language': 'en-US,en;q=0.9,ko;q=0.5' });
    expect(problemOf(english).title).toBe('Please log in.');
    expect(english.headers['content-language']).toBe('en');
  });

  test('tells browsers to load nothing, guess nothing and keep nothing', async () => {
    const { headers } = await ask({ url: '/v1/me' });
    expect(headers).toMatchObject({
      'content-security-policy': "default-src 'none';frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'cache-control': 'no-store',
    });
  });
});

describe('other sites', () => {
  const preflight = (origin: string) =>
    ask({
      method: 'OPTIONS',
      url: '/v1/orders',
      headers: { origin, 'access-control-request-method': 'POST' },
    });

  test('that are listed may ask from a browser', async () => {
    const { statusCode, headers } = await preflight('https://studio.example');
    expect(statusCode).toBe(204);
    expect(headers['access-control-allow-origin']).toBe('https://studio.example');
    expect(headers['access-control-allow-headers']).toContain('idempotency-key');
    expect(headers['access-control-allow-credentials']).toBeUndefined();
  });

  test.each(['https://evil.example', 'https://studio.example.evil.example', 'null'])(
    'that are not listed, like %s, may not',
    async (origin) => {
      const { headers } = await preflight(origin);
      expect(headers['access-control-allow-origin']).toBeUndefined();
    },
  );
});

describe('documentation', () => {
  test('is one page that obeys its own policy', async () => {
    const page = await ask({ url: '/docs' });
    expect(page.statusCode).toBe(200);
    expect(page.headers['content-security-policy']).toContain("script-src 'self'");
    expect(page.body).not.toMatch(/<script(?![^>]*\ssrc=)|\son\w+=|<style/i);
    for (const [, url] of page.body.matchAll(/(?:src|href)="([^"]+)"/g)) {
      expect(url).toMatch(/^\/docs\/static\//);
      expect((await ask({ url: url ?? '' })).statusCode).toBe(200);
    }
  });

  test('shows the document that is served', async () => {
    const served = (await ask({ url: '/openapi.json' })).json();
    expect((await ask({ url: '/docs/json' })).json()).toEqual(served);
    const root = await ask({ url: '/' });
    expect([root.statusCode, root.headers.location]).toEqual([302, '/docs']);
  });
});

test('one line is logged for a request, with no word of its body', async () => {
  const before = edge.log().length;
  const url = '/v1/users?note=hush';
  await ask({ method: 'POST', url, headers: json, payload: { ...signUp, password: 1 } });
  const lines = edge.log().slice(before);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({
    method: 'POST',
    route: '/v1/users',
    status: 400,
    requestId: expect.stringMatching(/^req_/),
    ms: expect.any(Number),
  });
  expect(JSON.stringify(lines)).not.toMatch(/a@b\.co|가나다|hush/);
});

test('a process that drains is alive, not ready, and takes no request', async () => {
  const draining = await createEdgeAlone();
  draining.readiness.draining = true;
  const get = (url: string) => draining.app.inject({ url });
  expect((await get('/health/live')).statusCode).toBe(200);
  expect(problemOf(await get('/health/ready')).code).toBe('UNAVAILABLE');
  const refused = await get(`/v1/products/${productId}`);
  expect(problemOf(refused).code).toBe('UNAVAILABLE');
  expect(refused.headers.connection).toBe('close');
  await draining.close();
});

describe('addresses of callers, behind a proxy', () => {
  const remainingFor = async ({ app }: EdgeAlone, forwarded: string) => {
    const headers = { 'x-forwarded-for': forwarded };
    const answer = await app.inject({ url: '/v1/me', remoteAddress: '10.0.0.1', headers });
    return Number(/;r=(\d+)/.exec(String(answer.headers.ratelimit))?.[1]);
  };

  test('are the proxy’s word with TRUST_PROXY, whatever the caller put before it', async () => {
    const trusting = await createEdgeAlone({ TRUST_PROXY: 'true', RATE_LIMIT_PER_MINUTE: '10' });
    expect(await remainingFor(trusting, '203.0.113.5')).toBe(9);
    expect(await remainingFor(trusting, '203.0.113.6')).toBe(9);
    expect(await remainingFor(trusting, '198.51.100.1, 203.0.113.5')).toBe(8);
    await trusting.close();
  });

  test('are nobody’s word without it', async () => {
    const direct = await createEdgeAlone({ RATE_LIMIT_PER_MINUTE: '10' });
    expect(await remainingFor(direct, '203.0.113.5')).toBe(9);
    expect(await remainingFor(direct, '203.0.113.6')).toBe(8);
    await direct.close();
  });
});
