import { silentLogger } from '../../common/logger.ts';
import { describeWith } from '../../test/kit/describe-with.ts';
import { startRedis } from '../../test/kit/redis.ts';
import type { Server } from '../../test/kit/server.ts';
import { until } from '../../test/kit/until.ts';
import { createRequestCounts, type RequestCounts } from './request-counts.ts';

const log = silentLogger();

describe('counts of one process', () => {
  const counts = createRequestCounts({ redisUrl: undefined, log, maxCallers: 3 });

  it('go up by one for each request of a caller, and no further past their limit', async () => {
    const used = () => counts.add('a', 2).used;
    expect([used(), used(), used(), used()]).toEqual([1, 2, 3, 3]);
    expect((await counts.addExactly('b', 2)).used).toBe(1);
    const { msLeft } = counts.add('a', 2);
    expect(msLeft).toBeGreaterThan(50_000);
    expect(msLeft).toBeLessThanOrEqual(60_000);
  });

  it('forget those known longest when there are too many callers', () => {
    for (const key of ['c', 'd', 'e']) counts.add(key, 9);
    expect(counts.add('e', 9).used).toBe(2);
    expect(counts.add('a', 9).used).toBe(1);
  });
});

describeWith(['redis'], 'counts over several processes', () => {
  let redis: Server & { readonly url: string };
  let one: RequestCounts;
  let two: RequestCounts;

  beforeAll(async () => {
    redis = await startRedis();
    one = createRequestCounts({ redisUrl: redis.url, log });
    two = createRequestCounts({ redisUrl: redis.url, log });
    let probe = 0;
    await until('both count together', async () => {
      probe += 1;
      await one.addExactly(`probe${probe}`, 9);
      return (await two.addExactly(`probe${probe}`, 9)).used === 2;
    });
  });
  afterAll(async () => {
    one.close();
    two.close();
    await redis.stop();
  });

  it('let exactly as many through as may, of 60 at once at two processes', async () => {
    const all = await Promise.all(
      Array.from({ length: 60 }, (_, i) => (i % 2 === 0 ? one : two).addExactly('exact', 25)),
    );
    expect(all.filter(({ used }) => used <= 25)).toHaveLength(25);
  });

  it('are told to the others soon where each need not be exact', async () => {
    for (let i = 0; i < 5; i += 1) one.add('lazy', 100);
    await until('the other knows', () => two.add('lazy', 100).used > 5);
    // Nothing is counted twice on the way: both end with the same.
    await until('both agree', async () => {
      const a = (await one.addExactly('lazy', 1_000)).used;
      const b = (await two.addExactly('lazy', 1_000)).used;
      return b === a + 1;
    });
  });

  it('end together, a minute after the first request at any process', async () => {
    const first = await one.addExactly('window', 9);
    const second = await two.addExactly('window', 9);
    expect(second.msLeft).toBeLessThanOrEqual(first.msLeft);
  });

  it('go on in each process while Redis is away', async () => {
    await redis.kill();
    await until('it is noticed', async () => (await one.addExactly('away', 9)).used > 1);
    expect(one.add('alone', 9).used).toBe(1);
    expect(one.add('alone', 9).used).toBe(2);
  });
});
