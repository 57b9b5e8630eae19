import { describeWith } from './kit/describe-with.ts';
import { type Onair, startOnair } from './kit/onair.ts';
import { describeAdmission } from './live-room/admission.ts';
import { describeChat } from './live-room/chat.ts';
import { describeComingBack } from './live-room/coming-back.ts';
import { describeEndings } from './live-room/endings.ts';
import { describeFuzz } from './live-room/fuzz.ts';
import { describeHearts } from './live-room/hearts.ts';
import { describeHostileClients } from './live-room/hostile.ts';
import { describeHostileFrames } from './live-room/hostile-frames.ts';
import { describeHostileRequests } from './live-room/hostile-requests.ts';
import { describeOrders } from './live-room/orders.ts';
import { describePolls } from './live-room/polls.ts';
import { describeQuestions } from './live-room/questions.ts';
import { describeSlowViewers } from './live-room/slow-viewer.ts';
import { makeWorld, roomSettings, type World } from './live-room/world.ts';

describeWith(['glibc'], 'the live room over uWebSockets.js', () => {
  let onair: Onair | undefined;
  let world: World;
  beforeAll(async () => {
    const env = { ...roomSettings, REALTIME_TRANSPORT: 'uws' };
    onair = await startOnair('embedded', { env, glibc: true });
    world = await makeWorld('embedded', onair);
  }, 180_000);
  afterAll(async () => {
    await onair?.stop();
  }, 60_000);

  const inWorld = () => world;
  describeAdmission(inWorld);
  describeChat(inWorld);
  describeOrders(inWorld);
  describeHearts(inWorld);
  describePolls(inWorld);
  describeQuestions(inWorld);
  describeHostileClients(inWorld);
  describeHostileRequests(inWorld);
  describeHostileFrames(inWorld);
  describeFuzz(inWorld);
  describeSlowViewers(inWorld);
  describeComingBack(inWorld);
  // Last, because they end the process that the others need.
  describeEndings(inWorld);
});
