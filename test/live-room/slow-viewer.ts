import { meanwhile } from '../kit/meanwhile.ts';
import { until } from '../kit/until.ts';
import { startBystanders } from './bystander.ts';
import { frame, sitDown } from './raw-socket.ts';
import { watch } from './viewer.ts';
import { door, type InWorld, makeWorld } from './world.ts';

const roomData = 13;

/** A viewer that goes on asking and never reads, as one on a train that entered a tunnel. */
export function describeSlowViewers(inWorld: InWorld): void {
  const cutOff = meanwhile(async () => {
    const { mode, onair } = inWorld();
    const world = await makeWorld(mode, onair);
    const { broadcastId } = world.shop;
    const bystanders = await startBystanders(world);
    const slow = await sitDown(door(world), broadcastId);
    const now = () => bystanders.reader.room.state.viewers.now;
    await until('all three are counted', () => now() === 3);
    slow.socket.pause();
    // Each is refused with its name in the answer, which waits for the one who asked.
    const type = Buffer.alloc(15_000, 'a');
    const head = Buffer.from([roomData, 0xda, type.length & 255, type.length >> 8]);
    const asking = setInterval(() => slow.send(frame(2, Buffer.concat([head, type]))), 20);
    await until('it is cut off', () => now() === 2, { timeoutMs: 40_000 });
    clearInterval(asking);
    slow.destroy();
    await bystanders.check();
    const back = await watch(door(world), broadcastId);
    await until('it has everything', () => {
      const { lastSeq, products } = back.room.state;
      return lastSeq === bystanders.reader.room.state.lastSeq && products.size > 0;
    });
    expect(back.missed).toEqual([]);
    await back.leave();
    await bystanders.leave();
  });

  describe('a viewer that does not read', () => {
    it('is cut off, slows nobody down, and has everything when it is back', cutOff, 90_000);
  });
}
