import { randomUUID } from 'node:crypto';
import { unwrap } from '../api/client/index.ts';
import { tally } from './kit/market.ts';
import { describeInBothModes, type Onair, startOnair } from './kit/onair.ts';
import { until } from './kit/until.ts';
import { reserveSeat } from './live-room/raw-socket.ts';
import { clientOf, joinRefusal, type Viewer, watch } from './live-room/viewer.ts';
import { newWords } from './live-room/words.ts';
import { door, leaveAll, makeWorld, type World, watchAll } from './live-room/world.ts';
import { attempt, makePerson, openShop, type Person, type Shop } from './rest-shop.ts';

/** Rooms of two, so that a handful of viewers sits in several of them on every process. */
const settings = { ROOM_CAPACITY: '2' };

describeInBothModes('the door', (mode) => {
  let onair: Onair;
  let world: World;
  let shop: Shop;
  let viewers: Viewer[] = [];
  beforeAll(async () => {
    onair = await startOnair(mode, { env: settings });
    world = await makeWorld(mode, onair);
  }, 180_000);
  afterAll(() => onair.stop(), 60_000);
  beforeEach(async () => {
    shop = await openShop(onair);
    viewers = [];
  });
  afterEach(() => leaveAll(viewers));

  async function sit(people: readonly (Person | undefined)[]): Promise<Viewer[]> {
    const seated = await watchAll(world, people, shop.broadcastId);
    viewers.push(...seated);
    return seated;
  }

  const path = () => ({ broadcastId: shop.broadcastId });
  const limit = (maxViewers: number | null, reservedSeats = 0) =>
    unwrap(
      shop.seller.api.PUT('/v1/broadcasts/{broadcastId}/capacity', {
        params: { path: path(), ...attempt() },
        body: { maxViewers, reservedSeats },
      }),
    );
  const readCapacity = () =>
    unwrap(
      shop.seller.api.GET('/v1/broadcasts/{broadcastId}/capacity', { params: { path: path() } }),
    );
  const banPath = (person: Person) => ({ path: { ...path(), userId: person.user.id } });
  const ban = (person: Person, by = shop.seller) =>
    unwrap(
      by.api.PUT('/v1/broadcasts/{broadcastId}/bans/{userId}', {
        params: { ...banPath(person), ...attempt() },
        body: { reason: '도배' },
      }),
    );

  /** What a request for a seat is answered, with what the SDK doesn't show. */
  async function askForSeat(at: number, more: object = {}, person?: Person): Promise<unknown> {
    const answer = await fetch(`${door(world, at)}/matchmake/joinOrCreate/live`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(person === undefined ? {} : { authorization: `Bearer ${person.accessToken}` }),
      },
      body: JSON.stringify({ ...path(), ...more }),
    });
    return answer.json();
  }

  const ticketOf = (refusal: unknown) => {
    const found = /"ticket":"(tkt_\w+)"/.exec(JSON.stringify(refusal))?.[1];
    if (found === undefined) throw new Error(`no ticket in ${JSON.stringify(refusal)}`);
    return found;
  };

  it('lets in exactly as many as there are seats, over all rooms and processes', async () => {
    await limit(5);
    const people = await Promise.all(
      Array.from({ length: 6 }, (_, i) => makePerson(onair, `p${i}`)),
    );
    const joining = Array.from({ length: 16 }, (_, i) =>
      watch(door(world, i), shop.broadcastId, people[i]),
    );
    const settled = await Promise.allSettled(joining);
    viewers = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(viewers).toHaveLength(5);
    expect(new Set(viewers.map((viewer) => viewer.room.roomId)).size).toBeGreaterThan(2);
    const refusals = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    for (const reason of refusals) expect(reason).toMatchObject({ code: 503 });
    await until('all rooms show five', () =>
      viewers.every((viewer) => viewer.room.state.viewers.now === 5),
    );
    expect(await readCapacity()).toMatchObject({ maxViewers: 5, taken: 5 });
  });

  it('fills room after room when many come at once, and opens no more than they need', async () => {
    const seats = await Promise.all(
      Array.from({ length: 24 }, () => reserveSeat(door(world), shop.broadcastId)),
    );
    const taken = tally(seats.map(({ roomId }) => roomId));
    expect(Object.values(taken)).toEqual(Array.from({ length: 12 }, () => 2));
  });

  it('counts on, whatever rooms people claim to have been in', async () => {
    const claim = (roomId: string) => ({ back: { roomId, reconnectionToken: 'none' } });
    expect(await askForSeat(0, claim('no room!'))).toMatchObject({ error: 'INVALID_ARGUMENT' });
    const [first] = await sit([undefined]);
    const claimed = await clientOf(door(world)).joinOrCreate('live', {
      ...{ ...path(), ...claim('r'.repeat(40)) },
    });
    await until('both are counted', () => first?.room.state.viewers.now === 2);
    await claimed.leave();
    await until('one is counted', () => first?.room.state.viewers.now === 1);
  });

  it('keeps places in line: VIPs first, then who came first, by ticket or account', async () => {
    await limit(1);
    const [seated] = await sit([undefined]);
    const [vip, ann] = [await makePerson(onair, 'vip'), world.ann];
    await unwrap(
      shop.seller.api.PUT('/v1/sellers/{sellerId}/vips/{userId}', {
        params: { path: { sellerId: shop.seller.user.id, userId: vip.user.id }, ...attempt() },
      }),
    );
    const guest = await askForSeat(0);
    expect(guest).toMatchObject({
      code: 503,
      error: 'BROADCAST_FULL',
      details: { position: '1', ticket: expect.any(String), retryAfterMs: '1100' },
    });
    const ticket = ticketOf(guest);
    expect(await askForSeat(1, {}, ann)).toMatchObject({ details: { position: '2' } });
    expect(await askForSeat(1, {}, vip)).toMatchObject({ details: { position: '1' } });
    expect(await askForSeat(1, { ticket })).toMatchObject({ details: { position: '2' } });
    expect(await askForSeat(0, {}, ann)).toMatchObject({ details: { position: '3' } });
    await seated?.leave();
    await until('the VIP comes in', async () => {
      await askForSeat(0, { ticket });
      await askForSeat(1, {}, ann);
      viewers.push(await watch(door(world), shop.broadcastId, vip));
      return true;
    });
    expect(await askForSeat(1, {}, ann)).toMatchObject({ details: { position: '2' } });
    expect(await askForSeat(1, { ticket })).toMatchObject({ details: { position: '1' } });
  });

  it('gives one seat for a ticket, however often it is shown, and wherever', async () => {
    await limit(1);
    const [seated] = await sit([undefined]);
    const ticket = ticketOf(await askForSeat(0));
    const sessionOf = (answer: unknown): unknown => Object(answer).sessionId;
    await seated?.leave();
    await until('the seat is free', async () => {
      return sessionOf(await askForSeat(0, { ticket })) !== undefined;
    });
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => askForSeat(i, { ticket })),
    );
    const sessions = answers.map(sessionOf).filter((session) => session !== undefined);
    expect(sessions.length).toBeGreaterThanOrEqual(10);
    expect(new Set(sessions).size).toBe(1);
    expect((await readCapacity()).taken).toBe(1);
  });

  it('counts a person on two processes once, and lists them once', async () => {
    const tabs = await sit([world.ann, world.ann, world.ann, world.bob, undefined]);
    expect(new Set(tabs.map((viewer) => viewer.room.roomId)).size).toBeGreaterThan(1);
    const shows = (count: number) => () =>
      viewers.every(
        ({ closeCode, room }) => closeCode() !== undefined || room.state.viewers.now === count,
      );
    await until('three viewers are counted', shows(3));
    const { items } = await unwrap(
      shop.seller.api.GET('/v1/broadcasts/{broadcastId}/participants', {
        params: { path: path() },
      }),
    );
    expect(items).toHaveLength(2);
    expect(items).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ userId: world.ann.user.id, role: 'viewer' }),
        expect.objectContaining({ userId: world.bob.user.id }),
      ]),
    );
    await leaveAll(tabs.slice(0, 2));
    await tabs[4]?.leave();
    await until('the third tab still counts', shows(2));
    expect(tabs[3]?.room.state.viewers.peak).toBe(3);
  });

  it('a ban sends someone away from every room at once, and keeps them out until it is lifted', async () => {
    const moderator = await makePerson(onair, 'moderator');
    await unwrap(
      shop.seller.api.PUT('/v1/broadcasts/{broadcastId}/moderators/{userId}', {
        params: { ...banPath(moderator), ...attempt() },
      }),
    );
    const tabs = await sit([world.ann, world.ann, world.ann]);
    const [bystander] = await sit([world.bob]);
    await ban(world.ann, moderator);
    const bannedAt = performance.now();
    await until('all tabs are closed', () => tabs.every((tab) => tab.closeCode() === 4403));
    // What makes up for lost news takes five seconds.
    expect(performance.now() - bannedAt).toBeLessThan(3_000);
    const join = () => clientOf(door(world, 1), world.ann).joinOrCreate('live', path());
    expect(await joinRefusal(join())).toEqual([403, 'BANNED']);
    expect(bystander?.closeCode()).toBeUndefined();
    await unwrap(
      moderator.api.DELETE('/v1/broadcasts/{broadcastId}/bans/{userId}', {
        params: { ...banPath(world.ann), ...attempt(), query: { reason: '오해' } },
      }),
    );
    await sit([world.ann]);
  });

  it('a ban takes the seat that is kept for a connection that broke', async () => {
    const [tab] = await sit([world.ann]);
    const [bystander] = await sit([world.bob]);
    if (tab === undefined) throw new Error('nobody sits');
    // Before both are, one viewer says nothing about whose seat is left.
    await until('both are counted', () => bystander?.room.state.viewers.now === 2);
    tab.drop();
    await until('the connection is gone', () => tab.closeCode() !== undefined);
    await ban(world.ann);
    await until('the seat is given up', () => bystander?.room.state.viewers.now === 1, {
      timeoutMs: 10_000,
    });
    const back = clientOf(door(world), world.ann).reconnect(tab.room.reconnectionToken);
    await expect(back).rejects.toThrow();
  });

  it('refuses to ban or to moderate who is not there, and strangers to do either', async () => {
    const nobody = { path: { ...path(), userId: `usr_${'Z'.repeat(26)}` }, ...attempt() };
    const unknown = await shop.seller.api.PUT('/v1/broadcasts/{broadcastId}/moderators/{userId}', {
      params: nobody,
    });
    expect(unknown.error).toMatchObject({ code: 'NOT_FOUND' });
    await expect(ban(world.ann, world.bob)).rejects.toMatchObject({
      problem: { code: 'PERMISSION_DENIED' },
    });
  });

  it('chat, stock and counts are the same in every room', async () => {
    const seats = await sit([world.ann, world.bob, undefined, undefined, undefined]);
    expect(new Set(seats.map((viewer) => viewer.room.roomId)).size).toBeGreaterThan(2);
    const said = Array.from({ length: 20 }, newWords);
    await Promise.all(said.map((text, i) => seats[i % 2]?.ask('chat', { id: text, text })));
    const buyer = seats[0];
    await buyer?.ask('order', { id: randomUUID(), lines: [{ skuId: shop.skuId, quantity: 3 }] });
    await until('all have read everything', () =>
      seats.every(({ lines }) => said.every((text) => lines.some((line) => line.text === text))),
    );
    const texts = (viewer: Viewer) => viewer.lines.map((line) => `${line.seq} ${line.text}`);
    for (const seat of seats) {
      const shown = texts(seat);
      expect(texts(seats[0] ?? seat).slice(-shown.length)).toEqual(shown.slice(-20));
    }
    await until('all show the same stock and count', () =>
      seats.every(({ room }) => {
        const sku = room.state.products.get(shop.productId)?.skus.get(shop.skuId);
        return sku?.available === 997 && room.state.viewers.now === 5;
      }),
    );
  });

  if (mode === 'cluster') {
    it('leaves a process that was killed out of the count within ten seconds, and frees its seats', async () => {
      await limit(8);
      const killed = onair.processes.get('realtime-1');
      const port = new URL(door(world, 0)).port;
      const isThere = (viewer: Viewer) => new URL(String(viewer.room.connection.url)).port === port;
      await sit([world.ann, undefined, undefined, world.ann, undefined, undefined, undefined]);
      const there = viewers.filter(isThere).length;
      const survivors = viewers.filter((viewer) => !isThere(viewer));
      expect(there).toBeGreaterThan(0);
      const witness = survivors[0];
      if (witness === undefined) throw new Error('all sit in one process');
      await until('all are counted', () => witness.room.state.viewers.now === 6);
      await killed?.kill();
      const killedAt = performance.now();
      // Not all at once: each room is dead seven seconds after its own last sign of life.
      const count = () => witness.room.state.viewers.now;
      await until('the dead are left out', () => count() <= survivors.length);
      expect(performance.now() - killedAt).toBeLessThan(10_000);
      const { taken } = await readCapacity();
      expect(taken).toBe(count());
      expect(taken).toBeLessThanOrEqual(survivors.length);
      await killed?.start();
    });
  }
});
