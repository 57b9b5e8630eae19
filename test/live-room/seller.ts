import { randomUUID } from 'node:crypto';
import { unwrap } from '../../api/client/index.ts';
import { until } from '../kit/until.ts';
import { openShop, type Shop } from '../rest-shop.ts';
import type { Viewer } from './viewer.ts';
import { type InWorld, leaveAll, watchAll } from './world.ts';

/** What the seller does on air, seen in every room. */
export function describeSeller(inWorld: InWorld): void {
  describe('what the seller does', () => {
    let shop: Shop;
    let viewers: Viewer[] = [];
    beforeEach(async () => {
      const world = inWorld();
      shop = await openShop(world.onair);
      const people = [world.ann, undefined, undefined, undefined, undefined];
      viewers = await watchAll(world, people, shop.broadcastId);
    });
    afterEach(() => leaveAll(viewers));

    const everyoneSees = (what: string, probe: (state: Viewer['room']['state']) => boolean) =>
      until(`everyone sees ${what}`, () => viewers.every(({ room }) => probe(room.state)));
    const params = () => ({ path: { broadcastId: shop.broadcastId } });

    it('pins a notice and takes it off', async () => {
      const { api } = shop.seller;
      const pin = (text: string) =>
        unwrap(
          api.PUT('/v1/broadcasts/{broadcastId}/notice', {
            params: params(),
            body: { text, emphasised: true },
          }),
        );
      await pin('무료 배송');
      await everyoneSees('the notice', ({ notice }) => notice.text === '무료 배송');
      expect(viewers[0]?.room.state.notice).toMatchObject({ emphasised: true });
      expect(viewers[0]?.room.state.notice.pinnedAt).toBeGreaterThan(0);
      await pin('');
      await everyoneSees('no notice', ({ notice }) => notice.text === '' && notice.pinnedAt === 0);
    });

    it('puts a product in front, takes it off sale, and takes it away', async () => {
      const { api } = shop.seller;
      await unwrap(
        api.PUT('/v1/broadcasts/{broadcastId}/highlight', {
          params: params(),
          body: { productId: shop.productId },
        }),
      );
      await everyoneSees('it in front', ({ products }) =>
        Boolean(products.get(shop.productId)?.highlighted),
      );
      await unwrap(
        api.PUT('/v1/broadcasts/{broadcastId}/products', {
          params: params(),
          body: { productIds: [] },
        }),
      );
      await everyoneSees('no product', ({ products }) => products.size === 0);
    });

    it('ends the broadcast: everyone sees it, and nobody chats or orders any more', async () => {
      await unwrap(shop.seller.api.POST('/v1/broadcasts/{broadcastId}/end', { params: params() }));
      await everyoneSees('the end', ({ status, endedAt }) => status === 'ended' && endedAt > 0);
      const over = expect.objectContaining({ code: 'BROADCAST_NOT_LIVE' });
      const [ann] = viewers;
      expect(await ann?.refusal('chat', { id: randomUUID(), text: '늦었다' })).toEqual(over);
      const lines = [{ skuId: shop.skuId, quantity: 1 }];
      expect(await ann?.refusal('order', { id: randomUUID(), lines })).toEqual(over);
    });
  });
}
