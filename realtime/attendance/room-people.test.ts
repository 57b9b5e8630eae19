import { randomUUID } from 'node:crypto';
import type { Actor } from '../../common/auth/index.ts';
import { newId } from '../../common/ids.ts';
import { silentLogger } from '../../common/logger.ts';
import { createLocalPulse, type Pulse } from '../../common/pulse/index.ts';
import { type Services, startServices } from '../../test/kit/services.ts';
import { until } from '../../test/kit/until.ts';
import { realtimeActor } from '../batches/batch-caller.ts';
import type { Viewer } from '../viewer.ts';
import { type AttendanceDesk, openAttendanceDesk } from './attendance-desk.ts';
import { bannedCloseCode, createRoomPeople, type RoomPeople } from './room-people.ts';

const log = silentLogger();
const host: Actor = {
  ...{ kind: 'user', userId: newId('usr'), sessionId: newId('ses'), name: '호스트' },
  roles: ['seller'],
};

/** A connection as the framework has it, of which it is only told to end. */
class Connection {
  readonly sessionId = randomUUID();
  closedWith: number | undefined;
  auth: Viewer;

  constructor(userId: string) {
    const loginId = 'ses_1';
    this.auth = { kind: 'user', userId, loginId, name: '하나', role: 'viewer' };
  }

  leave(code?: number): void {
    this.closedWith = code;
  }
}

describe('the people of a room', () => {
  let services: Services;
  let desk: AttendanceDesk;
  let broadcastId: string;
  let connections: Connection[];
  let shown: number;
  beforeAll(async () => {
    services = await startServices();
  });
  afterAll(() => services.stop());
  beforeEach(async () => {
    connections = [];
    desk = openAttendanceDesk(asRoom().broadcasts, log);
    ({ id: broadcastId } = await services.clients.as({ actor: host }).broadcasts.createBroadcast({
      ...{ requestId: randomUUID(), title: '가을', description: '' },
    }));
  });
  afterEach(() => desk.stop());

  const asRoom = () => services.clients.as({ actor: realtimeActor });

  function openRoom(pulse: Pulse): RoomPeople {
    return createRoomPeople({
      ...{ broadcastId, roomId: randomUUID().slice(0, 9), desk, pulse, log },
      services: asRoom(),
      clients: () => connections,
      show: ({ viewers }) => {
        shown = viewers;
      },
    });
  }

  async function enter(people: RoomPeople): Promise<{ userId: string; connection: Connection }> {
    const { users } = services.clients.as({ actor: { kind: 'anonymous' } });
    const { id: userId } = await users.signUp({
      ...{ requestId: randomUUID(), email: `${randomUUID()}@example.com`, name: '하나', phone: '' },
      password: 'correct horse battery',
    });
    const connection = new Connection(userId);
    connections.push(connection);
    people.enter(connection);
    return { userId, connection };
  }

  const ban = (userId: string) =>
    services.clients.as({ actor: host }).broadcasts.banViewer({
      ...{ requestId: randomUUID(), broadcastId, userId, reason: '도배', sellerWide: false },
    });

  it('are sent away when they are banned, though the news of it is lost', async () => {
    const deaf = createLocalPulse();
    const people = openRoom(deaf);
    const { userId, connection } = await enter(people);
    const { connection: bystander } = await enter(people);
    await until('both are counted', () => shown === 2);
    await ban(userId);
    await until('they are sent away', () => connection.closedWith === bannedCloseCode);
    expect(bystander.closedWith).toBeUndefined();
    people.close();
  });

  it('are sent away also if they were on the way in when the news came', async () => {
    const people = openRoom(services.pulse);
    const { userId, connection } = await enter(people);
    connections.pop();
    people.leave(connection);
    await ban(userId);
    const late = new Connection(userId);
    connections.push(late);
    people.enter(late);
    await until('they are sent away', () => late.closedWith === bannedCloseCode);
    people.close();
  });

  it('become moderators while they are inside, and are no longer when that ends', async () => {
    const people = openRoom(services.pulse);
    const { userId, connection } = await enter(people);
    const { broadcasts } = services.clients.as({ actor: host });
    const about = () => ({ requestId: randomUUID(), broadcastId, userId });
    await broadcasts.addModerator(about());
    await until(
      'they moderate',
      () => 'role' in connection.auth && connection.auth.role === 'moderator',
    );
    await broadcasts.removeModerator(about());
    await until('they watch', () => 'role' in connection.auth && connection.auth.role === 'viewer');
    people.close();
  });

  it('are all counted again after the services were away', async () => {
    const people = openRoom(services.pulse);
    await enter(people);
    await until('one is counted', () => shown === 1);
    services.goDown();
    const away = new Connection(newId('usr'));
    people.enter(away);
    await services.comeUp();
    await until('both are counted', () => shown === 2);
    people.close();
  });
});
