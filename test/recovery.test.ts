import { describeWith } from './kit/describe-with.ts';
import { type Mode, type Onair, startOnair } from './kit/onair.ts';
import { makeWorld, roomSettings, type World } from './live-room/world.ts';
import { describeAsleep } from './recovery/asleep.ts';
import { describeAtTheDoor } from './recovery/at-the-door.ts';
import { describeBrokenWires } from './recovery/broken-wires.ts';
import { describeEndings } from './recovery/endings.ts';
import { createTokenMint } from './recovery/expired-tokens.ts';
import { describeFullHouse } from './recovery/full-house.ts';
import { describeOpenedLate } from './recovery/opened-late.ts';

function describeRecovery(mode: Mode, transport: 'ws' | 'uws'): void {
  const mint = createTokenMint();
  let onair: Onair | undefined;
  let world: World;
  beforeAll(async () => {
    const env = { ...roomSettings, ...mint.env, REALTIME_TRANSPORT: transport };
    onair = await startOnair(mode, { env, glibc: transport === 'uws' });
    world = await makeWorld(mode, onair);
  }, 180_000);
  afterAll(async () => {
    await onair?.stop();
  }, 60_000);

  const inWorld = () => world;
  describeBrokenWires(inWorld);
  describeAtTheDoor(inWorld, mint.expired);
  describeAsleep(inWorld);
  // Last, because they end processes that the others need.
  describeOpenedLate(inWorld);
  describeFullHouse(inWorld);
  describeEndings(inWorld);
}

describe('a viewer who comes back, embedded over ws', () => describeRecovery('embedded', 'ws'));
describeWith(
  ['mariadb', 'redis', 'glibc'],
  'a viewer who comes back, in a cluster over uWebSockets.js',
  () => describeRecovery('cluster', 'uws'),
);
