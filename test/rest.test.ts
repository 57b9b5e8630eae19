import { unwrap } from '../api/client/index.ts';
import { describeInBothModes, type Onair, startOnair } from './kit/onair.ts';
import { until } from './kit/until.ts';
import {
  attempt,
  charge,
  initialStock,
  makePerson,
  openShop,
  order,
  type Person,
  price,
  type Shop,
} from './rest-shop.ts';

describeInBothModes('REST', (mode) => {
  let onair: Onair;
  let shop: Shop;
  let buyer: Person;

  beforeAll(async () => {
    onair = await startOnair(mode);
    shop = await openShop(onair);
    buyer = await makePerson(onair, 'buyer');
  }, 180_000);
  afterAll(() => onair.stop(), 60_000);

  test('a purchase, from the order to the points spent', async () => {
    await charge(shop, buyer, 100_000);
    const placed = await unwrap(order(shop, buyer, 2));
    expect(placed).toMatchObject({
      number: expect.stringMatching(/^ORDER-[0-9A-Z]{8}$/),
      status: 'awaiting_payment',
      amount: 2 * price,
      paidAt: null,
      lines: [{ skuId: shop.skuId, dealId: null, unitPrice: price, quantity: 2 }],
    });
    expect(Date.parse(placed.paymentDeadline)).toBeGreaterThan(Date.parse(placed.createdAt));
    const path = { orderId: placed.id };
    const payment = await unwrap(
      buyer.api.POST('/v1/orders/{orderId}/payments', {
        params: { path, ...attempt() },
        body: { method: 'points', amount: 2 * price },
      }),
    );
    expect(payment).toMatchObject({ status: 'captured', method: 'points', failureCode: null });
    const read = await unwrap(buyer.api.GET('/v1/orders/{orderId}', { params: { path } }));
    expect(read.status).toBe('paid');
    expect(read.history.map(({ from, to }) => [from, to])[0]).toEqual([null, 'awaiting_payment']);
    const balance = await unwrap(buyer.api.GET('/v1/me/points'));
    expect(balance).toMatchObject({ available: 100_000 - 2 * price, held: 0 });
    const payments = await unwrap(
      buyer.api.GET('/v1/orders/{orderId}/payments', { params: { path } }),
    );
    expect(payments).toEqual({ items: [payment], nextPageToken: null });
    const paymentPath = { paymentId: payment.id };
    const again = buyer.api.GET('/v1/payments/{paymentId}', { params: { path: paymentPath } });
    expect(await unwrap(again)).toEqual(payment);
    await until('the room heard of it', async () => {
      const params = { path: { broadcastId: shop.broadcastId }, query: { afterSeq: 0 } };
      const chat = await unwrap(
        onair.rest().GET('/v1/broadcasts/{broadcastId}/messages', { params }),
      );
      return chat.items.some(({ kind, userId }) => kind === 'purchase' && userId === null);
    });
  });

  test('a seller’s work on a broadcast', async () => {
    const { api } = shop.seller;
    const params = { path: { broadcastId: shop.broadcastId } };
    const now = Date.now();
    const highlighted = await unwrap(
      api.PUT('/v1/broadcasts/{broadcastId}/highlight', {
        params,
        body: { productId: shop.productId },
      }),
    );
    expect(highlighted.products[0]).toMatchObject({ highlighted: true, position: 0 });
    const noticed = await unwrap(
      api.PUT('/v1/broadcasts/{broadcastId}/notice', { params, body: { text: '무료 배송' } }),
    );
    expect(noticed.notice).toMatchObject({ text: '무료 배송', emphasised: false });
    const deal = await unwrap(
      api.POST('/v1/broadcasts/{broadcastId}/deals', {
        params,
        body: {
          skuId: shop.skuId,
          price: 9_000,
          startsAt: new Date(now).toISOString(),
          endsAt: new Date(now + 3_600_000).toISOString(),
          units: 10,
          limitPerBuyer: 2,
        },
      }),
    );
    expect(deal).toMatchObject({ remaining: 10, startsAt: new Date(now).toISOString() });
    const closed = await unwrap(
      api.POST('/v1/deals/{dealId}/close', { params: { path: { dealId: deal.id } } }),
    );
    expect(Date.parse(closed.endsAt)).toBeLessThan(now + 3_600_000);
    const broadcast = await unwrap(onair.rest().GET('/v1/broadcasts/{broadcastId}', { params }));
    expect(broadcast).toMatchObject({ status: 'live', endedAt: null, notice: noticed.notice });
    expect(broadcast.products[0]?.product.skus[0]?.stock.received).toBe(initialStock);
    const updated = await unwrap(
      api.PATCH('/v1/broadcasts/{broadcastId}', {
        params,
        body: { version: broadcast.version, title: '머그컵 앵콜' },
      }),
    );
    expect(updated.title).toBe('머그컵 앵콜');
    const live = await unwrap(
      onair.rest().GET('/v1/broadcasts', {
        params: { query: { status: 'live', sellerId: shop.seller.user.id } },
      }),
    );
    expect(live.items.map(({ id }) => id)).toEqual([shop.broadcastId]);
  });

  test('stock is adjusted once for one key, and its journal tells', async () => {
    const params = { path: { skuId: shop.skuId } };
    const body = { kind: 'receive', quantity: 5, reason: '추가 입고' } as const;
    const keyed = { ...params, ...attempt() };
    const { api } = shop.seller;
    const adjust = () => api.POST('/v1/skus/{skuId}/stock-adjustments', { params: keyed, body });
    const first = await unwrap(adjust());
    expect(await unwrap(adjust())).toMatchObject({ received: first.received });
    const journal = await unwrap(
      api.GET('/v1/skus/{skuId}/stock-movements', {
        params: { ...params, query: { pageSize: 100 } },
      }),
    );
    const received = journal.items.filter(({ kind }) => kind === 'receive');
    expect(received.map(({ quantity }) => quantity)).toEqual([5, initialStock]);
  });

  test('a viewer follows a seller, lists both ends, and leaves', async () => {
    const params = { path: { sellerId: shop.seller.user.id } };
    const followed = await unwrap(buyer.api.PUT('/v1/sellers/{sellerId}/follow', { params }));
    expect(followed).toMatchObject({ following: true, followers: 1 });
    const again = await unwrap(buyer.api.PUT('/v1/sellers/{sellerId}/follow', { params }));
    expect(again).toEqual(followed);
    const read = await unwrap(onair.rest().GET('/v1/sellers/{sellerId}/follow', { params }));
    expect(read).toMatchObject({ following: false, followedAt: null, followers: 1 });
    const following = await unwrap(buyer.api.GET('/v1/me/following'));
    const { id: userId, name } = shop.seller.user;
    expect(following.items).toEqual([{ userId, name, followedAt: followed.followedAt }]);
    const { api } = shop.seller;
    const followers = await unwrap(api.GET('/v1/sellers/{sellerId}/followers', { params }));
    expect(followers.items).toMatchObject([{ userId: buyer.user.id, name: buyer.user.name }]);
    const left = await unwrap(buyer.api.DELETE('/v1/sellers/{sellerId}/follow', { params }));
    expect(left).toMatchObject({ following: false, followedAt: null, followers: 0 });
  });

  test('lists are walked page by page, each item once', async () => {
    const walker = await makePerson(onair, 'walker');
    const placed = await Promise.all(
      Array.from({ length: 5 }, async () => (await unwrap(order(shop, walker))).id),
    );
    const seen: string[] = [];
    let pageToken: string | undefined;
    do {
      const params = { query: { pageSize: 2, ...(pageToken === undefined ? {} : { pageToken }) } };
      const page = await unwrap(walker.api.GET('/v1/orders', { params }));
      expect(page.items.length).toBeLessThanOrEqual(2);
      seen.push(...page.items.map(({ id }) => id));
      pageToken = page.nextPageToken ?? undefined;
    } while (pageToken !== undefined);
    expect(seen.sort()).toEqual(placed.sort());
    const cancelled = await unwrap(
      walker.api.POST('/v1/orders/{orderId}/cancel', {
        params: { path: { orderId: placed[0] ?? '' } },
      }),
    );
    expect(cancelled.status).toBe('cancelled');
    const left = await unwrap(
      walker.api.GET('/v1/orders', { params: { query: { status: 'awaiting_payment' } } }),
    );
    expect(left.items).toHaveLength(4);
  });

  test('roles given and taken show in the next token', async () => {
    const person = await makePerson(onair, 'candidate');
    const path = { userId: person.user.id, role: 'seller' } as const;
    const { api } = shop.admin;
    const granted = await unwrap(
      api.PUT('/v1/users/{userId}/roles/{role}', { params: { path }, body: { reason: '승인' } }),
    );
    expect([...granted.roles].sort()).toEqual(['seller', 'viewer']);
    const { refreshToken } = person;
    const tokens = await unwrap(
      onair.rest().POST('/v1/sessions/refresh', { body: { refreshToken } }),
    );
    expect(tokens.user.roles).toContain('seller');
    const revoked = await unwrap(
      api.DELETE('/v1/users/{userId}/roles/{role}', {
        params: { path, query: { reason: '탈퇴' } },
      }),
    );
    expect(revoked.roles).toEqual(['viewer']);
    const body = { refreshToken: tokens.refreshToken };
    await unwrap(onair.rest().POST('/v1/sessions/logout', { body }));
    const after = await onair.rest().POST('/v1/sessions/refresh', { body });
    expect(after.error?.code).toBe('SESSION_REVOKED');
  });

  test('operators see jobs that died, and nobody else does', async () => {
    const page = await unwrap(shop.admin.api.GET('/v1/dead-jobs'));
    expect(page).toEqual({ items: expect.any(Array), nextPageToken: null });
    expect((await buyer.api.GET('/v1/dead-jobs')).error?.code).toBe('PERMISSION_DENIED');
  });

  test('every process is ready, and says how it can be called', async () => {
    for (const url of onair.apiUrls) {
      expect(await (await fetch(`${url}/health/ready`)).json()).toEqual({ status: 'ready' });
      const keys = await fetch(`${url}/.well-known/jwks.json`);
      expect(keys.headers.get('cache-control')).toBe('public, max-age=300');
      expect(await keys.json()).toMatchObject({ keys: [{ kty: 'OKP', crv: 'Ed25519' }] });
    }
  });

  test('no secret is in any log', () => {
    const logs = onair.logs();
    const secrets = [buyer.password, buyer.accessToken, buyer.refreshToken, buyer.user.email];
    for (const secret of secrets) expect(logs).not.toContain(secret);
  });
});
