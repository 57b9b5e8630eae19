import { unwrap } from '../../api/client/index.ts';
import { until } from '../kit/until.ts';
import { roomHolders } from '../live-room/restart-rooms.ts';
import type { InWorld, World } from '../live-room/world.ts';
import { attempt, openShop } from '../rest-shop.ts';
import { begin, type Follower, follow } from './follower.ts';

const seats = 4;

/** Processes that are restarted one after another while every seat of a broadcast is taken. */
export function describeFullHouse(inWorld: InWorld): void {
  describe('in a broadcast that is full', () => {
    let world: World;
    let followers: Follower[] = [];
    beforeEach(async () => {
      world = { ...inWorld(), shop: await openShop(inWorld().onair) };
      followers = [];
    });
    afterEach(async () => {
      await Promise.all(followers.map(({ live }) => live.close()));
    });

    const path = () => ({ broadcastId: world.shop.broadcastId });
    const capacity = '/v1/broadcasts/{broadcastId}/capacity';

    it('a rolling restart: guests keep their seats, and nobody in line takes one', async () => {
      await unwrap(
        world.shop.seller.api.PUT(capacity, {
          params: { path: path(), ...attempt() },
          body: { maxViewers: seats, reservedSeats: 0 },
        }),
      );
      const guests: Follower[] = [];
      for (let i = 0; i < seats; i += 1) guests.push(await follow(world));
      followers.push(...guests);
      const sentToTheLine = new Set<Follower>();
      for (const guest of guests) guest.live.on('waiting', () => sentToTheLine.add(guest));
      const outside = begin(world);
      followers.push(outside);
      await until('one more stands in line', () => outside.live.status === 'waiting');
      // A seat is where someone sits once their room has said so.
      const taken = async () =>
        (await unwrap(world.shop.seller.api.GET(capacity, { params: { path: path() } }))).taken;
      await until('all are counted', () =>
        guests.every(({ live }) => live.room?.state.viewers.now === seats),
      );
      for (const process of roomHolders(world)) {
        await process.stop();
        await process.start();
        await until(
          'the guests are inside',
          () =>
            guests.every(
              ({ live }) => live.status === 'online' && live.room?.state.viewers.now === seats,
            ),
          { timeoutMs: 30_000 },
        );
        expect(await taken()).toBe(seats);
      }
      expect(sentToTheLine.size).toBe(0);
      expect(outside.online).toEqual([]);
      await guests[0]?.live.close();
      await until('a seat that is left is the next one’s', () => outside.live.status === 'online', {
        timeoutMs: 30_000,
      });
    }, 120_000);
  });
}
