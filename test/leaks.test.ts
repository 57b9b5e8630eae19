import { describeWith } from './kit/describe-with.ts';
import { type Inspector, inspect, inspectable } from './kit/inspector.ts';
import { type Onair, startOnair } from './kit/onair.ts';
import { until } from './kit/until.ts';
import { attack } from './live-room/fuzz.ts';
import { createFuzzedFrames } from './live-room/fuzzed-frames.ts';
import { door, makeWorld, roomSettings, type World } from './live-room/world.ts';

const seed = 7;
const atOnce = 10;
/** Rounds until caches are full and code is compiled, and rounds that are measured. */
const warmUpRounds = 4;
const rounds = 10;
const attacks = rounds * atOnce;

/** Bytes for each attack that caches and statistics of the process may have grown by. */
const heapBytesEach = 48 * 1024;

const settings = {
  ...roomSettings,
  ...inspectable,
  USER_JOINS_PER_MINUTE: '1000000',
  USER_CONNECTIONS: '1000',
};

function describeLeaks(transport: 'ws' | 'uws'): void {
  let onair: Onair | undefined;
  let world: World;
  let inspector: Inspector | undefined;
  beforeAll(async () => {
    const env = { ...settings, REALTIME_TRANSPORT: transport };
    onair = await startOnair('embedded', { env, glibc: transport === 'uws' });
    world = await makeWorld('embedded', onair);
    inspector = await inspect(onair.logs());
  }, 180_000);
  afterAll(async () => {
    inspector?.close();
    await onair?.stop();
  }, 60_000);

  it('what attackers used is free again when they are gone', async () => {
    const frames = createFuzzedFrames(seed);
    const { broadcastId } = world.shop;
    async function strike(times: number): Promise<void> {
      for (let i = 0; i < times; i += 1) {
        await Promise.all(
          Array.from({ length: atOnce }, (_, place) => {
            const person = { authorization: `Bearer ${world.ann.accessToken}` };
            const headers = place % 2 === 0 ? person : {};
            return attack({ url: door(world), broadcastId, headers, frames, requests: 10 });
          }),
        );
      }
    }
    const holdings = () => {
      if (inspector === undefined) throw new Error('nobody looks');
      return inspector.holdings();
    };
    await strike(warmUpRounds);
    const before = await holdings();
    await strike(rounds);
    // One object kept for each attack would be more than this.
    const few = attacks / 2;
    await until('all of it is free again', async () => {
      const after = await holdings();
      expect(after.emitters - before.emitters).toBeLessThan(few);
      expect(after.timers - before.timers).toBeLessThan(few);
      expect(after.resources - before.resources).toBeLessThan(few);
      expect((after.heapBytes - before.heapBytes) / attacks).toBeLessThan(heapBytesEach);
      return true;
    });
  }, 180_000);
}

describe('leaks over ws', () => describeLeaks('ws'));
describeWith(['glibc'], 'leaks over uWebSockets.js', () => describeLeaks('uws'));
