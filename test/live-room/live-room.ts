import { type Mode, type Onair, startOnair } from '../kit/onair.ts';
import { describeAdmission } from './admission.ts';
import { describeChat } from './chat.ts';
import { describeChatRefusals } from './chat-refusals.ts';
import { describeChatRules } from './chat-rules.ts';
import { describeComingBack } from './coming-back.ts';
import { describeEndings } from './endings.ts';
import { describeFuzz } from './fuzz.ts';
import { describeHearts } from './hearts.ts';
import { describeHeld } from './held.ts';
import { describeHostileClients } from './hostile.ts';
import { describeHostileFrames } from './hostile-frames.ts';
import { describeHostileRequests } from './hostile-requests.ts';
import { describeOrders } from './orders.ts';
import { describePolls } from './polls.ts';
import { describePurchases } from './purchases.ts';
import { describeQuestions } from './questions.ts';
import { describeSeller } from './seller.ts';
import { describeSlowViewers } from './slow-viewer.ts';
import { makeWorld, roomSettings, type World } from './world.ts';

/** All that the live room promises, over one of the transports. */
export function describeLiveRoom(mode: Mode, transport: 'ws' | 'uws'): void {
  let onair: Onair | undefined;
  let world: World;
  beforeAll(async () => {
    const env = { ...roomSettings, REALTIME_TRANSPORT: transport };
    onair = await startOnair(mode, { env, glibc: transport === 'uws' });
    world = await makeWorld(mode, onair);
  }, 180_000);
  afterAll(async () => {
    await onair?.stop();
  }, 60_000);

  const inWorld = () => world;
  describeAdmission(inWorld);
  describeChat(inWorld);
  describeChatRules(inWorld);
  describeChatRefusals(inWorld);
  describeHeld(inWorld);
  describeOrders(inWorld);
  describePurchases(inWorld);
  describeSeller(inWorld);
  describeHearts(inWorld);
  describePolls(inWorld);
  describeQuestions(inWorld);
  describeHostileClients(inWorld);
  describeHostileRequests(inWorld);
  describeHostileFrames(inWorld);
  describeFuzz(inWorld);
  describeSlowViewers(inWorld);
  describeComingBack(inWorld);
  // Last, because they end processes that the others need.
  describeEndings(inWorld);
}
