import { until } from '../kit/until.ts';
import { roomHolders } from '../live-room/restart-rooms.ts';
import type { InWorld, World } from '../live-room/world.ts';
import { openShop } from '../rest-shop.ts';
import { type Follower, follow, say } from './follower.ts';

/** Processes that end in every way that processes do. The broadcast goes on for everyone. */
export function describeEndings(inWorld: InWorld): void {
  describe('when processes end', () => {
    let world: World;
    let followers: Follower[] = [];
    beforeEach(async () => {
      world = { ...inWorld(), shop: await openShop(inWorld().onair) };
      followers = await Promise.all(
        Array.from({ length: 8 }, (_, i) =>
          follow(world, i === 0 ? { token: () => world.ann.accessToken } : {}),
        ),
      );
    });
    afterEach(async () => {
      await Promise.all(followers.map(({ live }) => live.close()));
    });

    const holders = () => roomHolders(world);

    /** What was said before and after is read by everyone, once, in one order. */
    async function everyoneHasEverything(): Promise<void> {
      await until(
        'everyone is back',
        () => followers.every(({ live }) => live.status === 'online'),
        { timeoutMs: 40_000 },
      );
      // What was said may be known to the services alone.
      const said = await followers[0]?.live.chat('다들 있나요');
      const seq = said?.seq ?? 0;
      await until('everyone has read it', () =>
        followers.every(({ live }) => live.lastSeq === seq),
      );
      const [first] = followers;
      expect(first?.seqs()).toEqual(Array.from({ length: seq }, (_, i) => i + 1));
      for (const { messages, lost, omitted } of followers) {
        expect(messages).toEqual(first?.messages);
        expect([lost, omitted]).toEqual([[], []]);
      }
    }

    /** Now and at any moment before, guests too. */
    async function everyoneIsCountedOnce(): Promise<void> {
      const counted = () => followers.map(({ live }) => live.room?.state.viewers);
      const everyone = followers.length;
      await until(
        'all are counted',
        () => counted().every((viewers) => viewers?.now === everyone),
        { timeoutMs: 20_000 },
      );
      expect(counted().map((viewers) => viewers?.peak)).toEqual(followers.map(() => everyone));
    }

    it('all killed and started again: everyone comes back to the broadcast', async () => {
      await everyoneIsCountedOnce();
      await say(world, 20);
      await Promise.all(holders().map((process) => process.kill()));
      await until('everyone has noticed', () =>
        followers.every(({ offline }) => offline.length > 0),
      );
      if (world.mode === 'cluster') await say(world, 150);
      await Promise.all(holders().map((process) => process.start()));
      await everyoneHasEverything();
      await everyoneIsCountedOnce();
    });

    it('a rolling restart: nobody misses a thing, and nobody is counted twice on the way', async () => {
      await everyoneIsCountedOnce();
      for (const process of holders()) {
        await say(world, 20);
        await process.stop();
        if (world.mode === 'cluster') await say(world, 20);
        await process.start();
        await everyoneHasEverything();
        await everyoneIsCountedOnce();
      }
    });

    it('one killed: its viewers go on elsewhere, the others never notice', async () => {
      if (world.mode === 'embedded') return;
      const [process] = holders();
      const port = new URL(world.onair.realtimeUrls[0] ?? '').port;
      const there = followers.filter(
        ({ live }) => new URL(String(live.room?.connection.url)).port === port,
      );
      const elsewhere = followers.filter((follower) => !there.includes(follower));
      await everyoneIsCountedOnce();
      await say(world, 20);
      await process?.kill();
      await say(world, 130);
      await everyoneHasEverything();
      await everyoneIsCountedOnce();
      expect(elsewhere.flatMap(({ offline }) => offline)).toEqual([]);
      await process?.start();
    });
  });
}
