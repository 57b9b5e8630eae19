import { until } from '../kit/until.ts';
import { comeBack, joinRefusal, type Viewer, watch } from './viewer.ts';
import { door, type InWorld } from './world.ts';

const unknownMessage = expect.objectContaining({ code: 'UNKNOWN_MESSAGE' });

/** Clients that do what no client of ours does. The room answers, or closes, and goes on. */
export function describeHostileClients(inWorld: InWorld): void {
  describe('a hostile client', () => {
    let bystander: Viewer;
    let hostile: Viewer;
    beforeEach(async () => {
      const world = inWorld();
      bystander = await watch(door(world), world.shop.broadcastId, world.ann);
      hostile = await watch(door(world), world.shop.broadcastId, world.bob);
    });
    afterEach(async () => {
      expect(await bystander.ask('clock')).toEqual({ now: expect.any(Number) });
      expect(bystander.closeCode()).toBeUndefined();
      await bystander.leave();
      if (hostile.closeCode() === undefined) await hostile.leave();
    });

    async function closeCode(): Promise<number> {
      return until('the connection is closed', hostile.closeCode);
    }

    it('gets a typed answer to requests that do not exist', async () => {
      for (const type of ['nothing', '*', '__proto__', 'constructor', '']) {
        expect(await hostile.refusal(type, { any: 'thing' })).toEqual(unknownMessage);
      }
    });

    it('is told of messages that were refused, when it asked for no answer', async () => {
      hostile.room.send('nothing', { any: 'thing' });
      hostile.room.send('chat', { text: 7 });
      await until('both were refused', () => hostile.messages.length === 2);
      expect(hostile.messages).toEqual([
        { type: 'refused', body: { type: 'nothing', error: unknownMessage } },
        {
          type: 'refused',
          body: { type: 'chat', error: expect.objectContaining({ code: 'INVALID_ARGUMENT' }) },
        },
      ]);
    });

    it('is closed with 1009 for a message that is too large', async () => {
      hostile.room.send('chat', { id: 'large', text: 'x'.repeat(20_000) });
      expect(await closeCode()).toBe(1009);
    });

    it('is closed with 4002 for a frame that can’t be read', async () => {
      const unreadable = [0xa4, ...Buffer.from('chat'), 0xc1, 0xff];
      hostile.room.connection.send(Uint8Array.from([13, ...unreadable]));
      expect(await closeCode()).toBe(4002);
    });

    it('is closed with 4002 for a flood, and does not get its seat back', async () => {
      for (let i = 0; i < 200; i += 1) hostile.room.send('clock');
      expect(await closeCode()).toBe(4002);
      const world = inWorld();
      const refusal = await joinRefusal(comeBack(door(world), hostile, world.bob));
      expect(refusal).toEqual([524, expect.any(String)]);
    });

    it('does no harm with frames of noise', async () => {
      const world = inWorld();
      for (const first of [0, 10, 13, 17, 19, 20, 21, 255]) {
        const noise = [first, 0xcb, 0xdb, 0xff, 0xff, 0xff, 0xff, 0x81, 0xd9, first];
        if (hostile.closeCode() !== undefined) {
          hostile = await watch(door(world), world.shop.broadcastId, world.bob);
        }
        for (let length = 1; length <= noise.length; length += 1) {
          hostile.room.connection.send(Uint8Array.from(noise.slice(0, length)));
        }
        expect(await bystander.ask('clock')).toEqual({ now: expect.any(Number) });
      }
    });
  });
}
