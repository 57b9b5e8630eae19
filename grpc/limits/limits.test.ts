import { loadConfig } from '../../common/config.ts';
import { DomainError } from '../../common/errors/index.ts';
import { silentLogger } from '../../common/logger.ts';
import { describeWith } from '../../test/kit/describe-with.ts';
import { codeOf, tally } from '../../test/kit/market.ts';
import { startRedis } from '../../test/kit/redis.ts';
import type { Server } from '../../test/kit/server.ts';
import { until } from '../../test/kit/until.ts';
import { createLimits, type Limits } from './index.ts';

type Open = (count?: number) => Promise<Limits[]>;

function guarantees(open: Open): void {
  let number = 0;
  const key = () => {
    number += 1;
    return `key-${number}`;
  };
  const waitOf = async (attempt: Promise<unknown>) => {
    const error: unknown = await attempt.catch((refusal: unknown) => refusal);
    if (!(error instanceof DomainError)) return 0;
    expect(error.code).toBe('RATE_LIMITED');
    return Number(error.details.retryAfterMs);
  };

  const delays = { firstDelaySeconds: 1, maxDelaySeconds: 60 };

  it('lets the free failures through, then makes each wait longer than the one before', async () => {
    const [limits] = await open();
    const limit = limits?.growing('a', { free: 3, ...delays });
    const mine = key();
    for (let i = 0; i < 4; i += 1) await limit?.attempt(mine);
    const first = await waitOf(limit?.attempt(mine) ?? Promise.resolve());
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThanOrEqual(1_000);
    await until('the first delay is over', () => limit?.attempt(mine));
    const second = await waitOf(limit?.attempt(mine) ?? Promise.resolve());
    expect(second).toBeGreaterThan(1_000);
    expect(second).toBeLessThanOrEqual(2_000);
  });

  it('lets no more through because many come at once, from two processes', async () => {
    const both = (await open(2)).map((limits) =>
      limits.growing('b', { free: 5, firstDelaySeconds: 30, maxDelaySeconds: 60 }),
    );
    const mine = key();
    const codes = await Promise.all(
      Array.from({ length: 100 }, (_, i) =>
        codeOf(both[i % both.length]?.attempt(mine) ?? Promise.resolve()),
      ),
    );
    expect(tally(codes)).toEqual({ ok: 6, RATE_LIMITED: 94 });
  });

  it('forgets failures by a success, and an attempt that was undone', async () => {
    const [limits] = await open();
    const limit = limits?.growing('c', { free: 2, ...delays });
    const mine = key();
    for (let i = 0; i < 10; i += 1) await (await limit?.attempt(mine))?.undo();
    for (let i = 0; i < 5; i += 1) {
      await limit?.attempt(mine);
      await (await limit?.attempt(mine))?.succeeded();
    }
  });

  it('counts to a fixed number, each key by itself', async () => {
    const [limits] = await open();
    const limit = limits?.fixed('d', { points: 2, seconds: 60 });
    const [mine, yours] = [key(), key()];
    expect(await limit?.take(mine)).toBe(true);
    await limit?.require(mine);
    expect(await limit?.take(mine)).toBe(false);
    expect(await waitOf(limit?.require(mine) ?? Promise.resolve())).toBeGreaterThan(50_000);
    expect(await limit?.take(yours)).toBe(true);
  });
}

describe('limits within one process', () => {
  const limits = createLimits(loadConfig({ ONAIR_ENV: 'test' }), silentLogger());
  guarantees(async () => [limits]);
});

describeWith(['redis'], 'limits over Redis', () => {
  let redis: Server & { readonly url: string };
  const opened: Limits[] = [];
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => {
    for (const limits of opened) limits.close();
    await redis.stop();
  });
  const open: Open = async (count = 1) => {
    const config = loadConfig({ ONAIR_ENV: 'test', REDIS_URL: redis.url });
    const made = Array.from({ length: Math.max(2, count) }, () =>
      createLimits(config, silentLogger()),
    );
    opened.push(...made);
    const probes = made.map((limits) => limits.fixed('probe', { points: 1, seconds: 60 }));
    // Each counts by itself until its connection is there; then they see each other's counts.
    let round = 0;
    await until('all count together', async () => {
      round += 1;
      const key = `${opened.length}-${round}`;
      const taken: boolean[] = [];
      for (const probe of probes) taken.push(await probe.take(key));
      return taken.filter(Boolean).length === 1;
    });
    return made.slice(0, count);
  };
  guarantees(open);

  it('go on counting in the process while Redis is away', async () => {
    const [limits] = await open();
    await redis.kill();
    const limit = limits?.fixed('e', { points: 1, seconds: 60 });
    expect(await limit?.take('k')).toBe(true);
    expect(await limit?.take('k')).toBe(false);
  });
});
