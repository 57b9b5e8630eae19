import { unwrap } from '../../api/client/index.ts';
import { until } from '../kit/until.ts';
import { openShop, type Shop } from '../rest-shop.ts';
import type { Viewer } from './viewer.ts';
import { type InWorld, leaveAll, watchAll } from './world.ts';

/** Hearts: who may send how many, and what everyone sees. */
export function describeHearts(inWorld: InWorld): void {
  describe('hearts', () => {
    let shop: Shop;
    let viewers: Viewer[] = [];
    beforeEach(async () => {
      const world = inWorld();
      shop = await openShop(world.onair);
      const people = [world.ann, world.bob, undefined, undefined, undefined];
      viewers = await watchAll(world, people, shop.broadcastId);
    });
    afterEach(() => leaveAll(viewers));

    const everyoneSees = (hearts: number) =>
      until(`everyone sees ${hearts} hearts`, () =>
        viewers.every(({ room }) => room.state.hearts === hearts),
      );

    it('of people and guests in every room add up, exactly, for everyone', async () => {
      for (let round = 0; round < 10; round += 1) {
        await Promise.all(viewers.map((viewer, i) => viewer.ask('heart', { count: 1 + (i % 3) })));
      }
      // 1 + 2 + 3 + 1 + 2, ten times
      await everyoneSees(90);
      const params = { path: { broadcastId: shop.broadcastId } };
      const { rest } = inWorld().onair;
      const totals = unwrap(rest().GET('/v1/broadcasts/{broadcastId}/reactions', { params }));
      expect(await totals).toEqual({ broadcastId: shop.broadcastId, hearts: 90 });
    });

    it('are there for who comes later, and are no more sent after the end', async () => {
      const [first] = viewers;
      await first?.ask('heart', { count: 7 });
      await everyoneSees(7);
      const [late] = await watchAll(inWorld(), [undefined], shop.broadcastId);
      if (late === undefined) throw new Error('nobody came');
      viewers.push(late);
      expect(late.room.state.hearts).toBe(7);
      const params = { path: { broadcastId: shop.broadcastId } };
      await unwrap(shop.seller.api.POST('/v1/broadcasts/{broadcastId}/end', { params }));
      await until('it ended', () => late.room.state.status === 'ended');
      expect(await late.refusal('heart', { count: 1 })).toMatchObject({
        code: 'BROADCAST_NOT_LIVE',
      });
    });

    it('are bounded in each message and each second', async () => {
      const [, , guest] = viewers;
      for (const message of [undefined, {}, { count: 0 }, { count: 21 }, { count: '5' }]) {
        expect(await guest?.refusal('heart', message)).toMatchObject({ code: 'INVALID_ARGUMENT' });
      }
      const asked = await Promise.allSettled(
        Array.from({ length: 4 }, () => guest?.ask('heart', { count: 20 })),
      );
      const taken = asked.filter(({ status }) => status === 'fulfilled').length;
      expect(taken).toBeLessThan(4);
      expect(await guest?.refusal('heart', { count: 20 })).toMatchObject({
        code: 'RATE_LIMITED',
        retry: true,
        details: { retryAfterMs: expect.any(String) },
      });
      await everyoneSees(20 * taken);
    });
  });
}
