import { randomUUID } from 'node:crypto';
import { describeWith } from './kit/describe-with.ts';
import { describeInBothModes, type Mode, type Onair, startOnair } from './kit/onair.ts';
import { watch } from './live-room/viewer.ts';
import { door, makeWorld } from './live-room/world.ts';
import { makePerson, openShop } from './rest-shop.ts';

/** Requests that may wait at each queue: far fewer than the buyer sends at once. */
const queueLimit = 3;
const orders = 40;

const short = { QUEUE_LIMIT: String(queueLimit) };
const eager = { ROOM_MESSAGES_PER_SECOND: '1000' };

describeInBothModes('a room that is too busy', (mode) => {
  defineSuite(mode, () => startOnair(mode, { env: { ...eager, ...short } }));
});

/** Everything that is said at once reaches them, in one call: they refuse some of its orders. */
describeWith(['mariadb', 'redis'], 'a room whose services are too busy, cluster', () => {
  defineSuite('cluster', () => startOnair('cluster', { env: eager, servicesEnv: short }));
});

function defineSuite(mode: Mode, start: () => Promise<Onair>): void {
  let onair: Onair | undefined;
  beforeAll(async () => {
    onair = await start();
  }, 180_000);
  afterAll(async () => {
    await onair?.stop();
  }, 60_000);

  it('tells buyers to try again, and who does, with the same id, has what was asked for, once', async () => {
    if (onair === undefined) throw new Error('not started');
    const world = await makeWorld(mode, onair);
    const shop = await openShop(onair);
    const buyer = await makePerson(onair, 'eager');
    const viewer = await watch(door(world), shop.broadcastId, buyer);
    const before = stockOf();
    function stockOf(): number {
      const sku = viewer.room.state.products.get(shop.productId)?.skus.get(shop.skuId);
      if (sku === undefined) throw new Error('the SKU is not on show');
      return sku.available;
    }
    const requests = Array.from({ length: orders }, () => ({
      id: randomUUID(),
      lines: [{ skuId: shop.skuId, quantity: 1 }],
    }));

    const placed = new Map<string, unknown>();
    const refusals: unknown[] = [];
    let waiting = requests;
    while (waiting.length > 0) {
      const answers = await Promise.allSettled(
        waiting.map((request) =>
          viewer.room.request<unknown, { orderId: string }>('order', request),
        ),
      );
      const again: typeof requests = [];
      for (const [i, answer] of answers.entries()) {
        const request = waiting[i];
        if (request === undefined) throw new Error('an answer to nothing');
        if (answer.status === 'fulfilled') placed.set(request.id, answer.value.orderId);
        else {
          refusals.push(Reflect.get(Object(answer.reason), 'reason'));
          again.push(request);
        }
      }
      waiting = again;
    }

    expect(refusals.length).toBeGreaterThan(0);
    for (const refusal of refusals) {
      expect(refusal).toMatchObject({
        code: 'OVERLOADED',
        retry: true,
        message: expect.stringMatching(/[가-힣]/),
        details: { retryAfterMs: expect.stringMatching(/^\d+$/) },
      });
    }
    expect(new Set(placed.values()).size).toBe(orders);
    const { data } = await shop.seller.api.GET('/v1/products/{productId}', {
      params: { path: { productId: shop.productId } },
    });
    const sku = data?.skus.find(({ id }) => id === shop.skuId);
    expect(sku?.stock.available).toBe(before - orders);
    await viewer.leave();
  });
}
