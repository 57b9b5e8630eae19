import { createClient } from 'redis';
import { describeWith } from '../../test/kit/describe-with.ts';
import { type Redis, startRedis } from '../../test/kit/redis.ts';
import { until } from '../../test/kit/until.ts';
import { loadConfig } from '../config.ts';
import { silentLogger } from '../logger.ts';
import { type BroadcastNews, createLocalPulse, createPulse, type Pulse } from './index.ts';

const changed: BroadcastNews = { type: 'changed' };
const chat: BroadcastNews = {
  type: 'chat',
  messages: [
    { seq: 1, kind: 'normal', userId: 'usr_1', name: '홍길동', text: '안녕하세요', sentAt: 1 },
  ],
};
const deals: BroadcastNews = {
  type: 'deals',
  deals: [{ dealId: 'dea_1', remaining: 3, version: 2 }],
};
const stock = { skus: [{ skuId: 'sku_1', available: 3, version: 2 }] };

let topics = 0;

/** A broadcast that no other test speaks of. */
function unusedTopic(): string {
  topics += 1;
  return `brc_${topics}`;
}

/** What both kinds of pulse promise; `open` is a process's end of it. */
function definePulse(open: () => Promise<Pulse>): void {
  let here: Pulse;
  let there: Pulse;

  beforeAll(async () => {
    here = await open();
    there = await open();
  });

  afterAll(async () => {
    await here.close();
    await there.close();
  });

  /** Resolves when news from there reaches here, and so when what was subscribed before does. */
  async function connected(): Promise<void> {
    const topic = unusedTopic();
    const heard: BroadcastNews[] = [];
    const stop = here.onBroadcast(topic, (news) => heard.push(news));
    await until('news comes through', () => {
      there.publishBroadcast(topic, changed);
      return heard.length > 0;
    });
    stop();
  }

  function listen(topic = unusedTopic()) {
    const heard: BroadcastNews[] = [];
    const stop = here.onBroadcast(topic, (news) => heard.push(news));
    return { topic, heard, stop };
  }

  it('brings news of a broadcast to whoever listens for it, as it was', async () => {
    const first = listen();
    const second = listen(first.topic);
    const other = listen();
    await connected();
    for (const news of [changed, chat, deals]) there.publishBroadcast(first.topic, news);
    await until('all of it is heard', () => first.heard.length + second.heard.length === 6);
    expect(first.heard).toEqual([changed, chat, deals]);
    expect(second.heard).toEqual([changed, chat, deals]);
    expect(other.heard).toEqual([]);
    for (const { stop } of [first, second, other]) stop();
  });

  it('brings news of stock to everyone who asked for it', async () => {
    const heard: unknown[] = [];
    const stop = here.onStock((news) => heard.push(news));
    await connected();
    there.publishStock(stock);
    await until('it is heard', () => heard.length > 0);
    expect(heard).toEqual([stock]);
    stop();
  });

  it('never runs a handler inside of the call that publishes', async () => {
    const { topic, heard, stop } = listen();
    await connected();
    here.publishBroadcast(topic, changed);
    expect(heard).toEqual([]);
    await until('it is heard', () => heard.length > 0);
    stop();
  });

  it('stops for one handler without stopping for its neighbour, however often it is told to', async () => {
    const leaver = listen();
    const stayer = listen(leaver.topic);
    await connected();
    leaver.stop();
    leaver.stop();
    await connected();
    there.publishBroadcast(leaver.topic, changed);
    await until('the other one hears', () => stayer.heard.length > 0);
    expect(leaver.heard).toEqual([]);
    stayer.stop();
  });

  it('is heard again by who comes at the moment when the last one leaves', async () => {
    const before = listen();
    await connected();
    before.stop();
    const after = listen(before.topic);
    await connected();
    there.publishBroadcast(after.topic, changed);
    await until('the newcomer hears', () => after.heard.length > 0);
    expect(before.heard).toEqual([]);
    after.stop();
  });
}

describe('pulse within one process', () => {
  let shared: Pulse | undefined;
  definePulse(async () => {
    shared ??= await createPulse(loadConfig({}), silentLogger());
    return shared;
  });

  it('is silent once it is closed', async () => {
    const pulse = createLocalPulse();
    const heard: unknown[] = [];
    const stop = pulse.onStock((news) => heard.push(news));
    pulse.publishStock(stock);
    await pulse.close();
    await new Promise((resolve) => setImmediate(resolve));
    expect(heard).toEqual([]);
    stop();
  });
});

describeWith(['redis'], 'pulse over Redis', () => {
  let redis: Redis;

  beforeAll(async () => {
    redis = await startRedis();
  });

  afterAll(() => redis.stop());

  const open = () => createPulse(loadConfig({ REDIS_URL: redis.url }), silentLogger());

  definePulse(open);

  it('goes on with its listeners when Redis comes back', async () => {
    const pulse = await open();
    const heard: unknown[] = [];
    pulse.onBroadcast('brc_restart', (news) => heard.push(news));
    await redis.kill();
    pulse.publishBroadcast('brc_restart', changed);
    await until('it knows that news was lost', () => pulse.losses > 0);
    const lost = pulse.losses;
    const late: unknown[] = [];
    pulse.onBroadcast('brc_late', (news) => late.push(news));
    await redis.restart();
    await until('both listeners hear again', () => {
      pulse.publishBroadcast('brc_restart', changed);
      pulse.publishBroadcast('brc_late', changed);
      return heard.length > 0 && late.length > 0;
    });
    expect(pulse.losses).toBeGreaterThan(lost);
    await pulse.close();
  });

  it('passes over what it can’t read', async () => {
    const pulse = await open();
    const heard: unknown[] = [];
    pulse.onBroadcast('brc_noise', (news) => heard.push(news));
    const raw = createClient({ url: redis.url });
    await raw.connect();
    await until('it listens', () => raw.publish('onair:pulse:broadcast:brc_noise', '{"type":"?"}'));
    await raw.publish('onair:pulse:broadcast:brc_noise', 'not json');
    await raw.publish('onair:pulse:broadcast:brc_noise', JSON.stringify(changed));
    await until('the news between is heard', () => heard.length > 0);
    expect(heard).toEqual([changed]);
    raw.destroy();
    await pulse.close();
  });

  it('may be left, joined and told after it was closed, and nothing comes of it', async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown) => unhandled.push(error);
    process.on('unhandledRejection', note);
    const pulse = await open();
    const stop = pulse.onStock(() => undefined);
    pulse.onBroadcast('brc_pending', () => undefined);
    await pulse.close();
    stop();
    pulse.onBroadcast('brc_closed', () => undefined)();
    pulse.publishStock(stock);
    // Rejections that nobody handles are told at the end of a turn.
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });
});
