import { describeWith } from './kit/describe-with.ts';
import { type Onair, startOnair } from './kit/onair.ts';
import { makeWorld, roomSettings, type World } from './live-room/world.ts';
import { describeAsleep } from './recovery/asleep.ts';
import { describeAtTheDoor } from './recovery/at-the-door.ts';
import { describeBrokenWires } from './recovery/broken-wires.ts';
import { describeEndings } from './recovery/endings.ts';
import { createTokenMint } from './recovery/expired-tokens.ts';

describeWith(['glibc'], 'a viewer who comes back over uWebSockets.js', () => {
  const mint = createTokenMint();
  let onair: Onair | undefined;
  let world: World;
  beforeAll(async () => {
    const env = { ...roomSettings, ...mint.env, REALTIME_TRANSPORT: 'uws' };
    onair = await startOnair('embedded', { env, glibc: true });
    world = await makeWorld('embedded', onair);
  }, 180_000);
  afterAll(async () => {
    await onair?.stop();
  }, 60_000);

  const inWorld = () => world;
  describeBrokenWires(inWorld);
  describeAtTheDoor(inWorld, mint.expired);
  describeAsleep(inWorld);
  describeEndings(inWorld);
});
