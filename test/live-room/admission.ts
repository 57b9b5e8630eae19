import { until } from '../kit/until.ts';
import { initialStock, price } from '../rest-shop.ts';
import { clientOf, joinRefusal, watch } from './viewer.ts';
import { door, type InWorld, leaveAll, watchAll } from './world.ts';

/** Who comes in, and what they see. */
export function describeAdmission(inWorld: InWorld): void {
  describe('at the door', () => {
    it('a guest sees the broadcast, its products and their stock', async () => {
      const world = inWorld();
      const { shop } = world;
      const viewer = await watch(door(world), shop.broadcastId);
      expect(viewer.room.state.toJSON()).toMatchObject({
        id: shop.broadcastId,
        sellerId: shop.seller.user.id,
        title: '머그컵 라이브',
        status: 'live',
        endedAt: 0,
        products: {
          [shop.productId]: {
            name: '머그컵',
            status: 'on_sale',
            skus: { [shop.skuId]: { name: '화이트', price, available: initialStock } },
          },
        },
      });
      await viewer.leave();
    });

    it('a token that is not ours is refused, rather than taken for a guest’s', async () => {
      const world = inWorld();
      const [head, claims] = world.ann.accessToken.split('.');
      for (const accessToken of ['nonsense', `${head}.${claims}.AAAA`]) {
        const client = clientOf(door(world), { accessToken });
        const joining = client.joinOrCreate('live', { broadcastId: world.shop.broadcastId });
        expect(await joinRefusal(joining)).toEqual([401, 'UNAUTHENTICATED']);
      }
    });

    it('a broadcast that does not exist is refused, and so are options that name none', async () => {
      const client = clientOf(door(inWorld()));
      const join = (options?: object) => joinRefusal(client.joinOrCreate('live', options));
      const unknown = `brc_${'Z'.repeat(26)}`;
      expect(await join({ broadcastId: unknown })).toEqual([404, 'NOT_FOUND']);
      for (const options of [{}, undefined, { broadcastId: 7 }, { broadcastId: 'x'.repeat(30) }]) {
        expect(await join(options)).toEqual([400, 'INVALID_ARGUMENT']);
      }
    });

    it('nobody opens rooms at will, or picks one by its id', async () => {
      const world = inWorld();
      const { broadcastId } = world.shop;
      const viewer = await watch(door(world), broadcastId);
      const client = clientOf(door(world));
      const refused = [520, expect.stringContaining('invalid method')];
      expect(await joinRefusal(client.create('live', { broadcastId }))).toEqual(refused);
      expect(await joinRefusal(client.joinById(viewer.room.roomId, { broadcastId }))).toEqual(
        refused,
      );
      await viewer.leave();
    });

    it('two tabs of one login are two viewers', async () => {
      const world = inWorld();
      const viewers = await watchAll(world, [world.ann, world.ann]);
      expect(new Set(viewers.map((viewer) => viewer.room.sessionId)).size).toBe(2);
      await leaveAll(viewers);
    });

    it('viewers are counted over all rooms, and no longer once they have left', async () => {
      const world = inWorld();
      const viewers = await watchAll(
        world,
        Array.from({ length: 7 }, () => undefined),
      );
      expect(new Set(viewers.map((viewer) => viewer.room.roomId)).size).toBeGreaterThan(2);
      const counts = () => viewers.map((viewer) => viewer.room.state.viewers.now);
      await until('every room shows all viewers', () => counts().every((count) => count === 7));
      const [stays, ...others] = viewers;
      await leaveAll(others);
      await until('one is left', () => stays?.room.state.viewers.now === 1);
      expect(stays?.room.state.viewers.peak).toBeGreaterThanOrEqual(7);
      await leaveAll(viewers);
    });

    it('GET /health says that the process takes viewers in', async () => {
      const answer = await fetch(`${door(inWorld())}/health`);
      expect([answer.status, await answer.json()]).toEqual([200, { status: 'ok' }]);
    });

    it('a matchmaking request with a large body is refused before it is read', async () => {
      const body = JSON.stringify({ broadcastId: 'x'.repeat(20_000) });
      const answer = await fetch(`${door(inWorld())}/matchmake/joinOrCreate/live`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      expect(answer.status).toBe(413);
    });
  });
}
