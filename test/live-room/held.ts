import { unwrap } from '../../api/client/index.ts';
import { until } from '../kit/until.ts';
import { begin } from '../recovery/follower.ts';
import { attempt, makePerson, openShop, type Person, type Shop } from '../rest-shop.ts';
import { say, setChat } from './hosted-chat.ts';
import { comeBack, type Viewer } from './viewer.ts';
import { door, type InWorld, leaveAll, watchAll } from './world.ts';

/** Messages that wait, as those hear of them who keep order. */
export function describeHeld(inWorld: InWorld): void {
  describe('what waits for approval', () => {
    let shop: Shop;
    let path: { broadcastId: string };
    let moderator: Person;
    let viewers: Viewer[] = [];
    beforeEach(async () => {
      const world = inWorld();
      [shop, moderator] = await Promise.all([
        openShop(world.onair),
        makePerson(world.onair, 'moderator'),
      ]);
      path = { broadcastId: shop.broadcastId };
      await setChat(shop, { holdPolicy: 'everyone' });
      // In two rooms: three sit in one.
      const people = [shop.seller, world.ann, undefined, moderator, world.bob];
      viewers = await watchAll(world, people, shop.broadcastId);
    });
    afterEach(() => leaveAll(viewers));

    const seat = (index: number) => {
      const viewer = viewers[index];
      if (viewer === undefined) throw new Error('nobody sits there');
      return viewer;
    };
    const told = (index: number) =>
      seat(index)
        .messages.filter(({ type }) => type === 'role' || type === 'held')
        .map(({ body }) => body);
    const knows = (index: number, waiting: number) =>
      until(`${index} knows of ${waiting}`, () => Object(told(index).at(-1)).waiting === waiting);
    const moderators = '/v1/broadcasts/{broadcastId}/moderators/{userId}';
    const named = () => ({ params: { path: { ...path, userId: moderator.user.id } } });
    const queue = '/v1/broadcasts/{broadcastId}/held-messages';

    it('is counted for the host, and for a moderator from being named on, in every room', async () => {
      await knows(0, 0);
      expect(told(0)).toEqual([{ role: 'host' }, { waiting: 0 }]);
      for (const index of [1, 3, 4])
        expect(await say(seat(index), '안녕하세요')).toEqual({ held: true });
      await knows(0, 3);
      await unwrap(shop.seller.api.PUT(moderators, named()));
      await knows(3, 3);
      expect(told(3)).toEqual([{ role: 'moderator' }, { waiting: 3 }]);
      const { items } = await unwrap(moderator.api.GET(queue, { params: { path } }));
      for (const approve of [true, false]) {
        const heldId = items[approve ? 0 : 1]?.id ?? '';
        await unwrap(
          moderator.api.POST(`${queue}/{heldId}/resolve`, {
            params: { path: { ...path, heldId }, ...attempt() },
            body: { approve, reason: '' },
          }),
        );
      }
      await Promise.all([knows(0, 1), knows(3, 1)]);
      await unwrap(shop.seller.api.DELETE(moderators, named()));
      await until('they moderate no more', () => Object(told(3).at(-1)).role === 'viewer');
      for (const index of [1, 2, 4]) expect(told(index)).toEqual([]);
    });

    it('is told by the client, to the host and to a moderator who comes back', async () => {
      await unwrap(shop.seller.api.PUT(moderators, named()));
      await knows(3, 0);
      await say(seat(1), '안녕하세요');
      await knows(3, 1);
      seat(3).drop();
      viewers[3] = await comeBack(door(inWorld(), 3), seat(3), moderator);
      await knows(3, 1);
      expect(told(3)).toEqual([{ role: 'moderator' }, { waiting: 1 }]);
      const counts: number[] = [];
      const roles: string[] = [];
      const { live } = begin(inWorld(), {
        broadcastId: shop.broadcastId,
        token: () => shop.seller.accessToken,
      });
      live.on('held', ({ waiting }) => counts.push(waiting));
      live.on('role', ({ role }) => roles.push(role));
      await until('the client knows of one', () => counts.at(-1) === 1);
      await say(seat(4), '안녕하세요');
      await until('the client knows of two', () => counts.at(-1) === 2);
      expect(roles).toEqual(['host']);
      await live.close();
    });
  });
}
