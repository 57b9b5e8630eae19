import { createClient } from 'redis';
import { describeWith } from './describe-with.ts';
import { type Redis, startRedis } from './redis.ts';

describeWith(['redis'], 'a private Redis', () => {
  let redis: Redis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  it('keeps values while it runs, and is empty after a crash', async () => {
    const before = await connect(redis.url);
    await before.set('stock', '3');
    expect(await before.get('stock')).toBe('3');
    expect(await redis.kill()).toEqual({ code: null, signal: 'SIGKILL' });
    before.destroy();

    await redis.restart();
    const after = await connect(redis.url);
    expect(await after.get('stock')).toBeNull();
    after.destroy();
  });
});

async function connect(url: string) {
  const client = createClient({ url, socket: { reconnectStrategy: false } });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
