import { describeInBothModes, type Onair, startOnair } from './kit/onair.ts';
import { makeWorld, roomSettings, type World } from './live-room/world.ts';
import { describeAsleep } from './recovery/asleep.ts';
import { describeAtTheDoor } from './recovery/at-the-door.ts';
import { describeBrokenWires } from './recovery/broken-wires.ts';
import { describeEndings } from './recovery/endings.ts';
import { createTokenMint } from './recovery/expired-tokens.ts';

describeInBothModes('a viewer who comes back', (mode) => {
  const mint = createTokenMint();
  let onair: Onair | undefined;
  let world: World;
  beforeAll(async () => {
    onair = await startOnair(mode, { env: { ...roomSettings, ...mint.env } });
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
  describeEndings(inWorld);
});
