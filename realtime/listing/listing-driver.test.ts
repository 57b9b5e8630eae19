import { createClient } from 'redis';
import { describeWith } from '../../test/kit/describe-with.ts';
import { type Redis, startRedis } from '../../test/kit/redis.ts';
import { until } from '../../test/kit/until.ts';
import { redisOptions } from '../redis-options.ts';
import { ListingDriver } from './listing-driver.ts';

describeWith(['redis'], 'listings of rooms', () => {
  let redis: Redis;
  let driver: ListingDriver;
  let commands: number;
  beforeAll(async () => {
    redis = await startRedis();
  }, 30_000);
  afterAll(() => redis.stop());
  beforeEach(() => {
    driver = new ListingDriver(redisOptions(redis.url));
  });
  afterEach(() => driver.shutdown());

  async function open(roomId: string) {
    const room = {
      ...{ roomId, name: 'live', processId: 'p', clients: 0, maxClients: 10, locked: false },
      ...{ private: false, unlisted: false, metadata: undefined, createdAt: new Date() },
    };
    await driver.persist(room, true);
    return room;
  }

  const listed = async (roomId: string) => driver.findOne({ roomId });

  async function writes(): Promise<number> {
    const client = createClient({ url: redis.url });
    await client.connect();
    const stats = await client.info('commandstats');
    client.destroy();
    return Number(/cmdstat_hset:calls=(\d+)/.exec(stats)?.[1] ?? 0);
  }

  it('are written once for a crowd that comes at the same time', async () => {
    const room = await open('room-a');
    commands = await writes();
    await Promise.all(
      Array.from({ length: 500 }, () =>
        driver.update(room, { $inc: { clients: 1 }, $set: { locked: false } }),
      ),
    );
    expect(room.clients).toBe(500);
    await until('the count is there', async () => (await listed('room-a')).clients === 500);
    expect(await writes()).toBe(commands + 1);
  });

  it('say at once that a room takes nobody any more, with its count', async () => {
    const room = await open('room-b');
    await driver.update(room, { $inc: { clients: 1 }, $set: { locked: false } });
    await driver.update(room, { $inc: { clients: 1 }, $set: { locked: true } });
    expect(await listed('room-b')).toMatchObject({ clients: 2, locked: true });
  });

  it('do not come back when a count was due while the room closed', async () => {
    const room = await open('room-c');
    const other = await open('room-d');
    await driver.update(room, { $inc: { clients: -1 } });
    await driver.remove('room-c');
    await driver.update(other, { $inc: { clients: 1 } });
    await until('a later count is there', async () => (await listed('room-d')).clients === 1);
    expect(await listed('room-c')).toBeUndefined();
  });
});
