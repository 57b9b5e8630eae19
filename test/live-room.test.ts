import { describeInBothModes, type Onair, startOnair } from './kit/onair.ts';
import { describeAdmission } from './live-room/admission.ts';
import { describeChat } from './live-room/chat.ts';
import { describeComingBack } from './live-room/coming-back.ts';
import { describeEndings } from './live-room/endings.ts';
import { describeHostileClients } from './live-room/hostile.ts';
import { describeOrders } from './live-room/orders.ts';
import { describeSeller } from './live-room/seller.ts';
import { makeWorld, roomSettings, type World } from './live-room/world.ts';

describeInBothModes('the live room', (mode) => {
  let onair: Onair | undefined;
  let world: World;
  beforeAll(async () => {
    onair = await startOnair(mode, { env: roomSettings });
    world = await makeWorld(mode, onair);
  }, 180_000);
  afterAll(async () => {
    await onair?.stop();
  }, 60_000);

  const inWorld = () => world;
  describeAdmission(inWorld);
  describeChat(inWorld);
  describeOrders(inWorld);
  describeSeller(inWorld);
  describeHostileClients(inWorld);
  describeComingBack(inWorld);
  // Last, because they end processes that the others need.
  describeEndings(inWorld);
});
