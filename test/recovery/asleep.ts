import { meanwhile } from '../kit/meanwhile.ts';
import { startNode } from '../kit/node.ts';
import { until } from '../kit/until.ts';
import type { InWorld, World } from '../live-room/world.ts';
import { openShop } from '../rest-shop.ts';
import { follow, say, upTo } from './follower.ts';

/** A device that sleeps: no timer runs, nothing is read, and the room takes it for dead. */
export function describeAsleep(inWorld: InWorld): void {
  const readsOn = meanwhile(async () => {
    const world: World = { ...inWorld(), shop: await openShop(inWorld().onair) };
    const { onair, shop } = world;
    const witness = await follow(world);
    const child = await startNode({
      name: 'sleeper',
      file: 'test/recovery/fixtures/sleeper.ts',
      dir: onair.dataDir,
      args: [
        JSON.stringify({
          realtimeUrl: onair.realtimeUrls,
          apiUrl: onair.apiUrls[0],
          broadcastId: shop.broadcastId,
        }),
      ],
    });
    const read = () => [...child.log().matchAll(/^read (\d+)$/gm)].map(([, seq]) => Number(seq));
    try {
      await say(world, 10);
      await child.waitUntil('it reads', () => read().length === 10);
      const viewers = () => witness.live.room?.state.viewers.now;
      await until('both are counted', () => viewers() === 2);
      process.kill(child.pid, 'SIGSTOP');
      await until('the room takes it for dead', () => viewers() === 1, { timeoutMs: 40_000 });
      await say(world, 400);
      process.kill(child.pid, 'SIGCONT');
      await child.waitUntil('it has caught up', () => read().length >= 410);
      expect(read()).toEqual(upTo(410));
      expect(child.log()).not.toContain('lost');
    } finally {
      await child.kill();
      await witness.live.close();
    }
  });

  describe('a device that sleeps', () => {
    it('reads on where it fell asleep, whole, and knows the time', readsOn);
  });
}
