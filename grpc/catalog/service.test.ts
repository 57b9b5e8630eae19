import { type Actor, anonymous } from '../../common/auth/index.ts';
import { newId } from '../../common/ids.ts';
import {
  CatalogServiceDefinition,
  type CreateProductRequest,
  type NewSku,
  ProductStatus,
  StockMovementKind,
} from '../../proto/gen/onair/catalog/v1/catalog.ts';
import { describeOnSqlite } from '../../test/kit/databases.ts';
import { codeOf, createMarket, type Market, person, unused } from '../../test/kit/market.ts';
import { type ServedRpc, serveRpc } from '../../test/kit/serve-rpc.ts';
import { createCatalogService } from './index.ts';

const sku = (more: Partial<NewSku> = {}): NewSku => {
  return { name: '', price: 1_000, initialStock: 5, ...more };
};

const product = (more: Partial<CreateProductRequest> = {}): CreateProductRequest => {
  return { requestId: unused('product'), name: '감귤', description: '', skus: [sku()], ...more };
};

describeOnSqlite('CatalogService', (open) => {
  let market: Market;
  let served: ServedRpc;
  const seller = person('seller');

  beforeAll(async () => {
    market = createMarket(await open());
    const service = createCatalogService(market.catalog);
    served = await serveRpc((server) => server.add(CatalogServiceDefinition, service));
  });

  afterAll(() => served.stop());

  const as = (actor: Actor) => served.as(actor).catalog;

  async function created(more: Partial<CreateProductRequest> = {}) {
    const made = await as(seller).createProduct(product(more));
    return { ...made, skuId: made.skus[0]?.id ?? '' };
  }

  it('CreateProduct answers what was made, trimmed', async () => {
    const made = await as(seller).createProduct(product({ name: ' 감귤 ', description: '제주\n' }));
    expect(made).toEqual({
      id: expect.stringMatching(/^prd_/),
      sellerId: seller.userId,
      name: '감귤',
      description: '제주',
      status: ProductStatus.ON_SALE,
      skus: [
        {
          id: expect.stringMatching(/^sku_/),
          name: '',
          price: 1_000,
          stock: {
            skuId: made.skus[0]?.id,
            received: 5,
            adjustedOut: 0,
            available: 5,
            held: 0,
            sold: 0,
            version: 1,
          },
        },
      ],
      version: 1,
      createdAt: new Date(market.clock.now()),
    });
    expect(await as(anonymous).getProduct({ productId: made.id })).toEqual(made);
  });

  it.each<[string, Partial<CreateProductRequest>, string]>([
    ['no request id', { requestId: '' }, 'requestId'],
    ['no name', { name: '  ' }, 'name'],
    ['a name that is too long', { name: '가'.repeat(121) }, 'name'],
    ['control characters', { name: '감\u0007귤' }, 'name'],
    ['no SKU', { skus: [] }, 'skus'],
    ['51 SKUs', { skus: Array.from({ length: 51 }, (_, i) => sku({ name: `${i}` })) }, 'skus'],
    ['two SKUs of one name', { skus: [sku({ name: 'M' }), sku({ name: 'M' })] }, 'skus'],
    ['a variant without a name', { skus: [sku(), sku({ name: 'M' })] }, 'skus'],
    ['a price of 0', { skus: [sku({ price: 0 })] }, 'skus.0.price'],
    ['a price that is too high', { skus: [sku({ price: 1_000_000_001 })] }, 'skus.0.price'],
    ['stock below zero', { skus: [sku({ initialStock: -1 })] }, 'skus.0.initialStock'],
  ])('CreateProduct refuses %s and names the field', async (_what, change, field) => {
    await expect(as(seller).createProduct(product(change))).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      details: { [field]: expect.any(String) },
    });
  });

  it('is open to sellers for writing, to anyone for reading', async () => {
    const { id } = await created();
    const create = (actor: Actor) => codeOf(as(actor).createProduct(product()));
    expect(await create(anonymous)).toBe('UNAUTHENTICATED');
    expect(await create(person('viewer'))).toBe('PERMISSION_DENIED');
    expect(await create(person('admin'))).toBe('PERMISSION_DENIED');
    expect(await create({ kind: 'service', name: 'api' })).toBe('PERMISSION_DENIED');
    expect(await create(person('viewer', 'seller'))).toBe('ok');
    expect(await codeOf(as(anonymous).getProduct({ productId: id }))).toBe('ok');
    expect(await codeOf(as(anonymous).getProduct({ productId: newId('prd') }))).toBe('NOT_FOUND');
  });

  it('UpdateProduct changes what is there, and refuses a state that it does not know', async () => {
    const { id } = await created();
    const edit = { requestId: unused('edit'), productId: id, version: 1 };
    for (const status of [ProductStatus.UNSPECIFIED, ProductStatus.UNRECOGNIZED]) {
      expect(await codeOf(as(seller).updateProduct({ ...edit, status }))).toBe('INVALID_ARGUMENT');
    }
    const stopped = await as(seller).updateProduct({ ...edit, status: ProductStatus.STOPPED });
    expect(stopped).toMatchObject({ name: '감귤', status: ProductStatus.STOPPED, version: 2 });
    const late = as(seller).updateProduct({ ...edit, requestId: unused('edit'), name: '귤' });
    await expect(late).rejects.toMatchObject({
      code: 'STALE_VERSION',
      details: { current: '2' },
    });
  });

  it('BatchGetProducts keeps the order asked for', async () => {
    const [a, b] = [await created(), await created()];
    const productIds = [b.id, newId('prd'), a.id];
    const { products } = await as(anonymous).batchGetProducts({ productIds });
    expect(products.map((one) => one.id)).toEqual([b.id, a.id]);
  });

  it('ListProducts pages until there are no more', async () => {
    const other = person('seller');
    for (let i = 0; i < 3; i += 1) await as(other).createProduct(product({ name: `${i}` }));
    const first = await as(anonymous).listProducts({ sellerId: other.userId, pageSize: 2 });
    expect(first.products.map((one) => one.name)).toEqual(['2', '1']);
    const rest = await as(anonymous).listProducts({
      sellerId: other.userId,
      pageSize: 2,
      pageToken: first.nextPageToken,
    });
    expect(rest.products.map((one) => one.name)).toEqual(['0']);
    expect(rest.nextPageToken).toBe('');
    expect((await as(anonymous).listProducts({})).products.length).toBeGreaterThanOrEqual(3);
  });

  describe('stock', () => {
    const adjustOf = (skuId: string, kind: StockMovementKind, quantity = 1) => {
      const requestId = unused('adjust');
      return { requestId, skuId, kind, quantity, reason: '실사', expectedVersion: 0 };
    };

    it('moves by the two kinds that people may use, and by no other', async () => {
      const { skuId } = await created();
      const { RECEIVE, ADJUST_OUT, ...others } = StockMovementKind;
      const stock = await as(seller).adjustStock(adjustOf(skuId, RECEIVE, 3));
      expect(stock).toMatchObject({ skuId, received: 8, available: 8, version: 2 });
      await as(seller).adjustStock(adjustOf(skuId, ADJUST_OUT, 8));
      const tooMany = as(seller).adjustStock(adjustOf(skuId, ADJUST_OUT));
      expect(await codeOf(tooMany)).toBe('INSUFFICIENT_STOCK');
      for (const kind of Object.values(others)) {
        const code = await codeOf(as(seller).adjustStock(adjustOf(skuId, kind)));
        expect([kind, code]).toEqual([kind, 'INVALID_ARGUMENT']);
      }
    });

    it('has a journal for its seller and admins, which nobody else learns of', async () => {
      const { skuId } = await created();
      await as(seller).adjustStock(adjustOf(skuId, StockMovementKind.RECEIVE, 3));
      const journal = (actor: Actor) => as(actor).listStockMovements({ skuId, pageSize: 1 });
      for (const actor of [seller, person('admin')]) {
        const page = await journal(actor);
        expect(page.movements).toMatchObject([
          { skuId, kind: StockMovementKind.RECEIVE, quantity: 3, orderId: '', reason: '실사' },
        ]);
        const rest = await as(actor).listStockMovements({ skuId, pageToken: page.nextPageToken });
        expect(rest.movements).toMatchObject([{ quantity: 5, reason: '최초 입고' }]);
      }
      expect(await codeOf(journal(person('seller')))).toBe('NOT_FOUND');
      expect(await codeOf(journal(person('viewer')))).toBe('PERMISSION_DENIED');
    });
  });
});
