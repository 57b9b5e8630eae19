import { setTimeout as delay } from 'node:timers/promises';
import { describeWith } from '../../test/kit/describe-with.ts';
import { startRedis } from '../../test/kit/redis.ts';
import type { Server } from '../../test/kit/server.ts';
import { until } from '../../test/kit/until.ts';
import { silentLogger } from '../logger.ts';
import { type Counts, createCounts } from './counts.ts';

const log = silentLogger();
const prefix = 'test';
const upTo = (most: number) => ({ most, windowMs: 60_000 });

describe('counts of one process', () => {
  const counts = createCounts({ prefix, redisUrl: undefined, log, maxKeys: 3 });

  it('go up by one for each request of a caller, and no further past their limit', async () => {
    const used = () => counts.add('a', upTo(2)).used;
    expect([used(), used(), used(), used()]).toEqual([1, 2, 3, 3]);
    expect((await counts.addExactly('b', upTo(2))).used).toBe(1);
    const { msLeft } = counts.add('a', upTo(2));
    expect(msLeft).toBeGreaterThan(50_000);
    expect(msLeft).toBeLessThanOrEqual(60_000);
  });

  it('are taken back, and never below nothing', () => {
    const seats = createCounts({ prefix, redisUrl: undefined, log });
    seats.takeBack('seat', upTo(2));
    expect([1, 2, 3].map(() => seats.add('seat', upTo(2)).used)).toEqual([1, 2, 3]);
    seats.takeBack('seat', upTo(2));
    seats.takeBack('seat', upTo(2));
    expect(seats.add('seat', upTo(2)).used).toBe(2);
  });

  it('forget those known longest when there are too many callers', () => {
    for (const key of ['c', 'd', 'e']) counts.add(key, upTo(9));
    expect(counts.add('e', upTo(9)).used).toBe(2);
    expect(counts.add('a', upTo(9)).used).toBe(1);
  });
});

describeWith(['redis'], 'counts over several processes', () => {
  let redis: Server & { readonly url: string };
  let one: Counts;
  let two: Counts;

  beforeAll(async () => {
    redis = await startRedis();
    one = createCounts({ prefix, redisUrl: redis.url, log });
    two = createCounts({ prefix, redisUrl: redis.url, log });
    let probe = 0;
    await until('both count together', async () => {
      probe += 1;
      await one.addExactly(`probe${probe}`, upTo(9));
      return (await two.addExactly(`probe${probe}`, upTo(9))).used === 2;
    });
  });
  afterAll(async () => {
    one.close();
    two.close();
    await redis.stop();
  });

  it('let exactly as many through as may, of 60 at once at two processes', async () => {
    const all = await Promise.all(
      Array.from({ length: 60 }, (_, i) => (i % 2 === 0 ? one : two).addExactly('exact', upTo(25))),
    );
    expect(all.filter(({ used }) => used <= 25)).toHaveLength(25);
  });

  it('are told to the others soon where each need not be exact', async () => {
    for (let i = 0; i < 5; i += 1) one.add('lazy', upTo(100));
    await until('the other knows', () => two.add('lazy', upTo(100)).used > 5);
    // Nothing is counted twice on the way: both end with the same.
    await until('both agree', async () => {
      const a = (await one.addExactly('lazy', upTo(1_000))).used;
      const b = (await two.addExactly('lazy', upTo(1_000))).used;
      return b === a + 1;
    });
  });

  it('begin alone where a limit is far, and together where it is near or small', async () => {
    const wide = upTo(80);
    // An eighth of it at each.
    for (const counts of [one, two]) {
      for (let i = 1; i <= 10; i += 1)
        expect(counts.addNearly('wide', wide)).toMatchObject({ used: i });
      expect(counts.addNearly('wide', wide)).toBeInstanceOf(Promise);
      expect(counts.addNearly('small', upTo(5))).toBeInstanceOf(Promise);
    }
    await until('each knows of the other', async () => {
      return (await one.addExactly('wide', wide)).used > 22;
    });
    const counts = Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? one : two));
    const all = await Promise.all(counts.map((each) => each.addNearly('wide', wide)));
    const { used } = await one.addExactly('wide', wide);
    expect(used).toBe(81);
    const past = all.filter((count) => count.used > 80);
    expect(past.length).toBeGreaterThanOrEqual(200 - (80 - 22));
  });

  it('that are taken back before they were told are never told', async () => {
    const wide = upTo(80);
    for (let i = 0; i < 5; i += 1) one.addNearly('back', wide);
    for (let i = 0; i < 3; i += 1) one.takeBack('back', wide);
    let asked = 0;
    await until('what is left is told', async () => {
      asked += 1;
      return (await two.addExactly('back', wide)).used === asked + 2;
    });
    expect((await one.addExactly('back', wide)).used).toBe(asked + 3);
  });

  it('are free again where another process takes back what was not told yet', async () => {
    const wide = upTo(80);
    for (let i = 0; i < 6; i += 1) one.addNearly('elsewhere', wide);
    for (let i = 0; i < 6; i += 1) two.takeBack('elsewhere', wide);
    // All of it is told by then.
    await delay(400);
    let asked = 0;
    await until('only the questions are counted', async () => {
      asked += 1;
      return (await two.addExactly('elsewhere', wide)).used === asked;
    });
  });

  it('are free again at all processes for what one of them took back', async () => {
    const limit = upTo(3);
    for (let i = 0; i < 3; i += 1) await two.addExactly('seat', limit);
    // Those who are refused don't count.
    for (let i = 0; i < 9; i += 1) expect((await one.addExactly('seat', limit)).used).toBe(4);
    two.takeBack('seat', limit);
    one.takeBack('no seat', limit);
    const used = async () => (await one.addExactly('seat', limit)).used;
    await until('there is room for one', async () => (await used()) === 3);
    expect((await two.addExactly('seat', limit)).used).toBe(4);
    expect((await one.addExactly('no seat', limit)).used).toBe(1);
  });

  it('end together, a minute after the first request at any process', async () => {
    const first = await one.addExactly('window', upTo(9));
    const second = await two.addExactly('window', upTo(9));
    expect(second.msLeft).toBeLessThanOrEqual(first.msLeft);
  });

  it('go on in each process while Redis is away', async () => {
    await redis.kill();
    await until('it is noticed', async () => (await one.addExactly('away', upTo(9))).used > 1);
    expect(one.add('alone', upTo(9)).used).toBe(1);
    expect(one.add('alone', upTo(9)).used).toBe(2);
  });
});
