import { z } from 'zod';
import { ProductStatus, StockMovementKind } from '../../proto/gen/onair/catalog/v1/catalog.ts';
import { enumCodec, present, textOrNull, timestamp } from './codecs.ts';
import { endpoints } from './endpoint.ts';
import { amount, count, id, idParams, pageOf, pageQuery, text, version } from './schemas.ts';

const status = enumCodec(ProductStatus);

const stock = z
  .object({
    skuId: z.string(),
    received: count.describe('Units that ever came in.'),
    adjustedOut: count.describe('Units taken out by people.'),
    available: count.describe('Units that can be ordered now.'),
    held: count.describe('Units reserved by unpaid orders.'),
    sold: count.describe('Units paid for.'),
    version: count.describe('Grows with every change.'),
  })
  .meta({
    id: 'Stock',
    description: 'Counters of a SKU: received - adjustedOut = available + held + sold, always.',
  });

const sku = z
  .object({
    id: z.string(),
    name: z.string().describe('Variant name; empty for the only variant.'),
    price: count.describe('Won.'),
    stock: present(stock),
  })
  .meta({ id: 'Sku', description: 'One sellable variant of a product.' });

/** A product with its SKUs; broadcasts show it too. */
export const product = z
  .object({
    id: z.string(),
    sellerId: z.string(),
    name: z.string(),
    description: z.string(),
    status,
    skus: z.array(sku),
    version: count.describe('Grows with every edit.'),
    createdAt: timestamp,
  })
  .meta({ id: 'Product' });

const stockMovement = z
  .object({
    id: z.string(),
    skuId: z.string(),
    kind: enumCodec(StockMovementKind),
    quantity: count.describe('Units, always positive.'),
    orderId: textOrNull.describe('The order behind it, if any.'),
    reason: textOrNull.describe('The reason that a person gave, if any.'),
    createdAt: timestamp,
  })
  .meta({ id: 'StockMovement', description: 'One row of a SKU’s stock journal.' });

const createProductBody = z
  .strictObject({
    name: text(1, 120),
    description: text(0, 10_000).default(''),
    skus: z
      .array(
        z.strictObject({
          name: text(0, 80).default('').describe('May be empty when it is the only one.'),
          price: amount.describe('Won.'),
          initialStock: count.max(1_000_000_000).default(0),
        }),
      )
      .min(1)
      .max(50),
  })
  .meta({ id: 'CreateProductBody' });

const updateProductBody = z
  .strictObject({
    version: version.describe('The version that the editor saw.'),
    name: text(1, 120).optional(),
    description: text(0, 10_000).optional(),
    status: status.optional(),
  })
  .meta({ id: 'UpdateProductBody', description: 'What is absent stays as it is.' });

const adjustStockBody = z
  .strictObject({
    kind: enumCodec(StockMovementKind, ['RECEIVE', 'ADJUST_OUT']),
    quantity: z.int().min(1).max(1_000_000_000),
    reason: text(1, 200),
    expectedVersion: version.optional().describe('Refuse STALE_VERSION if the stock has another.'),
  })
  .meta({ id: 'AdjustStockBody' });

export const catalogSpec = endpoints({
  createProduct: {
    method: 'POST',
    path: '/v1/products',
    summary: 'Create a product with its variants and their first stock',
    action: 'catalog.createProduct',
    idempotency: 'optional',
    body: createProductBody,
    success: { status: 201, description: 'The product.', body: product },
    refusals: [],
  },
  updateProduct: {
    method: 'PATCH',
    path: '/v1/products/{productId}',
    summary: 'Change an own product',
    action: 'catalog.updateProduct',
    idempotency: 'optional',
    params: idParams({ productId: 'prd' }),
    body: updateProductBody,
    success: { status: 200, description: 'The product.', body: product },
    refusals: ['NOT_FOUND', 'STALE_VERSION'],
  },
  getProduct: {
    method: 'GET',
    path: '/v1/products/{productId}',
    summary: 'Read a product with its stock',
    action: 'catalog.getProduct',
    idempotency: 'none',
    params: idParams({ productId: 'prd' }),
    success: { status: 200, description: 'The product.', body: product },
    refusals: ['NOT_FOUND'],
  },
  listProducts: {
    method: 'GET',
    path: '/v1/products',
    summary: 'List products, newest first',
    action: 'catalog.listProducts',
    idempotency: 'none',
    query: z.strictObject({ sellerId: id('usr').optional(), ...pageQuery }),
    success: {
      status: 200,
      description: 'One page.',
      body: pageOf(product).meta({ id: 'ProductPage' }),
    },
    refusals: [],
  },
  adjustStock: {
    method: 'POST',
    path: '/v1/skus/{skuId}/stock-adjustments',
    summary: 'Put units of an own SKU in, or take available ones out',
    action: 'catalog.adjustStock',
    idempotency: 'required',
    params: idParams({ skuId: 'sku' }),
    body: adjustStockBody,
    success: { status: 201, description: 'The counters afterwards.', body: stock },
    refusals: ['NOT_FOUND', 'INSUFFICIENT_STOCK', 'STALE_VERSION'],
  },
  listStockMovements: {
    method: 'GET',
    path: '/v1/skus/{skuId}/stock-movements',
    summary: 'Read the stock journal of a SKU, newest first',
    description: 'For the SKU’s seller, or an admin.',
    action: 'catalog.listStockMovements',
    idempotency: 'none',
    params: idParams({ skuId: 'sku' }),
    query: z.strictObject(pageQuery),
    success: {
      status: 200,
      description: 'One page.',
      body: pageOf(stockMovement).meta({ id: 'StockMovementPage' }),
    },
    refusals: ['NOT_FOUND'],
  },
});
