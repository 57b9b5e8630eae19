import { unwrap } from '../../api/client/index.ts';
import { startTcpProxy } from '../kit/tcp-proxy.ts';
import { until } from '../kit/until.ts';
import { door, type InWorld, type World } from '../live-room/world.ts';
import { makePerson, openShop } from '../rest-shop.ts';
import { begin, type Follower, follow, say, upTo } from './follower.ts';

/** Close code with which a client says that it does not come back to its seat. */
const consented = 4000;

/** Refusals: those that pass, those that a fresh token mends, and those that are final. */
export function describeAtTheDoor(
  inWorld: InWorld,
  expiredToken: (userId: string) => Promise<string>,
): void {
  describe('at the door', () => {
    let world: World;
    let followers: Follower[] = [];
    beforeEach(async () => {
      world = { ...inWorld(), shop: await openShop(inWorld().onair) };
      followers = [];
    });
    afterEach(async () => {
      await Promise.all(followers.map(({ live }) => live.close()));
    });

    const enter = async (entering: Promise<Follower>) => {
      const follower = await entering;
      followers.push(follower);
      return follower;
    };

    it('a seat that is gone: it joins another room of the broadcast, and reads on', async () => {
      const proxy = await startTcpProxy(Number(new URL(door(world)).port));
      const viewer = await enter(
        follow(world, {
          realtimeUrl: proxy.url,
          socketUrl: (url) => Object.assign(new URL(url), { host: new URL(proxy.url).host }).href,
        }),
      );
      const before = viewer.live.room;
      // Rooms hold three; the others take the seat before the viewer is back.
      const others = await Promise.all([follow(world), follow(world)]);
      followers.push(...others);
      proxy.refuse();
      // The connections on which it would ask for a seat as well.
      viewer.live.on('offline', () => proxy.cut());
      before?.connection.close(consented);
      await until('it has noticed', () => viewer.live.status === 'recovering');
      await until('the room is full', async () => {
        const other = await enter(follow(world));
        return other.live.room?.roomId === before?.roomId;
      });
      await say(world, 40);
      proxy.accept();
      await until('it is back', () => viewer.live.lastSeq === 40);
      expect(viewer.live.room?.roomId).not.toBe(before?.roomId);
      expect(viewer.online.map(({ resumed }) => resumed)).toEqual([false, false]);
      expect(viewer.seqs()).toEqual(upTo(40));
      await viewer.live.close();
      await proxy.stop();
    });

    it('a token that ran out while it was away: it asks for a fresh one, once', async () => {
      const { ann } = world;
      const asked: boolean[] = [];
      let token: string | Promise<string> = ann.accessToken;
      const viewer = await enter(
        follow(world, {
          token({ refused }) {
            asked.push(refused);
            return refused ? ann.accessToken : token;
          },
        }),
      );
      token = expiredToken(ann.user.id);
      viewer.live.room?.connection.close(consented);
      await until('it is back', () => viewer.online.length === 2);
      expect(asked).toEqual([false, false, true]);
      // As the same person.
      expect(await viewer.live.chat('다시 왔어요')).toMatchObject({ seq: 1 });
    });

    it('a kept seat needs no token: it is taken where none can be had', async () => {
      let isInside = false;
      const token = () => {
        if (isInside) throw new Error('nobody answers');
        return world.ann.accessToken;
      };
      const proxy = await startTcpProxy(Number(new URL(door(world)).port));
      const viewer = await enter(
        follow(world, {
          token,
          realtimeUrl: proxy.url,
          socketUrl: (url) => Object.assign(new URL(url), { host: new URL(proxy.url).host }).href,
        }),
      );
      isInside = true;
      proxy.cut();
      await until('it is back', () => viewer.online.length === 2);
      expect(viewer.online.map(({ resumed }) => resumed)).toEqual([false, true]);
      await viewer.live.close();
      await proxy.stop();
    });

    it.each([
      ['no such broadcast', { broadcastId: `brc_${'Z'.repeat(26)}` }, 'NOT_FOUND'],
      ['no broadcast at all', { broadcastId: 'nonsense' }, 'INVALID_ARGUMENT'],
      ['a token that is not ours', { token: () => 'nonsense' }, 'UNAUTHENTICATED'],
    ])('%s is final: it says so and stops', async (_what, options, code) => {
      const viewer = begin(world, options);
      await expect(viewer.live.ready).rejects.toMatchObject({ code, retry: false });
      expect(viewer.refusals).toEqual([expect.objectContaining({ code })]);
      expect(viewer.live.status).toBe('closed');
      await expect(viewer.live.chat('여기요')).rejects.toMatchObject({ code: 'CLOSED' });
    });

    it('a token that stays refused however often it is renewed is final', async () => {
      const { user } = world.ann;
      const viewer = begin(world, { token: () => expiredToken(user.id) });
      await expect(viewer.live.ready).rejects.toMatchObject({ code: 'TOKEN_EXPIRED' });
    });

    it('a full broadcast: it stands in line, and comes in when its turn is', async () => {
      const { shop } = world;
      const params = { path: { broadcastId: shop.broadcastId } };
      const body = { maxViewers: 1 };
      await unwrap(shop.seller.api.PUT('/v1/broadcasts/{broadcastId}/capacity', { params, body }));
      const inside = await enter(follow(world));
      const places: number[] = [];
      const statuses: string[] = [];
      const waiting = begin(world);
      followers.push(waiting);
      waiting.live.on('waiting', ({ position }) => places.push(position));
      waiting.live.on('status', (status) => statuses.push(status));
      await until('it stands in line', () => places.length > 1);
      await inside.live.close();
      await waiting.live.ready;
      expect(new Set(places)).toEqual(new Set([1]));
      expect(statuses).toEqual(['waiting', 'online']);
      expect(waiting.refusals).toEqual([]);
    });

    it('a ban is final, for who is inside and for who wants in', async () => {
      const { shop, onair } = world;
      const person = await makePerson(onair, 'rude');
      const viewer = await enter(follow(world, { token: () => person.accessToken }));
      const params = { path: { broadcastId: shop.broadcastId, userId: person.user.id } };
      await unwrap(
        shop.seller.api.PUT('/v1/broadcasts/{broadcastId}/bans/{userId}', {
          params,
          body: { reason: '욕설' },
        }),
      );
      await until('it is sent away', () => viewer.live.status === 'closed');
      expect(viewer.refusals).toEqual([expect.objectContaining({ code: 'BANNED', retry: false })]);
      const again = begin(world, { token: () => person.accessToken });
      await expect(again.live.ready).rejects.toMatchObject({ code: 'BANNED', status: 403 });
    });

    it('nobody answers: it tries until it is closed', async () => {
      const viewer = begin(world, { realtimeUrl: 'http://127.0.0.1:9' });
      const saying = viewer.live.chat('여보세요');
      await viewer.live.close();
      await expect(viewer.live.ready).rejects.toMatchObject({ code: 'CLOSED' });
      await expect(saying).rejects.toMatchObject({ code: 'CLOSED' });
    });

    it('an address that fails is followed by the next', async () => {
      const viewer = await enter(
        follow(world, { realtimeUrl: ['http://127.0.0.1:9', door(world)] }),
      );
      expect(viewer.live.status).toBe('online');
    });

    it('a refusal of the room is an error with its code, and nothing is asked again', async () => {
      const viewer = await enter(follow(world));
      await expect(viewer.live.chat('손님')).rejects.toMatchObject({
        code: 'UNAUTHENTICATED',
        retry: false,
        message: expect.stringMatching(/[가-힣]/),
      });
      await expect(viewer.live.request('dance')).rejects.toMatchObject({ code: 'UNKNOWN_MESSAGE' });
    });
  });
}
