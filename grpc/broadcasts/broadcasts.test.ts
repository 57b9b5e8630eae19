import { newId } from '../../common/ids.ts';
import { describeOnBothDatabases } from '../../test/kit/databases.ts';
import {
  codeOf,
  createMarket,
  type Market,
  person,
  reportOf,
  tally,
  unused,
} from '../../test/kit/market.ts';
import type { Database } from '../db/index.ts';
import type { BroadcastHistoryRow } from './entities.ts';

describeOnBothDatabases('broadcasts', (open) => {
  let db: Database;
  let market: Market;
  let broadcasts: Market['broadcasts'];

  beforeAll(async () => {
    db = await open();
    market = createMarket(db);
    broadcasts = market.broadcasts;
  });

  function announce(seller = market.seller, more: { title?: string; requestId?: string } = {}) {
    return broadcasts.createBroadcast(seller, {
      requestId: unused('broadcast'),
      title: '가을 과일',
      description: '산지 직송',
      scheduledAt: undefined,
      ...more,
    });
  }

  async function read(broadcastId: string) {
    const whole = await broadcasts.readWhole(broadcastId, 'fresh');
    if (whole === undefined) throw new Error(`${broadcastId} is not there`);
    return whole;
  }

  function show(broadcastId: string, productIds: readonly string[], seller = market.seller) {
    const requestId = unused('products');
    return broadcasts.setBroadcastProducts(seller, {
      requestId,
      broadcastId,
      productIds: [...productIds],
    });
  }

  function highlight(broadcastId: string, productId: string) {
    const requestId = unused('highlight');
    return broadcasts.highlightProduct(market.seller, { requestId, broadcastId, productId });
  }

  function pin(broadcastId: string, text: string, emphasised = false) {
    const requestId = unused('notice');
    return broadcasts.pinNotice(market.seller, { requestId, broadcastId, text, emphasised });
  }

  const start = (broadcastId: string, by = market.seller) =>
    broadcasts.startBroadcast(by, { requestId: unused('start'), broadcastId });

  const end = (broadcastId: string, by = market.seller) =>
    broadcasts.endBroadcast(by, { requestId: unused('end'), broadcastId });

  describe('announcing', () => {
    it('makes a scheduled broadcast with nothing on show, once for a request id', async () => {
      const requestId = unused('broadcast');
      const ids = await Promise.all([1, 2, 3].map(() => announce(market.seller, { requestId })));
      expect(new Set(ids).size).toBe(1);
      expect(await read(ids[0] ?? '')).toMatchObject({
        broadcast: {
          sellerId: market.seller.userId,
          status: 'scheduled',
          scheduledAt: market.clock.now(),
          startedAt: null,
          endedAt: null,
          noticeText: null,
          highlightedProductId: null,
          peakViewers: 0,
          version: 1,
        },
        products: [],
        deals: [],
      });
      const other = announce(market.seller, { requestId, title: '다른 제목' });
      expect(await codeOf(other)).toBe('REQUEST_ID_REUSED');
    });

    it('is read as absent when there is none of that id', async () => {
      expect(await broadcasts.readWhole(newId('brc'))).toBeUndefined();
      expect(await broadcasts.factsOf([newId('brc')])).toEqual(new Map());
    });
  });

  describe('editing', () => {
    it('lets the editor win who saw the newest version', async () => {
      const broadcastId = await announce();
      const edit = { requestId: unused('edit'), broadcastId, version: 1, title: '겨울 과일' };
      await broadcasts.updateBroadcast(market.seller, edit);
      await broadcasts.updateBroadcast(market.seller, edit);
      expect((await read(broadcastId)).broadcast).toMatchObject({
        title: '겨울 과일',
        description: '산지 직송',
        version: 2,
      });
      const late = { ...edit, requestId: unused('edit'), title: '봄 과일' };
      await expect(broadcasts.updateBroadcast(market.seller, late)).rejects.toMatchObject({
        code: 'STALE_VERSION',
        details: { what: 'broadcast', id: broadcastId, current: '2' },
      });
    });

    it('is for its seller alone', async () => {
      const broadcastId = await announce();
      const stranger = person('seller', 'admin');
      const edit = { requestId: unused('edit'), broadcastId, version: 1, title: '남의 방송' };
      expect(await codeOf(broadcasts.updateBroadcast(stranger, edit))).toBe('PERMISSION_DENIED');
      expect(await codeOf(show(broadcastId, [], stranger))).toBe('PERMISSION_DENIED');
      expect(await codeOf(start(broadcastId, stranger))).toBe('PERMISSION_DENIED');
      expect(await codeOf(start(newId('brc')))).toBe('NOT_FOUND');
      expect((await read(broadcastId)).broadcast).toMatchObject({ version: 1, title: '가을 과일' });
    });
  });

  describe('products on show', () => {
    it('stand in the order given, and a new list replaces the old one', async () => {
      const [a, b, c] = await Promise.all([1, 2, 3].map(() => market.stockGoods(1)));
      const ids = [a, b, c].map((goods) => goods?.productId ?? '');
      const broadcastId = await announce();
      const shown = async () => (await read(broadcastId)).products.map((product) => product.id);
      await show(broadcastId, [ids[2] ?? '', ids[0] ?? '']);
      expect(await shown()).toEqual([ids[2], ids[0]]);
      await show(broadcastId, ids);
      expect(await shown()).toEqual(ids);
      await show(broadcastId, []);
      expect(await shown()).toEqual([]);
    });

    it('are the seller’s own, or nothing changes', async () => {
      const goods = await market.stockGoods(1);
      const stranger = person('seller');
      const broadcastId = await announce(stranger);
      expect(await codeOf(show(broadcastId, [goods.productId], stranger))).toBe(
        'PERMISSION_DENIED',
      );
      const mine = await announce();
      await show(mine, [goods.productId]);
      expect(await codeOf(show(mine, [newId('prd')]))).toBe('NOT_FOUND');
      expect((await read(broadcastId)).products).toEqual([]);
      expect((await read(mine)).products).toHaveLength(1);
    });

    it('can be put in front, one at a time, while they are on show', async () => {
      const goods = await market.stockGoods(1);
      const other = await market.stockGoods(1);
      const broadcastId = await announce();
      await show(broadcastId, [goods.productId]);
      const front = async () => (await read(broadcastId)).broadcast.highlightedProductId;

      expect(await codeOf(highlight(broadcastId, other.productId))).toBe('INVALID_ARGUMENT');
      await highlight(broadcastId, goods.productId);
      expect(await front()).toBe(goods.productId);
      await show(broadcastId, [other.productId, goods.productId]);
      expect(await front()).toBe(goods.productId);
      await show(broadcastId, [other.productId]);
      expect(await front()).toBeNull();
      await highlight(broadcastId, other.productId);
      await highlight(broadcastId, '');
      expect(await front()).toBeNull();
    });
  });

  it('pins a notice with its time, replaces it, and clears it', async () => {
    const broadcastId = await announce();
    const notice = async () => {
      const { broadcast } = await read(broadcastId);
      return [broadcast.noticeText, broadcast.noticeEmphasised, broadcast.noticePinnedAt];
    };
    await pin(broadcastId, '오늘만 무료 배송', true);
    expect(await notice()).toEqual(['오늘만 무료 배송', 1, market.clock.now()]);
    market.clock.advance(1_000);
    await pin(broadcastId, '곧 끝나요');
    expect(await notice()).toEqual(['곧 끝나요', 0, market.clock.now()]);
    await pin(broadcastId, '');
    expect(await notice()).toEqual([null, 0, null]);
  });

  describe('the life of a broadcast', () => {
    it('goes from scheduled to live to ended, with a row of history for each step', async () => {
      const broadcastId = await announce();
      expect(await codeOf(end(broadcastId))).toBe('INVALID_STATE');
      await start(broadcastId);
      const startedAt = market.clock.now();
      expect((await read(broadcastId)).broadcast).toMatchObject({ status: 'live', startedAt });
      expect(await codeOf(start(broadcastId))).toBe('INVALID_STATE');
      market.clock.advance(60_000);
      await end(broadcastId);
      const endedAt = market.clock.now();
      expect((await read(broadcastId)).broadcast).toMatchObject({
        status: 'ended',
        startedAt,
        endedAt,
        version: 3,
      });
      const by = market.seller.userId;
      expect(
        await db.primary.rows<BroadcastHistoryRow>(
          'SELECT * FROM broadcast_history WHERE broadcastId = ? ORDER BY version',
          [broadcastId],
        ),
      ).toEqual([
        {
          broadcastId,
          version: 2,
          fromStatus: 'scheduled',
          toStatus: 'live',
          actor: by,
          at: startedAt,
        },
        { broadcastId, version: 3, fromStatus: 'live', toStatus: 'ended', actor: by, at: endedAt },
      ]);
    });

    it('starts once when ten start it at once, and the same request may be repeated', async () => {
      const broadcastId = await announce();
      const starts = await Promise.all(
        Array.from({ length: 10 }, () => codeOf(start(broadcastId))),
      );
      expect(tally(starts)).toEqual({ ok: 1, INVALID_STATE: 9 });
      const request = { requestId: unused('end'), broadcastId };
      await broadcasts.endBroadcast(market.seller, request);
      await broadcasts.endBroadcast(market.seller, request);
      expect((await read(broadcastId)).broadcast.version).toBe(3);
    });

    it('may be ended by an admin, but not by another seller', async () => {
      const broadcastId = await announce();
      await start(broadcastId);
      expect(await codeOf(end(broadcastId, person('seller')))).toBe('PERMISSION_DENIED');
      await end(broadcastId, person('admin'));
      expect((await broadcasts.factsOf([broadcastId])).get(broadcastId)).toEqual({
        sellerId: market.seller.userId,
        status: 'ended',
        endedAt: market.clock.now(),
      });
    });

    it('changes nothing on show after the end', async () => {
      const goods = await market.stockGoods(1);
      const broadcastId = await market.goLive([goods]);
      await end(broadcastId);
      expect(await codeOf(show(broadcastId, []))).toBe('INVALID_STATE');
      expect(await codeOf(highlight(broadcastId, goods.productId))).toBe('INVALID_STATE');
      expect(await codeOf(pin(broadcastId, '안녕'))).toBe('INVALID_STATE');
      expect((await read(broadcastId)).products).toHaveLength(1);
    });
  });

  it('tells the rooms of a change once it is committed, and never of a refused one', async () => {
    const broadcastId = await announce();
    await market.newsDelivered();
    const seen: Promise<number>[] = [];
    const stop = market.pulse.onBroadcast(broadcastId, (news) => {
      expect(news).toEqual({ type: 'changed' });
      seen.push(read(broadcastId).then(({ broadcast }) => broadcast.version));
    });
    expect(await codeOf(end(broadcastId))).toBe('INVALID_STATE');
    expect(await codeOf(start(broadcastId, person('seller')))).toBe('PERMISSION_DENIED');
    await start(broadcastId);
    await market.newsDelivered();
    stop();
    expect(await Promise.all(seen)).toEqual([2]);
  });

  it('lists newest first by state and seller, a page at a time', async () => {
    const seller = person('seller');
    const ids: string[] = [];
    for (let i = 0; i < 4; i += 1) ids.push(await announce(seller));
    await start(ids[1] ?? '', seller);
    await start(ids[3] ?? '', seller);
    await broadcasts.attendance.report(reportOf(ids[3] ?? '', 'r1', { guests: 9 }));
    type Filter = Parameters<typeof broadcasts.listBroadcasts>[0];
    const { userId: sellerId } = seller;
    const all: Filter = { status: undefined, sellerId, afterId: undefined, limit: 2 };
    const list = async (filter: Partial<Filter>) =>
      (await broadcasts.listBroadcasts({ ...all, ...filter })).map((row) => row.id);
    expect(await list({})).toEqual([ids[3], ids[2], ids[1]]);
    expect(await list({ afterId: ids[2] })).toEqual([ids[1], ids[0]]);
    expect(await list({ status: 'live' })).toEqual([ids[3], ids[1]]);
    expect(await list({ status: 'live', sellerId: '', limit: 100 })).toEqual(
      expect.arrayContaining([ids[3], ids[1]]),
    );
    expect(await list({ status: 'ended' })).toEqual([]);
    const [newest] = await broadcasts.listBroadcasts(all);
    expect(newest?.peakViewers).toBe(9);
  });
});
