import type { Actor } from '../../common/auth/index.ts';
import { loadConfig } from '../../common/config.ts';
import { newId } from '../../common/ids.ts';
import { silentLogger } from '../../common/logger.ts';
import { type BroadcastNews, createLocalPulse } from '../../common/pulse/index.ts';
import { ChatServiceDefinition, type Message } from '../../proto/gen/onair/chat/v1/chat.ts';
import { describeOnBothDatabases } from '../../test/kit/databases.ts';
import { type HeldClock, holdClock } from '../../test/kit/held-clock.ts';
import { type ServedRpc, serveRpc } from '../../test/kit/serve-rpc.ts';
import { until } from '../../test/kit/until.ts';
import { testVault } from '../../test/kit/vault.ts';
import { type Database, type JobRow, leaseJobs } from '../db/index.ts';
import type { BroadcastFacts } from './chat-policy.ts';
import { broadcastsOf, noFollowers } from './fixtures/lookups.ts';
import { createChat, createChatService } from './index.ts';

const workers: Actor = { kind: 'service', name: 'workers' };
const windowMs = 3_000;

describeOnBothDatabases('purchases in a chat', (open) => {
  const kim = newId('usr');
  const broadcasts = new Map<string, BroadcastFacts>();
  const pulse = createLocalPulse();
  let db: Database;
  let clock: HeldClock;
  let served: ServedRpc;
  /** The services as another process on the same database has them. */
  let other: ServedRpc;
  /** A process whose transactions all end before their commit. */
  let dying: ServedRpc;

  beforeAll(async () => {
    db = await open();
    clock = holdClock();
    const serve = (database: Database) => {
      const config = loadConfig({ ONAIR_ENV: 'test' });
      const chat = createChat(
        { config, db: database, clock, log: silentLogger(), vault: testVault, pulse },
        broadcastsOf(broadcasts),
        { namesOf: async () => new Map([[kim, '김철수']]) },
        noFollowers,
      );
      return serveRpc((server) => server.add(ChatServiceDefinition, createChatService(chat)));
    };
    served = await serve(db);
    other = await serve(db);
    dying = await serve({
      ...db,
      transaction: (work) =>
        db.transaction(async (tx) => {
          await work(tx);
          throw new Error('killed');
        }),
    });
  });
  afterAll(async () => {
    await Promise.all([served, other, dying].map((one) => one.stop()));
    await pulse.close();
  });

  function onAir(status: BroadcastFacts['status'] = 'live'): string {
    const id = newId('brc');
    broadcasts.set(id, { sellerId: newId('usr'), status });
    return id;
  }

  function hostOf(broadcastId: string): Actor {
    const userId = broadcasts.get(broadcastId)?.sellerId ?? '';
    return { kind: 'user', userId, sessionId: newId('ses'), name: '호스트', roles: ['seller'] };
  }

  const purchase = (broadcastId: string, userId = newId('usr'), quantity = 1) => ({
    orderId: newId('ord'),
    broadcastId,
    userId,
    summary: '유자차',
    quantity,
  });
  type Purchase = ReturnType<typeof purchase>;
  const many = (count: number, broadcastId: string) =>
    Array.from({ length: count }, () => purchase(broadcastId));

  const post = (purchases: readonly Purchase[], by = served) =>
    by.as(workers).chat.postPurchases({ purchases: [...purchases] });
  const closeWindow = (broadcastId: string, by = served) =>
    by.as(workers).chat.tellPurchases({ broadcastIds: [broadcastId] });

  async function told(broadcastId: string): Promise<Message[]> {
    const { chat } = served.as(workers);
    return (await chat.listMessages({ broadcastId, limit: 500 })).messages.toReversed();
  }
  const countsOf = async (broadcastId: string) =>
    (await told(broadcastId)).map(({ orders }) => orders);
  const jobsOf = async (broadcastId: string) =>
    (await db.primary.rows<JobRow>(`SELECT * FROM jobs WHERE kind = 'chat.tell-purchases'`)).filter(
      ({ payload }) => payload.includes(broadcastId),
    );

  it('the first is told at once; what comes in its window is told together at its end', async () => {
    const id = onAir();
    const tellAgainAt = clock.now() + windowMs;
    await post([purchase(id, kim, 2)]);
    for (let n = 0; n < 37; n += 1) await post([purchase(id, n === 0 ? kim : undefined)]);
    expect((await told(id)).map(({ text }) => text)).toEqual(['김*수님이 유자차 2개를 구매했어요']);
    const jobs = await jobsOf(id);
    expect(jobs.map(({ availableAt }) => availableAt)).toEqual([tellAgainAt]);
    const lease = { workerId: 'w', kinds: ['chat.tell-purchases'], limit: 500, leaseMs: 1_000 };
    const due = await db.transaction((tx) => leaseJobs(tx, lease, tellAgainAt));
    expect(due.map(({ id: jobId }) => jobId)).toContain(jobs[0]?.id);
    await closeWindow(id);
    expect((await told(id)).map(({ text, orders }) => [text, orders])).toEqual([
      ['김*수님이 유자차 2개를 구매했어요', 1],
      ['김*수님 외 36명이 유자차 37개를 구매했어요', 37],
    ]);
  });

  it('a burst that is paid at once is one message', async () => {
    const id = onAir();
    await post(many(500, id));
    expect(await countsOf(id)).toEqual([500]);
    expect(await jobsOf(id)).toEqual([]);
  });

  it('a room that was told nothing for a window is told at once again', async () => {
    const id = onAir();
    await post([purchase(id)]);
    clock.advance(windowMs - 1);
    await post([purchase(id)]);
    expect(await countsOf(id)).toEqual([1]);
    clock.advance(1);
    await post(many(3, id));
    expect(await countsOf(id)).toEqual([1, 4]);
    await closeWindow(id);
    expect(await countsOf(id)).toEqual([1, 4]);
  });

  it('each order is counted once, however often and in however many processes it is posted', async () => {
    const ids = [onAir(), onAir()];
    const purchases = ids.flatMap((id) => many(60, id));
    const posts = Array.from({ length: 30 }, (_, n) => {
      const part = purchases.slice((n * 4) % 120, ((n * 4) % 120) + 8);
      return post(n % 3 === 0 ? part.toReversed() : part, n % 2 === 0 ? served : other);
    });
    const windows = ids.flatMap((id) => [closeWindow(id), closeWindow(id, other)]);
    await Promise.all([...posts, ...windows]);
    await Promise.all(ids.flatMap((id) => [closeWindow(id), closeWindow(id, other)]));
    await post(purchases);
    clock.advance(windowMs);
    await post(purchases);
    for (const id of ids) {
      expect((await countsOf(id)).reduce((sum, orders) => sum + orders, 0)).toBe(60);
      const seqs = (await told(id)).map(({ seq }) => seq);
      expect(seqs).toEqual(seqs.map((_, n) => n + 1));
    }
  });

  it('a process that is killed before its commit told nothing, and nothing is lost', async () => {
    const id = onAir();
    const purchases = many(5, id);
    await expect(post(purchases, dying)).rejects.toThrow();
    expect(await told(id)).toEqual([]);
    await post(purchases);
    await post(purchases.slice(0, 2));
    const later = many(3, id);
    await post(later);
    await expect(closeWindow(id, dying)).rejects.toThrow();
    expect(await countsOf(id)).toEqual([5]);
    await closeWindow(id);
    expect(await countsOf(id)).toEqual([5, 3]);
  });

  it('a message counts at most 5,000; the rest has a message of its own', async () => {
    const id = onAir();
    await post([purchase(id)]);
    for (let n = 0; n < 11; n += 1) await post(many(500, id));
    await closeWindow(id);
    expect(await countsOf(id)).toEqual([1, 5_000]);
    expect(await jobsOf(id)).toHaveLength(2);
    await closeWindow(id);
    expect(await countsOf(id)).toEqual([1, 5_000, 500]);
  });

  it('nothing is told of broadcasts that are not live, but for what was paid before the end', async () => {
    const [id, over] = [onAir(), onAir('ended')];
    await post([purchase(id), purchase(over), purchase(newId('brc'))]);
    await post(many(2, id));
    broadcasts.set(id, { sellerId: newId('usr'), status: 'ended' });
    await post([purchase(id)]);
    await closeWindow(id);
    expect(await countsOf(id)).toEqual([1, 2]);
    expect(await told(over)).toEqual([]);
  });

  it('a notice that is removed is gone for all, and the next comes when it would have', async () => {
    const id = onAir();
    const { chat } = served.as({ kind: 'anonymous' });
    const news: unknown[] = [];
    const stop = pulse.onBroadcast(id, (event) => {
      if (event.type === 'purchases') news.push([event.seq, event.text, event.orders]);
    });
    const remove = (seq: number) =>
      served.as(hostOf(id)).chat.removeMessage({
        ...{ requestId: newId('job'), broadcastId: id, seq, reason: '오해' },
      });
    await post([purchase(id)]);
    clock.advance(windowMs);
    await post(many(2, id));
    await remove(1);
    expect(await chat.getPurchaseNotice({ broadcastId: id })).toMatchObject({ seq: 2, orders: 2 });
    await remove(2);
    await remove(2);
    const notice = await chat.getPurchaseNotice({ broadcastId: id });
    expect(notice).toMatchObject({ seq: 2, text: '', orders: 0 });
    expect((await told(id)).map(({ text }) => text)).toEqual(['', '']);
    await post([purchase(id)]);
    expect(await countsOf(id)).toEqual([0, 0]);
    await closeWindow(id);
    expect(await countsOf(id)).toEqual([0, 0, 1]);
    expect(await chat.getPurchaseNotice({ broadcastId: id })).toMatchObject({ seq: 3, orders: 1 });
    await until('the rooms heard', () => news.length >= 4);
    stop();
    const text = expect.stringContaining('구매했어요');
    expect(news).toEqual([
      [1, text, 1],
      [2, text, 2],
      [2, '', 0],
      [3, text, 1],
    ]);
  });

  it('the newest notice is told as news and can be read', async () => {
    const id = onAir();
    const { chat } = served.as({ kind: 'anonymous' });
    expect(await chat.getPurchaseNotice({ broadcastId: id })).toMatchObject({ seq: 0, text: '' });
    const news: BroadcastNews[] = [];
    const stop = pulse.onBroadcast(id, (event) => {
      if (event.type === 'purchases') news.push(event);
    });
    await post(many(3, id));
    await until('the room heard', () => news.length > 0);
    stop();
    const text = '고객님 외 2명이 유자차 3개를 구매했어요';
    const toldAt = clock.now();
    expect(news).toEqual([{ type: 'purchases', seq: 1, text, orders: 3, toldAt }]);
    expect(await chat.getPurchaseNotice({ broadcastId: id })).toEqual({
      broadcastId: id,
      seq: 1,
      text,
      orders: 3,
      toldAt: new Date(toldAt),
    });
  });
});
