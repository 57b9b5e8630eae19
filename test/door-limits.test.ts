import { unwrap } from '../api/client/index.ts';
import { describeInBothModes, type Onair, startOnair } from './kit/onair.ts';
import { until } from './kit/until.ts';
import {
  isClosed,
  openWebSocket,
  type RawSocket,
  reserve,
  seatAt,
} from './live-room/raw-socket.ts';
import { clientOf, joinRefusal, type Viewer, watch } from './live-room/viewer.ts';
import { door, leaveAll, makeWorld, type World } from './live-room/world.ts';
import { attempt, makePerson, openShop } from './rest-shop.ts';

describeInBothModes('limits of the rooms’ door', (mode) => {
  let onair: Onair | undefined;
  let world: World;
  beforeAll(async () => {
    onair = await startOnair(mode, {
      env: {
        REALTIME_TRUSTED_PROXIES: '127.0.0.1',
        ADDRESS_JOINS_PER_MINUTE: '12',
        ADDRESS_UNUSED_SEATS: '5',
        ADDRESS_CONNECTIONS: '3',
        USER_JOINS_PER_MINUTE: '6',
        USER_CONNECTIONS: '2',
      },
    });
    world = await makeWorld(mode, onair);
  }, 180_000);
  afterAll(() => onair?.stop(), 120_000);

  /** Asks as an address behind our proxy does, at each process in turn. */
  const ask = (address: string, index = 0) =>
    reserve(door(world, index), world.shop.broadcastId, { 'x-forwarded-for': address });

  const rateLimited = (retryAfterMs: number) => ({
    code: 429,
    error: 'RATE_LIMITED',
    details: { retryAfterMs: String(retryAfterMs) },
  });

  it('seats that are asked for and not taken are limited over all processes', async () => {
    const answers = [];
    for (let i = 0; i < 7; i += 1) answers.push(await ask('198.51.100.1', i));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429, 429]);
    const [refused] = answers.slice(-1);
    const wait = Number(Object(refused?.body).details.retryAfterMs);
    expect(refused?.body).toEqual(rateLimited(wait));
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(15_000);
    expect(Number(refused?.headers.get('retry-after'))).toBe(Math.ceil(wait / 1_000));
    // A neighbour is not held to account; nor does a client get away with a header of its own.
    expect((await ask('198.51.100.2')).status).toBe(200);
    expect((await ask('10.9.9.9, 198.51.100.1')).status).toBe(429);
  });

  it('requests are limited by the minute, those that are refused included', async () => {
    const unknown = `brc_${'Z'.repeat(26)}`;
    const statuses = [];
    for (let i = 0; i < 14; i += 1) {
      const headers = { 'x-forwarded-for': `2001:db8::${i}` };
      statuses.push((await reserve(door(world, i), unknown, headers)).status);
    }
    // One /64 of IPv6 is one place, and a seat that was not given is no unused seat.
    expect(statuses).toEqual([...Array(12).fill(404), 429, 429]);
  });

  it('connections of one address are limited, and come free again', async () => {
    const address = '198.51.100.3';
    const sockets: RawSocket[] = [];
    const connect = async () => {
      const { body, status } = await ask(address);
      expect(status).toBe(200);
      const seat = Object.assign({ sessionId: '', roomId: '', processId: '' }, body);
      const header = `X-Forwarded-For: ${address}\r\n`;
      const raw = await openWebSocket(...seatAt(door(world), seat), header);
      sockets.push(raw);
      return raw;
    };
    for (let i = 0; i < 3; i += 1) expect(isClosed(await connect())).toBe(false);
    const fourth = await connect();
    await until('one too many is closed', () => isClosed(fourth));
    sockets[0]?.destroy();
    await until('there is room again', async () => {
      const raw = await connect();
      await until('it is let in or closed', () => raw.received().length > 200 || isClosed(raw));
      return !isClosed(raw);
    });
    for (const raw of sockets) raw.destroy();
  });

  it('a user has so many screens, and so many joins a minute', async () => {
    const { broadcastId } = world.shop;
    const viewers: Viewer[] = [];
    for (let i = 0; i < 2; i += 1) viewers.push(await watch(door(world), broadcastId, world.ann));
    const join = (index = 0) =>
      joinRefusal(clientOf(door(world, index), world.ann).joinOrCreate('live', { broadcastId }));
    expect(await join()).toEqual([429, 'RATE_LIMITED; retryAfterMs=5000']);
    // Wherever they ask.
    const asked = await Promise.allSettled([3, 4, 5, 6, 7, 8, 9].map(join));
    expect(asked.filter((one) => JSON.stringify(one).includes('"RATE_LIMITED"'))).toHaveLength(4);
    for (const index of [0, 1]) expect(await join(index)).toEqual([429, 'RATE_LIMITED']);
    // Guests, and other people, come in.
    viewers.push(
      await watch(door(world), broadcastId),
      await watch(door(world), broadcastId, world.bob),
    );
    await leaveAll(viewers);
  });

  it('a user who is refused keeps no seat from others', async () => {
    const carol = await makePerson(world.onair, 'carol');
    const shop = await openShop(world.onair);
    const path = { broadcastId: shop.broadcastId };
    const capacity = '/v1/broadcasts/{broadcastId}/capacity';
    const body = { maxViewers: 1, reservedSeats: 0 };
    await unwrap(shop.seller.api.PUT(capacity, { params: { path, ...attempt() }, body }));
    const taken = async () =>
      (await unwrap(shop.seller.api.GET(capacity, { params: { path } }))).taken;
    const join = (broadcastId: string) =>
      joinRefusal(clientOf(door(world), carol).joinOrCreate('live', { broadcastId }));
    const viewers: Viewer[] = [];
    for (let i = 0; i < 2; i += 1) {
      viewers.push(await watch(door(world), world.shop.broadcastId, carol));
    }
    // Elsewhere she may have as many screens again.
    if (mode === 'embedded') {
      expect(await join(shop.broadcastId)).toEqual([429, 'RATE_LIMITED; retryAfterMs=5000']);
      // Much sooner than a seat that nobody came for.
      await until('her seat is free', async () => (await taken()) === 0, { timeoutMs: 10_000 });
    }
    await until('she asked too often', async () => {
      const [, message] = Object(await join(world.shop.broadcastId));
      return message === 'RATE_LIMITED';
    });
    expect(await join(shop.broadcastId)).toEqual([429, 'RATE_LIMITED']);
    expect(await taken()).toBe(0);
    viewers.push(await watch(door(world), shop.broadcastId, world.bob));
    await leaveAll(viewers);
  });
});
