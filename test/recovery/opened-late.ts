import { unwrap } from '../../api/client/index.ts';
import { startTcpProxy, type TcpProxy } from '../kit/tcp-proxy.ts';
import { until } from '../kit/until.ts';
import { restartRooms } from '../live-room/restart-rooms.ts';
import { door, type InWorld, type World } from '../live-room/world.ts';
import { openShop } from '../rest-shop.ts';
import { follow, say, upTo } from './follower.ts';

/** Milliseconds of chat that a room reads at least when it opens, and some more. */
const oldAfterMs = 3_500;

/** Rooms that open in the middle of a chat have read its end only. */
export function describeOpenedLate(inWorld: InWorld): void {
  describe('in a room that opened in the middle of the chat', () => {
    let world: World;
    let proxy: TcpProxy;
    beforeEach(async () => {
      world = { ...inWorld(), shop: await openShop(inWorld().onair) };
      proxy = await startTcpProxy(Number(new URL(door(world)).port));
    });
    afterEach(() => proxy.stop());

    it('what it has not read is fetched, also where what it read has holes', async () => {
      const viewer = await follow(world, {
        realtimeUrl: proxy.url,
        socketUrl: (url) => Object.assign(new URL(url), { host: new URL(proxy.url).host }).href,
        token: () => world.ann.accessToken,
      });
      const { seller, broadcastId } = world.shop;
      await say(world, 100);
      await until('it has read them', () => viewer.live.lastSeq === 100);
      proxy.refuse();
      proxy.cut();
      await until('it has noticed', () => viewer.live.status === 'recovering');
      await say(world, 580);
      const saidAt = Date.now();
      // Younger ones are read however many they are.
      await until('they are old', () => Date.now() > saidAt + oldAfterMs);
      await say(world, 20);
      await unwrap(
        seller.api.DELETE('/v1/broadcasts/{broadcastId}/messages/{seq}', {
          params: { path: { broadcastId, seq: 690 }, query: { reason: '욕설' } },
        }),
      );
      await restartRooms(world);
      proxy.accept();
      await until('it has read on', () => viewer.live.lastSeq === 700, { timeoutMs: 40_000 });
      expect(viewer.seqs()).toEqual(upTo(700).filter((seq) => seq !== 690));
      expect(viewer.omitted).toEqual([{ fromSeq: 690, toSeq: 690 }]);
      expect(viewer.lost).toEqual([]);
      await viewer.live.close();
    }, 60_000);
  });
}
