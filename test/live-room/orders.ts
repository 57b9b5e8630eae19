import { randomUUID } from 'node:crypto';
import { unwrap } from '../../api/client/index.ts';
import { until } from '../kit/until.ts';
import { openShop, order, price, type Shop } from '../rest-shop.ts';
import type { Viewer } from './viewer.ts';
import { type InWorld, leaveAll, watchAll } from './world.ts';

const refused = (code: string) => expect.objectContaining({ code });

/** Buying in the room: what buyers are told, and what everyone sees. */
export function describeOrders(inWorld: InWorld): void {
  describe('orders', () => {
    let shop: Shop;
    let viewers: Viewer[] = [];
    beforeEach(async () => {
      const world = inWorld();
      shop = await openShop(world.onair);
      const people = [world.ann, world.bob, undefined, undefined, undefined];
      viewers = await watchAll(world, people, shop.broadcastId);
    });
    afterEach(() => leaveAll(viewers));

    const seat = (index: number) => {
      const viewer = viewers[index];
      if (viewer === undefined) throw new Error('nobody sits there');
      return viewer;
    };
    const available = (viewer: Viewer) =>
      viewer.room.state.products.get(shop.productId)?.skus.get(shop.skuId)?.available;
    const everyoneSees = (units: number | undefined) =>
      until(`everyone sees ${units} units`, () =>
        viewers.every((viewer) => available(viewer) === units),
      );
    const line = (quantity: unknown, more: object = {}) => ({
      id: randomUUID(),
      lines: [{ skuId: shop.skuId, quantity, ...more }],
    });

    it('hold units, and everyone in every room sees them go', async () => {
      const before = available(seat(0)) ?? 0;
      const order = await seat(0).ask('order', line(2, { expectedUnitPrice: price }));
      expect(order).toMatchObject({
        orderId: expect.stringMatching(/^ord_/),
        number: expect.stringMatching(/^ORDER-/),
        amount: 2 * price,
        lines: [{ skuId: shop.skuId, dealId: '', unitPrice: price, quantity: 2 }],
      });
      await everyoneSees(before - 2);
    });

    it('asked for again get the first answer, and hold nothing more', async () => {
      const before = available(seat(0)) ?? 0;
      const request = line(1);
      const order = await seat(0).ask('order', request);
      expect(await seat(0).ask('order', request)).toEqual(order);
      expect(await seat(1).ask('order', request)).not.toEqual(order);
      await everyoneSees(before - 2);
      expect(await seat(0).refusal('order', { ...line(2), id: request.id })).toEqual(
        refused('REQUEST_ID_REUSED'),
      );
    });

    it('are refused in a typed way: sold out, another price, no such SKU, no login', async () => {
      const { seller } = shop;
      const params = { path: { skuId: shop.skuId }, header: { 'Idempotency-Key': randomUUID() } };
      const units = (available(seat(0)) ?? 0) - 1;
      await unwrap(
        seller.api.POST('/v1/skus/{skuId}/stock-adjustments', {
          params,
          body: { kind: 'adjust_out', quantity: units, reason: '파손' },
        }),
      );
      await everyoneSees(1);
      const buyer = seat(0);
      expect(await buyer.refusal('order', line(2))).toEqual(refused('SOLD_OUT'));
      expect(await buyer.refusal('order', line(1, { expectedUnitPrice: price - 1 }))).toEqual(
        refused('PRICE_CHANGED'),
      );
      const noSuchSku = `sku_${'Z'.repeat(26)}`;
      expect(await buyer.refusal('order', line(1, { skuId: noSuchSku }))).toEqual(
        refused('NOT_FOUND'),
      );
      expect(await seat(2).refusal('order', line(1))).toEqual(refused('UNAUTHENTICATED'));
      await buyer.ask('order', line(1));
      await everyoneSees(0);
    });

    /** Seats of the same buyer in three rooms. */
    async function everywhere(): Promise<Viewer[]> {
      const world = inWorld();
      const more = await watchAll(world, [world.ann, world.ann], shop.broadcastId);
      viewers.push(...more);
      const seats = [seat(0), ...more];
      expect(new Set(seats.map(({ room }) => room.roomId)).size).toBe(3);
      return seats;
    }

    it('of one buyer in several rooms keep a deal’s limit, all at once', async () => {
      const before = available(seat(0)) ?? 0;
      const seats = await everywhere();
      const deal = await unwrap(
        shop.seller.api.POST('/v1/broadcasts/{broadcastId}/deals', {
          params: { path: { broadcastId: shop.broadcastId } },
          body: {
            ...{ skuId: shop.skuId, price: 9_000, units: 20, limitPerBuyer: 3 },
            startsAt: new Date(Date.now() - 1_000).toISOString(),
            endsAt: new Date(Date.now() + 600_000).toISOString(),
          },
        }),
      );
      const answers = await Promise.allSettled(
        Array.from({ length: 12 }, (_, i) =>
          (seats[i % 3] ?? seat(0)).room.request('order', line(1, { dealId: deal.id })),
        ),
      );
      const reasons = answers.flatMap((answer) =>
        answer.status === 'rejected' ? [Reflect.get(Object(answer.reason), 'reason')] : [],
      );
      expect(reasons).toEqual(new Array(9).fill(refused('LIMIT_REACHED')));
      await everyoneSees(before - 3);
    });

    it('sent a hundred times, by several rooms and REST: one order, a hundred equal answers', async () => {
      const before = available(seat(0)) ?? 0;
      const [first = seat(0), second = seat(0), third = seat(0)] = await everywhere();
      const request = line(2);
      const inRoom = (viewer: Viewer) => async () => {
        const answer: unknown = await viewer.ask('order', request);
        return ['orderId', 'number', 'amount'].map((name) => Reflect.get(Object(answer), name));
      };
      const byRest = async () => {
        const { ann } = inWorld();
        const { id, number, amount } = await unwrap(order(shop, ann, 2, request.id));
        return [id, number, amount];
      };
      const ways = [inRoom(first), inRoom(second), inRoom(third), byRest];
      const [answer, ...others] = await Promise.all(
        Array.from({ length: 100 }, (_, i) => (ways[i % ways.length] ?? byRest)()),
      );
      expect(answer).toEqual([expect.stringMatching(/^ord_/), expect.any(String), 2 * price]);
      expect(others).toEqual(new Array(99).fill(answer));
      await everyoneSees(before - 2);
    });

    it('of impossible quantities are refused', async () => {
      for (const quantity of [0, -1, 1.5, 1_000, '1', null, Number.NaN, 2 ** 53, {}]) {
        expect(await seat(0).refusal('order', line(quantity))).toEqual(refused('INVALID_ARGUMENT'));
      }
      for (const lines of [undefined, [], {}, Array.from({ length: 21 }, () => line(1).lines[0])]) {
        const order = { id: randomUUID(), lines };
        expect(await seat(0).refusal('order', order)).toEqual(refused('INVALID_ARGUMENT'));
      }
    });

    it('in a deal: it opens and ends by the clock, and its units go before everyone’s eyes', async () => {
      const startsAt = Date.now() + 1_500;
      const deal = await unwrap(
        shop.seller.api.POST('/v1/broadcasts/{broadcastId}/deals', {
          params: { path: { broadcastId: shop.broadcastId } },
          body: {
            skuId: shop.skuId,
            price: 9_000,
            startsAt: new Date(startsAt).toISOString(),
            endsAt: new Date(startsAt + 4_000).toISOString(),
            units: 2,
            limitPerBuyer: 1,
          },
        }),
      );
      const dealOf = (viewer: Viewer) => viewer.room.state.deals.get(deal.id);
      const everyoneSeesDeal = (what: object) =>
        until(`everyone sees the deal ${JSON.stringify(what)}`, () =>
          viewers.every((viewer) =>
            Object.entries(what).every(([k, v]) => Object(dealOf(viewer))[k] === v),
          ),
        );
      const inDeal = (more: object = {}) => line(1, { dealId: deal.id, ...more });
      await everyoneSeesDeal({ status: 'scheduled', startsAt, remaining: 2 });
      expect(await seat(0).refusal('order', inDeal())).toEqual(refused('DEAL_NOT_OPEN'));
      await everyoneSeesDeal({ status: 'open' });
      const everyoneReads = (part: string) =>
        until(`everyone reads that the deal ${part}`, () =>
          viewers.every(({ lines }) =>
            lines.some(({ kind, text }) => kind === 'system' && text.includes(part)),
          ),
        );
      await everyoneReads('시작됐어요: 9,000원');
      expect(await seat(0).ask('order', inDeal())).toMatchObject({ amount: 9_000 });
      await everyoneSeesDeal({ remaining: 1 });
      expect(await seat(0).refusal('order', inDeal())).toEqual(refused('LIMIT_REACHED'));
      await everyoneSeesDeal({ status: 'over' });
      await everyoneReads('끝났어요');
      for (const { lines } of viewers) {
        const texts = lines.flatMap(({ kind, text }) => (kind === 'system' ? [text] : []));
        expect(new Set(texts).size).toBe(texts.length);
      }
      expect(await seat(1).refusal('order', inDeal())).toEqual(refused('DEAL_NOT_OPEN'));
    });
  });
}
