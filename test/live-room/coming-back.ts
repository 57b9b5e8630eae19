import { randomUUID } from 'node:crypto';
import { unwrap } from '../../api/client/index.ts';
import { MessageKind } from '../../proto/gen/onair/chat/v1/chat.ts';
import { until } from '../kit/until.ts';
import { openShop, type Shop } from '../rest-shop.ts';
import { comeBack, type Viewer, watch } from './viewer.ts';
import { door, type InWorld, leaveAll } from './world.ts';

/** Connections that break. Nobody loses a message, and nobody reads one twice. */
export function describeComingBack(inWorld: InWorld): void {
  describe('a viewer whose connection breaks', () => {
    let shop: Shop;
    let viewers: Viewer[] = [];
    beforeEach(async () => {
      shop = await openShop(inWorld().onair);
      viewers = [];
    });
    afterEach(() => leaveAll(viewers));

    async function seat(joining: Promise<Viewer>): Promise<Viewer> {
      const viewer = await joining;
      viewers.push(viewer);
      return viewer;
    }

    /** Other viewers say `count` things, of which the rooms hear by news. */
    async function say(count: number): Promise<void> {
      const { onair, bob } = inWorld();
      const { chat } = onair.rpc.as({ actor: { kind: 'service', name: 'test' } });
      const messages = Array.from({ length: count }, (_, i) => ({
        clientId: randomUUID(),
        broadcastId: shop.broadcastId,
        userId: bob.user.id,
        name: 'bob',
        text: `말 ${i}`,
        kind: MessageKind.NORMAL,
      }));
      const { outcomes } = await chat.postMessages({ messages });
      expect(outcomes.every(({ result }) => result?.$case === 'message')).toBe(true);
    }

    const seqs = (viewer: Viewer) => viewer.lines.map(({ seq }) => seq);
    const upTo = (last: number) => Array.from({ length: last }, (_, i) => i + 1);

    it('comes back to its seat and reads on where it stopped', async () => {
      const world = inWorld();
      const viewer = await seat(watch(door(world), shop.broadcastId, world.ann));
      await say(30);
      await until('the viewer has read them', () => viewer.lines.length === 30);
      viewer.drop();
      await until('the connection is gone', () => viewer.closeCode() !== undefined);
      await say(60);
      const back = await seat(comeBack(door(world), viewer, world.ann));
      expect(back.room.sessionId).toBe(viewer.room.sessionId);
      await until('it has caught up', () => back.lines.length >= 90);
      expect(seqs(back)).toEqual(upTo(90));
      // Still the same person.
      await back.ask('chat', { id: randomUUID(), text: '다녀왔어요' });
    });

    it('comes back while its former connection still looks alive', async () => {
      const world = inWorld();
      const viewer = await seat(watch(door(world), shop.broadcastId, world.ann));
      await say(3);
      const back = await seat(comeBack(door(world), viewer, world.ann));
      expect(back.room.sessionId).toBe(viewer.room.sessionId);
      await until('it reads on', () => back.lines.length >= 3);
      expect(seqs(back)).toEqual(upTo(3));
    });

    it('fetches from the history what the room no longer holds, with nothing missing', async () => {
      const world = inWorld();
      const viewer = await seat(watch(door(world), shop.broadcastId, world.ann));
      await say(5);
      await until('the viewer has read them', () => viewer.lines.length === 5);
      viewer.drop();
      await until('the connection is gone', () => viewer.closeCode() !== undefined);
      const other = await seat(watch(door(world, 1), shop.broadcastId));
      await say(250);
      await until('the room shows the newest', () => other.room.state.lastSeq === 255);
      const back = await seat(watch(door(world, 1), shop.broadcastId, world.ann, viewer));
      await until('it has read what the room holds', () => back.lines.at(-1)?.seq === 255);
      const page = await unwrap(
        world.ann.api.GET('/v1/broadcasts/{broadcastId}/messages', {
          params: {
            path: { broadcastId: shop.broadcastId },
            query: { afterSeq: 5, limit: 500 },
          },
        }),
      );
      const history = page.items.map(({ seq }) => seq);
      expect(back.missed).toHaveLength(255 - 5 - 100);
      expect(history).toEqual(expect.arrayContaining([...back.missed]));
      expect([...seqs(back), ...back.missed].sort((a, b) => a - b)).toEqual(upTo(255));
    });
  });
}
