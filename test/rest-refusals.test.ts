import { createHmac, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { unwrap } from '../api/client/index.ts';
import { newId } from '../common/ids.ts';
import { describeInBothModes, type Onair, startOnair } from './kit/onair.ts';
import {
  attempt,
  charge,
  logIn,
  makePerson,
  makeSeller,
  openShop,
  order,
  type Person,
  price,
  type Shop,
} from './rest-shop.ts';

const { privateKey } = generateKeyPairSync('ed25519');
/** Ends an id that is well-formed and never given. */
const zeros = '0'.repeat(26);
const json = { 'content-type': 'application/json' };

interface Raw {
  readonly method?: string;
  readonly token?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | object;
}

describeInBothModes('REST refuses', (mode) => {
  let onair: Onair;
  let shop: Shop;
  let buyer: Person;
  let stranger: Person;

  beforeAll(async () => {
    const TOKEN_PRIVATE_KEY = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    onair = await startOnair(mode, { env: { TOKEN_PRIVATE_KEY } });
    shop = await openShop(onair);
    buyer = await makePerson(onair, 'buyer');
    stranger = await makePerson(onair, 'stranger');
    await charge(shop, buyer, 1_000_000);
  }, 180_000);
  afterAll(() => onair.stop(), 60_000);

  /** A request that the typed client could not make. */
  async function raw(path: string, { method = 'GET', token, headers = {}, body }: Raw = {}) {
    const response = await fetch(`${onair.apiUrls[0]}${path}`, {
      method,
      headers: { ...headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    const problem: unknown = await response.json();
    expect(problem).toMatchObject({
      status: response.status,
      requestId: response.headers.get('x-request-id'),
    });
    return problem;
  }

  /** An order as raw as it gets. */
  const placeRaw = (body: string | object, more: Raw = {}) =>
    raw(`/v1/broadcasts/${shop.broadcastId}/orders`, {
      method: 'POST',
      token: buyer.accessToken,
      headers: { ...json, 'idempotency-key': randomUUID() },
      body,
      ...more,
    });

  const stockOf = async () => {
    const params = { path: { productId: shop.productId } };
    const product = await unwrap(onair.rest().GET('/v1/products/{productId}', { params }));
    return product.skus[0]?.stock;
  };

  describe('orders that make no sense, and holds nothing for them', () => {
    const line = (more: object) => ({ lines: [{ skuId: shop.skuId, quantity: 1, ...more }] });
    test.each<[string, () => string | object, string]>([
      ['half JSON', () => '{"lines":[', 'MALFORMED_REQUEST'],
      ['an empty body', () => '', 'MALFORMED_REQUEST'],
      ['a list', () => [], 'INVALID_ARGUMENT'],
      ['no lines', () => ({ lines: [] }), 'INVALID_ARGUMENT'],
      ['too many lines', () => ({ lines: Array(21).fill(line({}).lines[0]) }), 'INVALID_ARGUMENT'],
      ['a negative quantity', () => line({ quantity: -1 }), 'INVALID_ARGUMENT'],
      ['a quantity of zero', () => line({ quantity: 0 }), 'INVALID_ARGUMENT'],
      ['half a unit', () => line({ quantity: 0.5 }), 'INVALID_ARGUMENT'],
      ['a thousand units', () => line({ quantity: 1_000 }), 'INVALID_ARGUMENT'],
      ['a quantity past exactness', () => line({ quantity: 1e300 }), 'INVALID_ARGUMENT'],
      ['a quantity as text', () => line({ quantity: '1' }), 'INVALID_ARGUMENT'],
      ['a price of its own', () => line({ unitPrice: 1 }), 'INVALID_ARGUMENT'],
      [
        'somebody else as buyer',
        () => ({ ...line({}), userId: shop.admin.user.id }),
        'INVALID_ARGUMENT',
      ],
      ['a negative expected price', () => line({ expectedUnitPrice: -1 }), 'INVALID_ARGUMENT'],
      ['a product as SKU', () => line({ skuId: shop.productId }), 'INVALID_ARGUMENT'],
      ['an unknown SKU', () => line({ skuId: newId('sku') }), 'NOT_FOUND'],
      ['an unknown deal', () => line({ dealId: newId('dea') }), 'NOT_FOUND'],
      [
        'another price than the shown one',
        () => line({ expectedUnitPrice: price - 1 }),
        'PRICE_CHANGED',
      ],
      ['too large a body', () => ({ ...line({}), note: 'a'.repeat(65_536) }), 'PAYLOAD_TOO_LARGE'],
    ])('%s', async (_, body, code) => {
      const before = await stockOf();
      expect(await placeRaw(body())).toMatchObject({ code });
      expect(await stockOf()).toEqual(before);
    });

    test('another content type', async () => {
      const headers = { 'content-type': 'text/plain', 'idempotency-key': randomUUID() };
      expect(await placeRaw(line({}), { headers })).toMatchObject({
        status: 415,
        code: 'UNSUPPORTED_MEDIA_TYPE',
      });
    });

    test('no idempotency key', async () => {
      expect(await placeRaw(line({}), { headers: json })).toMatchObject({
        code: 'INVALID_ARGUMENT',
        errors: [{ field: 'headers.idempotency-key' }],
      });
    });
  });

  describe('what does not exist', () => {
    test.each<{ method: string; what: string; path: () => string; body?: object }>([
      { method: 'GET', what: 'product', path: () => `/v1/products/${newId('prd')}` },
      { method: 'GET', what: 'broadcast', path: () => `/v1/broadcasts/${newId('brc')}` },
      { method: 'GET', what: 'chat', path: () => `/v1/broadcasts/${newId('brc')}/messages` },
      { method: 'GET', what: 'hearts', path: () => `/v1/broadcasts/${newId('brc')}/reactions` },
      { method: 'GET', what: 'poll', path: () => `/v1/polls/${newId('pol')}` },
      { method: 'GET', what: 'vote', path: () => `/v1/polls/${newId('pol')}/votes/me` },
      { method: 'POST', what: 'poll', path: () => `/v1/polls/${newId('pol')}/close` },
      { method: 'GET', what: 'polls', path: () => `/v1/broadcasts/${newId('brc')}/polls` },
      { method: 'GET', what: 'questions', path: () => `/v1/broadcasts/${newId('brc')}/questions` },
      { method: 'GET', what: 'board', path: () => `/v1/broadcasts/${newId('brc')}/question-board` },
      { method: 'GET', what: 'question', path: () => `/v1/questions/${newId('qst')}` },
      { method: 'PUT', what: 'question', path: () => `/v1/questions/${newId('qst')}/vote` },
      { method: 'GET', what: 'order', path: () => `/v1/orders/${newId('ord')}` },
      { method: 'GET', what: 'payments', path: () => `/v1/orders/${newId('ord')}/payments` },
      { method: 'GET', what: 'payment', path: () => `/v1/payments/${newId('pay')}` },
      { method: 'GET', what: 'user', path: () => `/v1/users/${newId('usr')}` },
      { method: 'GET', what: 'journal', path: () => `/v1/skus/${newId('sku')}/stock-movements` },
      { method: 'POST', what: 'dead job', path: () => `/v1/dead-jobs/${newId('job')}/retry` },
      { method: 'POST', what: 'broadcast', path: () => `/v1/broadcasts/${newId('brc')}/end` },
      { method: 'POST', what: 'deal', path: () => `/v1/deals/${newId('dea')}/close` },
      { method: 'POST', what: 'order', path: () => `/v1/orders/${newId('ord')}/cancel` },
      {
        method: 'POST',
        what: 'user to charge',
        path: () => `/v1/users/${newId('usr')}/points`,
        body: { amount: 1, reason: 'x' },
      },
      {
        method: 'PUT',
        what: 'user to promote',
        path: () => `/v1/users/${newId('usr')}/roles/seller`,
        body: { reason: 'x' },
      },
      { method: 'GET', what: 'address', path: () => '/v1/nothing' },
    ])('$method $what', async ({ method, path, body }) => {
      const headers = { 'idempotency-key': randomUUID(), ...(body === undefined ? {} : json) };
      const options = { method, token: shop.admin.accessToken, headers };
      expect(await raw(path(), { ...options, ...(body && { body }) })).toMatchObject({
        status: 404,
        code: 'NOT_FOUND',
      });
    });

    test('a method that an address does not take', async () => {
      expect(await raw('/v1/me', { method: 'DELETE' })).toMatchObject({
        status: 405,
        code: 'METHOD_NOT_ALLOWED',
      });
    });

    test('a page token that is not ours', async () => {
      const { error } = await buyer.api.GET('/v1/orders', {
        params: { query: { pageToken: '%%%' } },
      });
      expect(error?.code).toBe('INVALID_ARGUMENT');
    });
  });

  describe('tokens that were not given out, or are over', () => {
    /** A token as the users service makes them, but for what is told here. */
    async function makeToken(
      more: { key?: KeyObject; audience?: string; issuer?: string; expiresIn?: number } = {},
    ): Promise<string> {
      const [header = ''] = buyer.accessToken.split('.');
      const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString('utf8'));
      const now = Math.floor(Date.now() / 1_000);
      return new SignJWT({ sid: newId('ses'), name: 'x', roles: ['viewer', 'admin'] })
        .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT', kid })
        .setSubject(buyer.user.id)
        .setIssuer(more.issuer ?? 'onair')
        .setAudience(more.audience ?? 'onair')
        .setIssuedAt(now - 1_000)
        .setExpirationTime(now + (more.expiresIn ?? 100))
        .sign(more.key ?? privateKey);
    }

    const me = (token: string) => raw('/v1/me', { token });
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

    test('expired', async () => {
      expect(await me(await makeToken({ expiresIn: -1 }))).toMatchObject({
        status: 401,
        code: 'TOKEN_EXPIRED',
      });
    });

    test('signed with another key', async () => {
      const { privateKey: key } = generateKeyPairSync('ed25519');
      expect(await me(await makeToken({ key }))).toMatchObject({ code: 'UNAUTHENTICATED' });
    });

    test.each([{ audience: 'elsewhere' }, { issuer: 'elsewhere' }])('made for %p', async (more) => {
      expect(await me(await makeToken(more))).toMatchObject({ code: 'UNAUTHENTICATED' });
    });

    test('not signed at all', async () => {
      const [, claims] = (await makeToken()).split('.');
      const token = `${encode({ alg: 'none' })}.${claims}.`;
      expect(await me(token)).toMatchObject({ code: 'UNAUTHENTICATED' });
    });

    test('signed with the public key as if it were a secret', async () => {
      const jwks = await (await fetch(`${onair.apiUrls[0]}/.well-known/jwks.json`)).text();
      const [, claims] = (await makeToken()).split('.');
      const unsigned = `${encode({ alg: 'HS256', typ: 'JWT' })}.${claims}`;
      const { x } = JSON.parse(jwks).keys[0];
      const secret = Buffer.from(x, 'base64url');
      const signature = createHmac('sha256', secret).update(unsigned).digest('base64url');
      expect(await me(`${unsigned}.${signature}`)).toMatchObject({ code: 'UNAUTHENTICATED' });
    });

    test('with other claims under an honest signature', async () => {
      const [header, , signature] = buyer.accessToken.split('.');
      const [, claims] = (await makeToken()).split('.');
      const token = `${header}.${claims}.${signature}`;
      expect(await me(token)).toMatchObject({ code: 'UNAUTHENTICATED' });
    });

    test('that are refresh tokens', async () => {
      expect(await me(buyer.refreshToken)).toMatchObject({ code: 'UNAUTHENTICATED' });
    });

    test('but an expired one stops nobody from renewing it', async () => {
      const person = await makePerson(onair, 'returning');
      const api = onair.rest(await makeToken({ expiresIn: -1 }));
      const { refreshToken } = person;
      const tokens = await unwrap(api.POST('/v1/sessions/refresh', { body: { refreshToken } }));
      expect(tokens.user.id).toBe(person.user.id);
      // The first of two users of one refresh token is a thief, or the second is.
      const again = await api.POST('/v1/sessions/refresh', { body: { refreshToken } });
      expect(again.error?.code).toBe('SESSION_REVOKED');
      const body = { refreshToken: tokens.refreshToken };
      expect((await api.POST('/v1/sessions/refresh', { body })).error?.code).toBe(
        'SESSION_REVOKED',
      );
    });
  });

  describe('people who may not', () => {
    test.each([
      'GET /v1/me',
      'GET /v1/orders',
      'GET /v1/me/points',
      'GET /v1/dead-jobs',
      'POST /v1/products',
      'POST /v1/broadcasts',
      `POST /v1/broadcasts/brc_${zeros}/orders`,
      `POST /v1/orders/ord_${zeros}/payments`,
      `POST /v1/users/usr_${zeros}/points`,
    ])('anonymous: %s', async (address) => {
      const [method = '', path = ''] = address.split(' ');
      const options = method === 'GET' ? {} : { method, headers: json, body: {} };
      expect(await raw(path, options)).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
    });

    test.each<[string, () => string, string, object]>([
      ['viewer', () => buyer.accessToken, '/v1/products', { name: 'x', skus: [] }],
      ['viewer', () => buyer.accessToken, '/v1/broadcasts', { title: 'x' }],
      ['viewer', () => buyer.accessToken, `/v1/users/usr_${zeros}/points`, { amount: 1 }],
      ['seller', () => shop.seller.accessToken, `/v1/users/usr_${zeros}/points`, { amount: 1 }],
    ])('%s: POST %#', async (_, token, path, body) => {
      const options = { method: 'POST', token: token(), headers: json, body };
      expect(await raw(path, options)).toMatchObject({ status: 403, code: 'PERMISSION_DENIED' });
    });

    test('another seller’s broadcast, product and stock', async () => {
      const { api } = await makeSeller(onair, shop.admin);
      const broadcast = { params: { path: { broadcastId: shop.broadcastId } } };
      const codes = await Promise.all([
        api.POST('/v1/broadcasts/{broadcastId}/end', broadcast),
        api.PUT('/v1/broadcasts/{broadcastId}/notice', { ...broadcast, body: { text: 'x' } }),
        api.PATCH('/v1/products/{productId}', {
          params: { path: { productId: shop.productId } },
          body: { version: 1, name: 'x' },
        }),
        api.POST('/v1/skus/{skuId}/stock-adjustments', {
          params: { path: { skuId: shop.skuId }, ...attempt() },
          body: { kind: 'adjust_out', quantity: 1, reason: 'x' },
        }),
      ]);
      expect(codes.map(({ error }) => error?.code)).toEqual(Array(4).fill('PERMISSION_DENIED'));
    });

    test('another buyer’s order: nobody learns that it exists', async () => {
      const { id: orderId } = await unwrap(order(shop, buyer));
      const params = { path: { orderId } };
      const { api } = stranger;
      const answers = await Promise.all([
        api.GET('/v1/orders/{orderId}', { params }),
        api.POST('/v1/orders/{orderId}/cancel', { params }),
        api.GET('/v1/orders/{orderId}/payments', { params }),
        api.POST('/v1/orders/{orderId}/payments', {
          params: { ...params, ...attempt() },
          body: { method: 'points', amount: price },
        }),
      ]);
      expect(answers.map(({ error }) => error?.code)).toEqual(Array(4).fill('NOT_FOUND'));
      const { status } = await unwrap(buyer.api.GET('/v1/orders/{orderId}', { params }));
      expect(status).toBe('awaiting_payment');
      const list = await api.GET('/v1/orders', { params: { query: { userId: buyer.user.id } } });
      expect(list.error?.code).toBe('PERMISSION_DENIED');
    });

    test('another account', async () => {
      const params = { path: { userId: buyer.user.id } };
      const seen = await stranger.api.GET('/v1/users/{userId}', { params });
      expect(seen.error?.code).toBe('NOT_FOUND');
      const promoted = await stranger.api.PUT('/v1/users/{userId}/roles/{role}', {
        params: { path: { userId: stranger.user.id, role: 'admin' } },
        body: { reason: 'because' },
      });
      expect(promoted.error?.code).toBe('PERMISSION_DENIED');
    });
  });

  describe('one key for two things', () => {
    test('an order: the same again is the same order, another is refused', async () => {
      const key = randomUUID();
      const before = await stockOf();
      // Both processes of a cluster, at the same time.
      const others = onair.apiUrls.map((_, i) => onair.rest(buyer.accessToken, i));
      const all = await Promise.all(
        Array.from({ length: 10 }, (_, i) => {
          const api = others[i % others.length] ?? buyer.api;
          return unwrap(order(shop, { ...buyer, api }, 3, key));
        }),
      );
      expect(new Set(all.map(({ id }) => id)).size).toBe(1);
      expect((await stockOf())?.held).toBe((before?.held ?? 0) + 3);
      const other = await order(shop, buyer, 4, key);
      expect(other.error).toMatchObject({ status: 422, code: 'REQUEST_ID_REUSED' });
      // Somebody else's key is a key of its own.
      await unwrap(order(shop, stranger, 4, key));
    });

    test('a payment: paid once, however often it is sent', async () => {
      const { id: orderId } = await unwrap(order(shop, buyer));
      const key = randomUUID();
      const pay = (amount: number) =>
        buyer.api.POST('/v1/orders/{orderId}/payments', {
          params: { path: { orderId }, ...attempt(key) },
          body: { method: 'points', amount },
        });
      const before = await unwrap(buyer.api.GET('/v1/me/points'));
      const payments = await Promise.all([1, 2, 3, 4, 5].map(() => unwrap(pay(price))));
      expect(new Set(payments.map(({ id }) => id)).size).toBe(1);
      expect((await pay(price + 1)).error?.code).toBe('REQUEST_ID_REUSED');
      const after = await unwrap(buyer.api.GET('/v1/me/points'));
      expect(after.available).toBe(before.available - price);
    });
  });

  describe('payments that do not fit', () => {
    test.each<[string, object, string]>([
      ['another amount', { method: 'points', amount: price - 1 }, 'AMOUNT_MISMATCH'],
      ['a negative amount', { method: 'points', amount: -price }, 'INVALID_ARGUMENT'],
      ['a card without its key', { method: 'card', amount: price }, 'INVALID_ARGUMENT'],
      ['an unknown method', { method: 'cash', amount: price }, 'INVALID_ARGUMENT'],
    ])('%s', async (_, body, code) => {
      const { id } = await unwrap(order(shop, buyer));
      const headers = { ...json, 'idempotency-key': randomUUID() };
      const options = { method: 'POST', token: buyer.accessToken, headers, body };
      expect(await raw(`/v1/orders/${id}/payments`, options)).toMatchObject({ code });
    });

    test('more points than there are', async () => {
      const { id: orderId } = await unwrap(order(shop, stranger));
      const { error } = await stranger.api.POST('/v1/orders/{orderId}/payments', {
        params: { path: { orderId }, ...attempt() },
        body: { method: 'points', amount: price },
      });
      expect(error).toMatchObject({ status: 409, code: 'INSUFFICIENT_POINTS' });
    });
  });

  test('edits of what somebody else changed first', async () => {
    const params = { path: { productId: shop.productId } };
    const product = await unwrap(onair.rest().GET('/v1/products/{productId}', { params }));
    const edit = () =>
      shop.seller.api.PATCH('/v1/products/{productId}', {
        params,
        body: { version: product.version, description: randomUUID() },
      });
    await unwrap(edit());
    expect((await edit()).error).toMatchObject({
      status: 409,
      code: 'STALE_VERSION',
      details: { current: String(product.version + 1) },
    });
  });

  test('logins and sign-ups that do not hold', async () => {
    const { email } = buyer.user;
    const wrong = { email, password: 'not the password' };
    const unknown = { email: 'nobody@onair.test', password: 'not the password' };
    for (const body of [wrong, unknown]) {
      const { error } = await onair.rest().POST('/v1/sessions', { body });
      expect(error).toMatchObject({ status: 401, code: 'BAD_CREDENTIALS' });
    }
    const body = { email: email.toUpperCase(), password: 'a good long one', name: 'x' };
    expect((await onair.rest().POST('/v1/users', { body })).error?.code).toBe('EMAIL_TAKEN');
    const weak = { ...body, email: 'new@onair.test', password: 'short' };
    expect((await onair.rest().POST('/v1/users', { body: weak })).error).toMatchObject({
      code: 'WEAK_PASSWORD',
      details: { reason: 'too_short' },
    });
    await logIn(onair, email, buyer.password);
  });
});
