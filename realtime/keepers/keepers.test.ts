import { randomUUID } from 'node:crypto';
import type { Actor } from '../../common/auth/index.ts';
import { newId } from '../../common/ids.ts';
import { silentLogger } from '../../common/logger.ts';
import { createLocalPulse, type Pulse } from '../../common/pulse/index.ts';
import { MessageKind } from '../../proto/gen/onair/chat/v1/chat.ts';
import { HeldState, HoldPolicy } from '../../proto/gen/onair/chat/v1/moderation.ts';
import { hireSeller, type Services, startServices } from '../../test/kit/services.ts';
import { until } from '../../test/kit/until.ts';
import { realtimeActor } from '../batches/batch-caller.ts';
import type { UserRole, Viewer } from '../viewer.ts';
import { createKeepers, type Keepers } from './keepers.ts';

/** A connection as the framework has it, and what it was told. */
class Connection {
  readonly auth: Viewer;
  readonly told: [type: string, body: unknown][] = [];

  constructor(role: UserRole) {
    this.auth = { kind: 'user', userId: newId('usr'), loginId: 'ses_1', name: '하나', role };
  }

  send(type: string, body: unknown): void {
    this.told.push([type, body]);
  }

  get counts(): unknown[] {
    return this.told.flatMap(([type, body]) => (type === 'held' ? [Object(body).waiting] : []));
  }
}

describe('those who keep order in a room', () => {
  let services: Services;
  let host: Actor;
  let broadcastId: string;
  let rooms: Keepers[];
  beforeAll(async () => {
    services = await startServices();
    host = await hireSeller(services);
  });
  afterAll(() => services.stop());
  beforeEach(async () => {
    rooms = [];
    const { broadcasts, chat } = asHost();
    ({ id: broadcastId } = await broadcasts.createBroadcast({
      ...{ requestId: randomUUID(), title: '가을', description: '' },
    }));
    await broadcasts.startBroadcast({ requestId: randomUUID(), broadcastId });
    await chat.updateChatSettings({
      ...{ requestId: randomUUID(), broadcastId, version: 1, reason: '' },
      holdPolicy: HoldPolicy.EVERYONE,
    });
  });
  afterEach(async () => {
    for (const room of rooms) room.close();
    await asHost().broadcasts.endBroadcast({ requestId: randomUUID(), broadcastId });
  });

  const asHost = () => services.clients.as({ actor: host });
  const asRoom = () => services.clients.as({ actor: realtimeActor });

  function openRoom(pulse: Pulse = services.pulse): Keepers {
    const room = createKeepers({ broadcastId, services: asRoom(), pulse, log: silentLogger() });
    rooms.push(room);
    return room;
  }

  function enter(room: Keepers, role: UserRole): Connection {
    const connection = new Connection(role);
    room.enter(connection);
    return connection;
  }

  async function say(count: number): Promise<void> {
    const messages = Array.from({ length: count }, (_, i) => ({
      ...{ broadcastId, userId: newId('usr'), clientId: randomUUID(), name: '하나' },
      kind: MessageKind.NORMAL,
      text: `말 ${i}`,
    }));
    await asRoom().chat.postMessages({ messages });
  }

  async function resolveOne(): Promise<void> {
    const { chat } = asHost();
    const { messages } = await chat.listHeldMessages({
      broadcastId,
      state: HeldState.WAITING,
      pageSize: 1,
    });
    const heldId = messages[0]?.id ?? '';
    await chat.resolveHeldMessage({ requestId: randomUUID(), broadcastId, heldId, approve: true });
  }

  const knows = (connection: Connection, waiting: number) =>
    until(`they know of ${waiting}`, () => connection.counts.at(-1) === waiting);

  it('are told what they are and what waits, in every room; a viewer nothing', async () => {
    const [here, there] = [openRoom(), openRoom()];
    const [seller, moderator] = [enter(here, 'host'), enter(there, 'moderator')];
    const viewer = enter(here, 'viewer');
    expect(seller.told).toEqual([['role', { role: 'host' }]]);
    await Promise.all([knows(seller, 0), knows(moderator, 0)]);
    await say(3);
    await Promise.all([knows(seller, 3), knows(moderator, 3)]);
    await resolveOne();
    await Promise.all([knows(seller, 2), knows(moderator, 2)]);
    expect(moderator.told[0]).toEqual(['role', { role: 'moderator' }]);
    expect(viewer.told).toEqual([]);
  });

  it('are told once a second at most, however much is said', async () => {
    const seller = enter(openRoom(), 'host');
    await knows(seller, 0);
    const from = performance.now();
    for (let i = 0; i < 30; i += 1) await say(1);
    await knows(seller, 30);
    const seconds = (performance.now() - from) / 1_000;
    expect(seller.counts.length - 1).toBeLessThanOrEqual(Math.floor(seconds) + 1);
  });

  it('learn of it by themselves when the news is lost', async () => {
    const seller = enter(openRoom(createLocalPulse()), 'host');
    await knows(seller, 0);
    await say(2);
    await knows(seller, 2);
  });

  it('become so while they are inside, and are told no more when that ends', async () => {
    const room = openRoom();
    const [seller, person] = [enter(room, 'host'), enter(room, 'viewer')];
    await say(1);
    await knows(seller, 1);
    room.change(person, 'moderator');
    await knows(person, 1);
    room.change(person, 'viewer');
    await say(1);
    await knows(seller, 2);
    expect(person.told).toEqual([
      ['role', { role: 'moderator' }],
      ['held', { waiting: 1 }],
      ['role', { role: 'viewer' }],
    ]);
  });

  it('are told again when they come back', async () => {
    const room = openRoom();
    const seller = enter(room, 'host');
    await knows(seller, 0);
    room.leave(seller);
    await say(1);
    expect(seller.counts).toEqual([0]);
    room.enter(seller);
    await knows(seller, 1);
    expect(seller.told.filter(([type]) => type === 'role')).toHaveLength(2);
  });
});
