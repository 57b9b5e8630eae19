import { randomUUID } from 'node:crypto';
import { unwrap } from '../../api/client/index.ts';
import { until } from '../kit/until.ts';
import { openShop, price, type Shop } from '../rest-shop.ts';
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
      expect(await seat(0).ask('order', inDeal())).toMatchObject({ amount: 9_000 });
      await everyoneSeesDeal({ remaining: 1 });
      expect(await seat(0).refusal('order', inDeal())).toEqual(refused('LIMIT_REACHED'));
      await everyoneSeesDeal({ status: 'over' });
      expect(await seat(1).refusal('order', inDeal())).toEqual(refused('DEAL_NOT_OPEN'));
    });
  });
}
