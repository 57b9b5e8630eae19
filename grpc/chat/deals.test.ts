import { silentLogger } from '../../common/logger.ts';
import { describeOnBothDatabases } from '../../test/kit/databases.ts';
import {
  createMarket,
  type Goods,
  type Market,
  orderOf,
  person,
  unused,
} from '../../test/kit/market.ts';
import type { Database, JobRow } from '../db/index.ts';
import { noFollowers } from './fixtures/lookups.ts';
import { type Chat, createChat } from './index.ts';

describeOnBothDatabases('deals in a chat', (open) => {
  let market: Market;
  let chat: Chat;
  let goods: Goods;
  let broadcastId: string;

  function chatOver(db: Database): Chat {
    const deps = { ...market.deps, db, log: silentLogger() };
    return createChat(deps, market.broadcasts, { namesOf: async () => new Map() }, noFollowers);
  }

  beforeAll(async () => {
    market = createMarket(await open());
    chat = chatOver(market.db);
  });
  beforeEach(async () => {
    goods = await market.stockGoods(100, { name: '유자차' });
    broadcastId = await market.goLive([goods]);
    market.clock.advance(1_000);
  });

  const began = ['system', '유자차 특가가 시작됐어요: 700원'];
  const soldOut = ['system', '유자차 특가가 매진됐어요'];
  const ended = ['system', '유자차 특가가 끝났어요'];

  async function said(where = broadcastId) {
    const query = { broadcastId: where, position: { afterSeq: 0 }, limit: 100 };
    const { messages } = await chat.listMessages(person('viewer'), query);
    return messages.map(({ kind, text }) => [kind, text]);
  }

  const close = (dealId: string) =>
    market.broadcasts.closeDeal(market.seller, { requestId: unused('close'), dealId });

  /** When jobs that announce the deal are due. */
  async function jobsOf(dealId: string): Promise<number[]> {
    const rows = await market.db.primary.rows<JobRow>(
      `SELECT * FROM jobs WHERE kind = 'broadcasts.announce-deals' AND payload = ?`,
      [JSON.stringify({ dealId })],
    );
    return rows.map(({ availableAt }) => availableAt).sort((a, b) => a - b);
  }

  it('are told of when they begin, sell out and end, each once, whoever and however often asks', async () => {
    const times = { startsInMs: 1_000, endsInMs: 5_000 };
    const dealId = await market.openDeal(broadcastId, goods, { units: 2, ...times });
    const other = chatOver(market.db);
    const announce = () =>
      Promise.all([chat, other, chat, other].map((one) => one.announceDeals([dealId, dealId])));
    await announce();
    expect(await said()).toEqual([]);
    market.clock.advance(1_000);
    await announce();
    expect(await said()).toEqual([began]);
    await market.orders.placeOrder(orderOf(broadcastId, [{ ...goods, dealId, quantity: 2 }]));
    expect(await jobsOf(dealId)).toContain(market.clock.now());
    await announce();
    await announce();
    expect(await said()).toEqual([began, soldOut]);
    market.clock.advance(4_000);
    await announce();
    await announce();
    expect(await said()).toEqual([began, soldOut, ended]);
  });

  it('is told nothing by a process that is killed before its commit, and once by the next', async () => {
    const dealId = await market.openDeal(broadcastId, goods);
    const dying = chatOver({
      ...market.db,
      transaction: (work) =>
        market.db.transaction(async (tx) => {
          await work(tx);
          throw new Error('killed');
        }),
    });
    await expect(dying.announceDeals([dealId])).rejects.toThrow('killed');
    expect(await said()).toEqual([]);
    await chat.announceDeals([dealId]);
    await expect(dying.announceDeals([dealId])).rejects.toThrow('killed');
    expect(await said()).toEqual([began]);
  });

  it('that are closed early end then, and not again at their time', async () => {
    const dealId = await market.openDeal(broadcastId, goods, { endsInMs: 9_000 });
    await chat.announceDeals([dealId]);
    market.clock.advance(1_000);
    await close(dealId);
    expect(await jobsOf(dealId)).toContain(market.clock.now());
    await chat.announceDeals([dealId]);
    market.clock.advance(8_000);
    await chat.announceDeals([dealId]);
    expect(await said()).toEqual([began, ended]);
  });

  it('that are called off before they begin are never told of', async () => {
    const dealId = await market.openDeal(broadcastId, goods, { startsInMs: 1_000 });
    await close(dealId);
    await chat.announceDeals([dealId]);
    expect(await said()).toEqual([]);
  });

  it('are told of only while the broadcast is live', async () => {
    const input = { title: '예고', description: '', scheduledAt: undefined };
    const scheduled = await market.broadcasts.createBroadcast(market.seller, {
      requestId: unused('broadcast'),
      ...input,
    });
    const about = { broadcastId: scheduled };
    await market.broadcasts.setBroadcastProducts(market.seller, {
      ...{ ...about, requestId: unused('products'), productIds: [goods.productId] },
    });
    const over = await market.openDeal(scheduled, goods, { endsInMs: 500 });
    const running = await market.openDeal(scheduled, goods);
    await chat.announceDeals([over, running]);
    market.clock.advance(1_000);
    await market.broadcasts.startBroadcast(market.seller, { ...about, requestId: unused('start') });
    expect(await jobsOf(running)).toContain(market.clock.now());
    expect(await jobsOf(over)).not.toContain(market.clock.now());
    await chat.announceDeals([over, running]);
    expect(await said(scheduled)).toEqual([began]);
    await market.broadcasts.endBroadcast(market.seller, { ...about, requestId: unused('end') });
    await chat.announceDeals([over, running]);
    expect(await said(scheduled)).toEqual([began]);
  });
});
