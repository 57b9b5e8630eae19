import { unwrap } from '../../api/client/index.ts';
import { until } from '../kit/until.ts';
import { attempt, charge, makePerson, openShop, order, price, type Shop } from '../rest-shop.ts';
import type { Viewer } from './viewer.ts';
import { type InWorld, leaveAll, watchAll } from './world.ts';

/** What a room is told of purchases: everything, once, and not in a flood. */
export function describePurchases(inWorld: InWorld): void {
  describe('purchases', () => {
    let shop: Shop;
    let viewers: Viewer[] = [];
    beforeEach(async () => {
      shop = await openShop(inWorld().onair);
      viewers = await watchAll(
        inWorld(),
        [undefined, undefined, undefined, undefined],
        shop.broadcastId,
      );
    });
    afterEach(() => leaveAll(viewers));

    async function buy(name: string): Promise<void> {
      const buyer = await makePerson(inWorld().onair, name);
      await charge(shop, buyer, price);
      const { id: orderId } = await unwrap(order(shop, buyer));
      await unwrap(
        buyer.api.POST('/v1/orders/{orderId}/payments', {
          params: { path: { orderId }, ...attempt() },
          body: { method: 'points', amount: price },
        }),
      );
    }

    async function told() {
      const params = { path: { broadcastId: shop.broadcastId }, query: { afterSeq: 0 } };
      const { rest } = inWorld().onair;
      const chat = await unwrap(rest().GET('/v1/broadcasts/{broadcastId}/messages', { params }));
      return chat.items.filter(({ kind }) => kind === 'purchase');
    }

    it('of a burst are told in few messages that count each order once, and shown first', async () => {
      const buyers = 12;
      await Promise.all(Array.from({ length: buyers }, (_, n) => buy(`buyer${n}`)));
      const messages = await until('every order is counted', async () => {
        const found = await told();
        return found.reduce((sum, { orders }) => sum + orders, 0) >= buyers ? found : undefined;
      });
      expect(messages.reduce((sum, { orders }) => sum + orders, 0)).toBe(buyers);
      const times = messages.map(({ sentAt }) => Date.parse(sentAt));
      const apart = times.slice(1).map((time, n) => time - (times[n] ?? 0));
      // Windows are measured by the clocks of two processes, which poll.
      for (const ms of apart) expect(ms).toBeGreaterThan(2_900);
      const last = messages.at(-1);
      const [late] = await watchAll(inWorld(), [undefined], shop.broadcastId);
      if (late === undefined) throw new Error('nobody came');
      viewers.push(late);
      const newest = { text: last?.text, count: last?.orders, at: Date.parse(last?.sentAt ?? '') };
      await until('everyone is shown the newest', () =>
        viewers.every(({ room }) => room.state.purchases.text === newest.text),
      );
      for (const { room } of viewers) expect(room.state.purchases.toJSON()).toEqual(newest);
      const { broadcastId, seller } = shop;
      await unwrap(
        seller.api.DELETE('/v1/broadcasts/{broadcastId}/messages/{seq}', {
          params: { path: { broadcastId, seq: last?.seq ?? 0 }, query: { reason: '오해' } },
        }),
      );
      await until('nobody is shown it any more', () =>
        viewers.every(({ room }) => room.state.purchases.text === ''),
      );
      const [later] = await watchAll(inWorld(), [undefined], broadcastId);
      if (later === undefined) throw new Error('nobody came');
      viewers.push(later);
      for (const { room } of viewers) {
        expect(room.state.purchases.toJSON()).toEqual({ text: '', count: 0, at: 0 });
      }
    });

    it('show nothing before the first', async () => {
      for (const { room } of viewers) {
        expect(room.state.purchases.toJSON()).toEqual({ text: '', count: 0, at: 0 });
      }
    });
  });
}
