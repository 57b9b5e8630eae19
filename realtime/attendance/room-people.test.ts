import { randomUUID } from 'node:crypto';
import type { Actor } from '../../common/auth/index.ts';
import { newId } from '../../common/ids.ts';
import { silentLogger } from '../../common/logger.ts';
import { createLocalPulse, type Pulse } from '../../common/pulse/index.ts';
import { type Services, startServices } from '../../test/kit/services.ts';
import { until } from '../../test/kit/until.ts';
import { realtimeActor } from '../batches/batch-caller.ts';
import type { UserRole, Viewer } from '../viewer.ts';
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

  constructor(userId?: string) {
    const loginId = 'ses_1';
    this.auth =
      userId === undefined
        ? { kind: 'guest' }
        : { kind: 'user', userId, loginId, name: '하나', role: 'viewer' };
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
  let roles: UserRole[];
  beforeAll(async () => {
    services = await startServices();
  });
  afterAll(() => services.stop());
  beforeEach(async () => {
    connections = [];
    roles = [];
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
      onRole: (_client, role) => roles.push(role),
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

  it.each([
    ['', () => services.pulse],
    [', though the news of it is lost', createLocalPulse],
  ])(
    'become moderators while they are inside, and are no longer when that ends%s',
    async (_, pulse) => {
      const people = openRoom(pulse());
      const { userId, connection } = await enter(people);
      const { broadcasts } = services.clients.as({ actor: host });
      const about = () => ({ requestId: randomUUID(), broadcastId, userId });
      await broadcasts.addModerator(about());
      await until(
        'they moderate',
        () => 'role' in connection.auth && connection.auth.role === 'moderator',
      );
      await broadcasts.removeModerator(about());
      await until(
        'they watch',
        () => 'role' in connection.auth && connection.auth.role === 'viewer',
      );
      expect(roles).toEqual(['moderator', 'viewer']);
      people.close();
    },
  );

  it('become moderators also while their connection is away', async () => {
    const people = openRoom(services.pulse);
    const { userId, connection } = await enter(people);
    connections.pop();
    const kept = Promise.withResolvers<void>();
    people.drop(connection, Object.assign(kept.promise, { reject: kept.reject }));
    const { broadcasts } = services.clients.as({ actor: host });
    await broadcasts.addModerator({ requestId: randomUUID(), broadcastId, userId });
    const back = new Connection(userId);
    connections.push(back);
    people.comeBack(back);
    await until('they moderate', () => 'role' in back.auth && back.auth.role === 'moderator');
    expect(roles).toEqual(['moderator']);
    kept.resolve();
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

  it('guests who go with their seats are taken off once, whenever they leave', async () => {
    await services.clients.as({ actor: host }).broadcasts.setCapacity({
      ...{ requestId: randomUUID(), broadcastId, maxViewers: 10, reservedSeats: 0, reason: '' },
    });
    const people = openRoom(services.pulse);
    const guests = Array.from({ length: 4 }, () => new Connection());
    for (const guest of guests) people.enter(guest);
    connections.push(...guests);
    await until('all are counted', () => shown === 4);
    const [first, second] = guests;
    if (first === undefined || second === undefined) throw new Error('nobody there');
    const carrying = people.carry([first, second]);
    people.leave(first);
    const tickets = await carrying;
    expect([tickets.get(first), tickets.get(second)]).toEqual([
      expect.stringMatching(/^tkt_/),
      expect.stringMatching(/^tkt_/),
    ]);
    people.leave(second);
    await until('two are left', () => shown === 2);
    const more = new Connection();
    people.enter(more);
    await until('three are there', () => shown === 3);
    people.close();
  });

  it('guests who go count no longer where seats are not limited, whenever they leave', async () => {
    const people = openRoom(services.pulse);
    const guests = Array.from({ length: 4 }, () => new Connection());
    for (const guest of guests) people.enter(guest);
    await until('all are counted', () => shown === 4);
    const [first, second] = guests;
    if (first === undefined || second === undefined) throw new Error('nobody there');
    expect((await people.carry([first, second])).size).toBe(0);
    await until('they are not counted', () => shown === 2);
    people.leave(first);
    people.leave(second);
    people.enter(new Connection());
    await until('they are not taken out again', () => shown === 3);
    people.close();
  });

  it('guests who could not be taken out of the count are counted until they leave', async () => {
    const people = openRoom(services.pulse);
    const guests = Array.from({ length: 3 }, () => new Connection());
    for (const guest of guests) people.enter(guest);
    await until('all are counted', () => shown === 3);
    const [first, second] = guests;
    if (first === undefined || second === undefined) throw new Error('nobody there');
    services.goDown();
    const carrying = people.carry([first, second]);
    people.leave(first);
    expect((await carrying).size).toBe(0);
    await services.comeUp();
    await until('the one who left is not counted', () => shown === 2);
    people.leave(second);
    await until('one is left', () => shown === 1);
    people.close();
  });
});
