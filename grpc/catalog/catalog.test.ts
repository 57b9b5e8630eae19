import { newId } from '../../common/ids.ts';
import { toWon } from '../../common/money.ts';
import type { StockNews } from '../../common/pulse/index.ts';
import { describeOnBothDatabases } from '../../test/kit/databases.ts';
import {
  codeOf,
  createMarket,
  type Goods,
  type Market,
  only,
  person,
  tally,
  unused,
} from '../../test/kit/market.ts';
import type { Database } from '../db/index.ts';
import { verifyStock } from './index.ts';

type NewProduct = Parameters<Market['catalog']['createProduct']>[1];

const shirt = (requestId = unused('shirt')): NewProduct => ({
  requestId,
  name: '반팔 티',
  description: '면 100%',
  skus: [
    { name: '블랙 / M', price: toWon(12_000), initialStock: 3 },
    { name: '블랙 / L', price: toWon(13_000), initialStock: 0 },
  ],
});

describeOnBothDatabases('catalog', (open) => {
  let db: Database;
  let market: Market;
  let catalog: Market['catalog'];

  beforeAll(async () => {
    db = await open();
    market = createMarket(db);
    catalog = market.catalog;
  });

  afterEach(async () => {
    expect(await verifyStock(db.primary)).toEqual([]);
  });

  async function created(productId: string) {
    const product = await catalog.readWritten(productId);
    if (product === undefined) throw new Error(`${productId} was not created`);
    return product;
  }

  function adjust(goods: Goods, change: Partial<Parameters<typeof catalog.adjustStock>[1]> = {}) {
    return catalog.adjustStock(market.seller, {
      requestId: unused('adjust'),
      skuId: goods.skuId,
      kind: 'receive',
      quantity: 1,
      reason: '재입고',
      expectedVersion: 0,
      ...change,
    });
  }

  describe('creating a product', () => {
    it('makes its SKUs in the order given, with their first stock in the journal', async () => {
      const product = await created(await catalog.createProduct(market.seller, shirt()));
      expect(product).toMatchObject({
        sellerId: market.seller.userId,
        name: '반팔 티',
        status: 'on_sale',
        version: 1,
        createdAt: market.clock.now(),
      });
      expect(product.skus).toMatchObject([
        { name: '블랙 / M', price: 12_000, stock: { received: 3, available: 3, version: 1 } },
        { name: '블랙 / L', price: 13_000, stock: { received: 0, available: 0, version: 0 } },
      ]);
      const [medium, large] = product.skus;
      const page = { afterId: undefined, limit: 10 };
      expect(await catalog.listMovements({ skuId: medium?.id ?? '', ...page })).toMatchObject([
        { kind: 'receive', quantity: 3, actor: market.seller.userId, orderId: null },
      ]);
      expect(await catalog.listMovements({ skuId: large?.id ?? '', ...page })).toEqual([]);
    });

    it('happens once for a request id, also when a hundred ask at once', async () => {
      const seller = person('seller');
      const input = shirt();
      const ids = await Promise.all(
        Array.from({ length: 100 }, () => catalog.createProduct(seller, input)),
      );
      expect(new Set(ids).size).toBe(1);
      const filter = { sellerId: seller.userId, afterId: undefined, limit: 10 };
      expect(await catalog.listProducts(filter)).toHaveLength(1);
    });

    it('refuses a request id that was used with other input', async () => {
      const input = shirt();
      await catalog.createProduct(market.seller, input);
      const other = catalog.createProduct(market.seller, { ...input, name: '긴팔 티' });
      expect(await codeOf(other)).toBe('REQUEST_ID_REUSED');
    });

    it('lets two sellers use the same request id', async () => {
      const input = shirt();
      const first = await catalog.createProduct(market.seller, input);
      expect(await catalog.createProduct(person('seller'), input)).not.toBe(first);
    });
  });

  describe('editing a product', () => {
    it('changes what is named, leaves the rest, and counts the version up', async () => {
      const productId = await catalog.createProduct(market.seller, shirt());
      const edit = { requestId: unused('edit'), productId, version: 1, status: 'stopped' } as const;
      await catalog.updateProduct(market.seller, edit);
      const stopped = { name: '반팔 티', description: '면 100%', status: 'stopped', version: 2 };
      expect(await created(productId)).toMatchObject(stopped);
      await catalog.updateProduct(market.seller, edit);
      expect(await created(productId)).toMatchObject(stopped);
    });

    it('lets one of two editors win, and tells the other the version to read again', async () => {
      const productId = await catalog.createProduct(market.seller, shirt());
      const edits = await Promise.allSettled(
        ['하나', '둘'].map((name) =>
          catalog.updateProduct(market.seller, {
            requestId: unused('edit'),
            productId,
            version: 1,
            name,
          }),
        ),
      );
      const refusal = only(edits.filter((edit) => edit.status === 'rejected')).reason;
      expect(refusal).toMatchObject({
        code: 'STALE_VERSION',
        details: { what: 'product', id: productId, current: '2' },
      });
      expect((await created(productId)).version).toBe(2);
    });

    it('is for its seller alone', async () => {
      const productId = await catalog.createProduct(market.seller, shirt());
      const edit = { requestId: unused('edit'), productId, version: 1, name: '남의 것' };
      expect(await codeOf(catalog.updateProduct(person('seller'), edit))).toBe('PERMISSION_DENIED');
      expect((await created(productId)).name).toBe('반팔 티');
      const unknown = { ...edit, productId: newId('prd') };
      expect(await codeOf(catalog.updateProduct(market.seller, unknown))).toBe('NOT_FOUND');
    });
  });

  describe('adjusting stock', () => {
    it('answers the counters, and the same to the same request', async () => {
      const goods = await market.stockGoods(5);
      const request = { requestId: unused('adjust'), kind: 'adjust_out', quantity: 2 } as const;
      const counters = { received: 5, adjustedOut: 2, available: 3, held: 0, sold: 0, version: 2 };
      expect(await adjust(goods, request)).toMatchObject(counters);
      await adjust(goods);
      expect(await adjust(goods, request)).toMatchObject(counters);
      expect(await market.stockOf(goods)).toMatchObject({ received: 6, available: 4, version: 3 });
    });

    it('refuses to go below zero, and leaves nothing half done', async () => {
      const goods = await market.stockGoods(5);
      const request = { requestId: unused('adjust'), kind: 'adjust_out', quantity: 6 } as const;
      await expect(adjust(goods, request)).rejects.toMatchObject({
        code: 'INSUFFICIENT_STOCK',
        details: { available: '5' },
      });
      expect(await market.stockOf(goods)).toMatchObject({ available: 5, version: 1 });
      const filter = { skuId: goods.skuId, afterId: undefined, limit: 10 };
      expect(await catalog.listMovements(filter)).toHaveLength(1);
      // A refusal left no memory of its id either.
      expect(await adjust(goods, { ...request, quantity: 5 })).toMatchObject({ available: 0 });
    });

    it('checks the version that the editor saw, if they name one', async () => {
      const goods = await market.stockGoods(5);
      await expect(adjust(goods, { expectedVersion: 7 })).rejects.toMatchObject({
        code: 'STALE_VERSION',
        details: { what: 'stock', current: '1' },
      });
      expect(await adjust(goods, { expectedVersion: 1 })).toMatchObject({ version: 2 });
    });

    it('is for the seller of the SKU alone', async () => {
      const goods = await market.stockGoods(5);
      const request = {
        requestId: unused('adjust'),
        skuId: goods.skuId,
        kind: 'receive' as const,
        quantity: 1,
        reason: '',
        expectedVersion: 0,
      };
      expect(await codeOf(catalog.adjustStock(person('seller'), request))).toBe(
        'PERMISSION_DENIED',
      );
      expect(await codeOf(adjust({ ...goods, skuId: newId('sku') }))).toBe('NOT_FOUND');
      expect(await market.stockOf(goods)).toMatchObject({ received: 5 });
    });

    it('loses nothing when fifty adjust at once, and never takes what is not there', async () => {
      const goods = await market.stockGoods(10);
      const outcomes = await Promise.all(
        Array.from({ length: 50 }, (_, i) =>
          codeOf(adjust(goods, i % 2 === 0 ? { kind: 'adjust_out', quantity: 2 } : {})),
        ),
      );
      const { ok = 0, INSUFFICIENT_STOCK: refused = 0 } = tally(outcomes);
      expect(ok + refused).toBe(50);
      const out = 2 * (25 - refused);
      expect(await market.stockOf(goods)).toEqual({
        received: 35,
        adjustedOut: out,
        available: 35 - out,
        held: 0,
        sold: 0,
        version: 1 + ok,
      });
    });

    it('tells the rooms what is left, once it is committed', async () => {
      const goods = await market.stockGoods(5);
      await market.newsDelivered();
      const told: { news: StockNews; available: Promise<number> }[] = [];
      const stop = market.pulse.onStock((news) => {
        told.push({ news, available: market.stockOf(goods).then((stock) => stock.available) });
      });
      await codeOf(adjust(goods, { kind: 'adjust_out', quantity: 9 }));
      await adjust(goods, { quantity: 4 });
      await market.newsDelivered();
      stop();
      const { news, available } = only(told);
      expect(news.skus).toEqual([{ skuId: goods.skuId, available: 9, version: 2 }]);
      expect(await available).toBe(9);
    });
  });

  describe('reading', () => {
    it('answers products in the order asked for, without those that are unknown', async () => {
      const ids = await Promise.all(
        [1, 2, 3].map(async () => (await market.stockGoods(1)).productId),
      );
      const asked = [ids[2], newId('prd'), ids[0], ids[1]].map((id) => id ?? '');
      const found = await catalog.readProducts(asked);
      expect(found.map((product) => product.id)).toEqual([ids[2], ids[0], ids[1]]);
      expect(found.map((product) => product.skus.length)).toEqual([1, 1, 1]);
    });

    it('pages a seller’s products newest first, with one row more to tell that there are more', async () => {
      const seller = person('seller');
      const ids: string[] = [];
      for (let i = 0; i < 5; i += 1) ids.push(await catalog.createProduct(seller, shirt()));
      const newest = ids.toReversed();
      const pageAfter = async (afterId: string | undefined) =>
        (await catalog.listProducts({ sellerId: seller.userId, afterId, limit: 2 })).map(
          (product) => product.id,
        );
      expect(await pageAfter(undefined)).toEqual(newest.slice(0, 3));
      expect(await pageAfter(newest[1])).toEqual(newest.slice(2, 5));
      expect(await pageAfter(newest[3])).toEqual(newest.slice(4));
      expect(await pageAfter(newest[4])).toEqual([]);
    });

    it('pages the journal of a SKU newest first', async () => {
      const goods = await market.stockGoods(1);
      for (const quantity of [2, 3, 4]) await adjust(goods, { quantity });
      const filter = { skuId: goods.skuId, limit: 2 };
      const first = await catalog.listMovements({ ...filter, afterId: undefined });
      expect(first.map((row) => row.quantity)).toEqual([4, 3, 2]);
      const rest = await catalog.listMovements({ ...filter, afterId: first[1]?.id });
      expect(rest.map((row) => row.quantity)).toEqual([2, 1]);
    });
  });

  describe('verifyStock', () => {
    it('finds a counter that the journal does not explain', async () => {
      const goods = await market.stockGoods(5);
      const set = (assignment: string) =>
        db.transaction((tx) =>
          tx.execute(`UPDATE stock SET ${assignment} WHERE skuId = ?`, [goods.skuId]),
        );
      await set('available = available + 1');
      expect(await verifyStock(db.primary)).toEqual([
        `${goods.skuId}: available is 6, journal says 5`,
        `${goods.skuId}: the stock equation does not hold`,
      ]);
      await set('available = available - 1, held = 0');
      expect(await verifyStock(db.primary)).toEqual([]);
      await set('received = 7, available = 7');
      expect(await verifyStock(db.primary)).toEqual([
        `${goods.skuId}: received is 7, journal says 5`,
        `${goods.skuId}: available is 7, journal says 5`,
      ]);
      await set('received = 5, available = 5');
    });

    it('finds a movement that never reached the counters', async () => {
      const goods = await market.stockGoods(5);
      const id = newId('mov');
      await db.transaction((tx) =>
        tx.insert('stock_movements', [
          {
            id,
            skuId: goods.skuId,
            kind: 'sell',
            quantity: 1,
            orderId: null,
            reason: null,
            actor: 'system',
            createdAt: 0,
          },
        ]),
      );
      expect(await verifyStock(db.primary)).toEqual([
        `${goods.skuId}: held is 0, journal says -1`,
        `${goods.skuId}: sold is 0, journal says 1`,
      ]);
      await db.transaction((tx) => tx.execute('DELETE FROM stock_movements WHERE id = ?', [id]));
    });
  });
});
