import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { unwrap } from '../api/client/index.ts';
import { describeWith } from './kit/describe-with.ts';
import { type Onair, type OnairProcess, startOnair } from './kit/onair.ts';
import { until } from './kit/until.ts';
import { reserveSeat } from './live-room/raw-socket.ts';
import { type Viewer, watch } from './live-room/viewer.ts';
import { door, leaveAll, makeWorld, type World } from './live-room/world.ts';
import { order } from './rest-shop.ts';

/** Milliseconds from the crash of a process until joins land on living ones at once. */
const noticedWithinMs = 5_000;

describeWith(['mariadb', 'redis'], 'processes that end and start, in a cluster', () => {
  let onair: Onair | undefined;
  let world: World;
  let viewers: Viewer[] = [];
  beforeAll(async () => {
    onair = await startOnair('cluster', {
      env: {
        ...{ ROOM_CAPACITY: '20', ROOM_MESSAGES_PER_SECOND: '60', HANDOVER_PER_SECOND: '20' },
        // One person comes in until they sit where the test wants them.
        USER_JOINS_PER_MINUTE: '10000',
      },
    });
    world = await makeWorld('cluster', onair);
  }, 180_000);
  afterEach(() => leaveAll(viewers));
  afterAll(() => onair?.stop(), 120_000);

  function named(name: string): OnairProcess {
    const process = world.onair.processes.get(name);
    if (process === undefined) throw new Error(`no process ${name}`);
    return process;
  }

  const portOf = (viewer: Viewer) => new URL(String(viewer.room.connection.url)).port;
  const at = (index: number) => (viewer: Viewer) =>
    portOf(viewer) === new URL(door(world, index)).port;

  /** Seats guests until a process has so many, and answers those. */
  async function fill(index: number, count: number): Promise<Viewer[]> {
    const { broadcastId } = world.shop;
    while (viewers.filter(at(index)).length < count) {
      viewers.push(
        ...(await Promise.all(
          Array.from({ length: 10 }, () => watch(door(world, index), broadcastId)),
        )),
      );
    }
    return viewers.filter(at(index));
  }

  function expectGapless(viewer: Viewer): void {
    const seqs = viewer.lines.map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.map((_, i) => (seqs[0] ?? 0) + i));
    expect(viewer.missed).toEqual([]);
  }

  async function sell(): Promise<void> {
    const { id } = await unwrap(order(world.shop, world.bob, 1, randomUUID()));
    expect(id).toMatch(/^ord_/);
  }

  it('a process that ends hands its viewers over a few at a time, and serves those who are left', async () => {
    viewers = [];
    await fill(0, 40);
    const talker = await until('someone who talks sits elsewhere', async () => {
      const viewer = await watch(door(world, 1), world.shop.broadcastId, world.ann);
      viewers.push(viewer);
      return at(1)(viewer) ? viewer : undefined;
    });
    const there = viewers.filter(at(0));
    const toldAt = new Map<Viewer, number>();
    const ending = named('realtime-1').stop();
    let said = 0;
    await until('all have been told and closed', async () => {
      for (const viewer of there) {
        if (viewer.messages.some(({ type }) => type === 'draining') && !toldAt.has(viewer)) {
          toldAt.set(viewer, performance.now());
        }
      }
      said += 1;
      await talker.ask('chat', { id: randomUUID(), text: `인수인계 ${said}` });
      return there.every((viewer) => viewer.closeCode() !== undefined);
    });
    expect(await ending).toBe(0);
    const times = [...toldAt.values()].sort((a, b) => a - b);
    expect(times).toHaveLength(there.length);
    // Forty at twenty a second.
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(1_000);
    expect(there.map((viewer) => viewer.closeCode())).toEqual(there.map(() => 4001));
    // Who was told late has read what was said meanwhile, all of it in order.
    const last = there.toSorted((a, b) => (toldAt.get(b) ?? 0) - (toldAt.get(a) ?? 0))[0];
    expect(last?.lines.some(({ text }) => text.startsWith('인수'))).toBe(true);
    for (const viewer of there) expectGapless(viewer);
    const again = await Promise.all(
      there.map((before) => watch(door(world, 1), world.shop.broadcastId, undefined, before)),
    );
    viewers.push(...again);
    for (const viewer of again) expect(at(1)(viewer)).toBe(true);
    const { seq } = Object(await watchAndSay());
    await until('they read on', () => again.every((viewer) => viewer.room.state.lastSeq >= seq));
    for (const viewer of again) expectGapless(viewer);
    await sell();
    await named('realtime-1').start();
  }, 120_000);

  async function watchAndSay(): Promise<unknown> {
    const viewer = await watch(door(world, 1), world.shop.broadcastId, world.ann);
    viewers.push(viewer);
    return viewer.ask('chat', { id: randomUUID(), text: '다시 모였네요' });
  }

  it('a process that is ending opens no more rooms, and its seats go to others', async () => {
    viewers = [];
    const there = await fill(0, 20);
    const ending = named('realtime-1').stop();
    await until('it is ending', async () => {
      const health = await fetch(`${door(world)}/health`);
      return health.status === 503;
    });
    while (there.some((viewer) => viewer.closeCode() === undefined)) {
      const seat = await reserveSeat(door(world, 1), world.shop.broadcastId);
      expect(seat.publicAddress).toBe(new URL(door(world, 1)).host);
      await delay(100);
    }
    await ending;
    await named('realtime-1').start();
  }, 60_000);

  it('the rooms of a process that was killed take nobody in after a few seconds', async () => {
    viewers = [];
    await fill(0, 10);
    await named('realtime-1').kill();
    const killedAt = performance.now();
    await until('joins land on the living', async () => {
      const began = performance.now();
      const seats = await Promise.all(
        Array.from({ length: 10 }, () => reserveSeat(door(world, 1), world.shop.broadcastId)),
      );
      for (const seat of seats) expect(seat.publicAddress).toBe(new URL(door(world, 1)).host);
      return performance.now() - began < 1_000;
    });
    expect(performance.now() - killedAt).toBeLessThan(noticedWithinMs);
    viewers = viewers.filter((viewer) => viewer.closeCode() === undefined);
    await named('realtime-1').start();
  }, 60_000);

  it('all processes killed and started again go on with the broadcast', async () => {
    viewers = [];
    const before = await watch(door(world), world.shop.broadcastId, world.ann);
    const said = Object(await before.ask('chat', { id: randomUUID(), text: '정전 전' }));
    await until('it is shown', () => before.room.state.lastSeq >= said.seq);
    const all = [...world.onair.processes.values()];
    await Promise.all(all.map((process) => process.kill()));
    const services = all.filter(({ name }) => name.startsWith('grpc'));
    await Promise.all(services.map((process) => process.start()));
    await Promise.all(
      all.filter((process) => !services.includes(process)).map((process) => process.start()),
    );
    const again = await until(
      'a viewer joins',
      () => watch(door(world), world.shop.broadcastId, world.ann, before),
      { timeoutMs: 30_000 },
    );
    viewers.push(again);
    expect(again.room.state.status).toBe('live');
    const next = Object(await again.ask('chat', { id: randomUUID(), text: '정전 후' }));
    expect(next.seq).toBe(said.seq + 1);
    await until('it is shown', () => again.room.state.lastSeq >= next.seq);
    expectGapless(again);
    await sell();
  }, 120_000);

  it('Redis away and back: viewers stay, rooms are listed again, and news comes through', async () => {
    viewers = [];
    const [reader] = await fill(0, 1);
    const talker = await watch(door(world, 1), world.shop.broadcastId, world.ann);
    viewers.push(talker);
    const { redis } = world.onair;
    if (reader === undefined || redis === undefined) throw new Error('not there');
    await redis.kill();
    const missed = Object(await talker.ask('chat', { id: randomUUID(), text: '레디스 없이' }));
    await until(
      'rooms elsewhere show it all the same',
      () => reader.room.state.lastSeq >= missed.seq,
    );
    await redis.restart();
    await until('open rooms are listed again', async () => {
      const seat = await reserveSeat(door(world, 1), world.shop.broadcastId);
      return [reader, talker].some(({ room }) => room.roomId === seat.roomId);
    });
    const news = Object(await talker.ask('chat', { id: randomUUID(), text: '돌아왔네요' }));
    await until('news comes through', () => reader.room.state.lastSeq >= news.seq);
    expectGapless(reader);
    expect([reader.closeCode(), talker.closeCode()]).toEqual([undefined, undefined]);
  }, 90_000);

  it('a process that ends while Redis is away hands its viewers over all the same', async () => {
    viewers = [];
    await fill(0, 10);
    const talker = await until('someone who talks sits there', async () => {
      const viewer = await watch(door(world, 0), world.shop.broadcastId, world.bob);
      viewers.push(viewer);
      return at(0)(viewer) ? viewer : undefined;
    });
    const there = viewers.filter(at(0));
    const { redis } = world.onair;
    await redis?.kill();
    const ending = named('realtime-1').stop();
    const said = Object(await talker.ask('chat', { id: randomUUID(), text: '아직 들려요' }));
    expect(said.seq).toEqual(expect.any(Number));
    expect(await ending).toBe(0);
    const told = there.map(({ messages }) => messages.some(({ type }) => type === 'draining'));
    expect(told).toEqual(there.map(() => true));
    expect(there.map((viewer) => viewer.closeCode())).toEqual(there.map(() => 4001));
    expect(named('realtime-1').log()).not.toContain('draining took too long');
    await redis?.restart();
    await named('realtime-1').start();
  }, 90_000);

  it('started without Redis a process says so, and is ready once it is there', async () => {
    const { redis } = world.onair;
    const process = named('realtime-2');
    await process.stop();
    await redis?.kill();
    const starting = process.start();
    await until('it says what it waits for', () => process.log().includes('waiting for Redis'));
    await redis?.restart();
    await starting;
    viewers = [
      await until('it takes viewers in', () => watch(door(world, 1), world.shop.broadcastId)),
    ];
  }, 90_000);
});
