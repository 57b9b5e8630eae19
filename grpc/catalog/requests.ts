import { z } from 'zod';
import {
  type AdjustStockRequest,
  type CreateProductRequest,
  ProductStatus as ProtoProductStatus,
  StockMovementKind,
} from '../../proto/gen/onair/catalog/v1/catalog.ts';
import { createEnumCodec } from '../rpc/enum-codec.ts';
import { idOf, requestId, text, units, won } from '../rpc/fields.ts';
import { pageSize } from '../rpc/paging.ts';
import { productStatuses } from './entities.ts';
import { movementKinds } from './stock-rules.ts';

export const productStatusCodec = createEnumCodec(ProtoProductStatus, productStatuses);
export const movementKindCodec = createEnumCodec(StockMovementKind, movementKinds);

/** Reads a product status; refuses UNSPECIFIED and unknown ones. */
const status = z.enum(ProtoProductStatus).transform((value, context) => {
  const word = productStatusCodec.fromProto(value);
  if (word === undefined) context.addIssue('must be ON_SALE or STOPPED');
  return word ?? z.NEVER;
});

const createProductSchema = z
  .object({
    requestId,
    name: text(1, 120),
    description: text(0, 10_000),
    skus: z
      .array(z.object({ name: text(0, 80), price: won, initialStock: units.or(z.literal(0)) }))
      .min(1)
      .max(50),
  })
  .refine(({ skus }) => skus.length === 1 || skus.every((sku) => sku.name !== ''), {
    path: ['skus'],
    message: 'variants need names unless there is only one',
  })
  .refine(({ skus }) => new Set(skus.map((sku) => sku.name)).size === skus.length, {
    path: ['skus'],
    message: 'variants need different names',
  });

export type CreateProductInput = z.output<typeof createProductSchema>;

export function parseCreateProduct(request: CreateProductRequest): CreateProductInput {
  return createProductSchema.parse(request);
}

export const updateProductSchema = z.object({
  requestId,
  productId: idOf('prd'),
  version: z.number().int().min(1),
  name: text(1, 120).optional(),
  description: text(0, 10_000).optional(),
  status: status.optional(),
});

export type UpdateProductInput = z.output<typeof updateProductSchema>;

const adjustStockSchema = z.object({
  requestId,
  skuId: idOf('sku'),
  kind: z.enum(['receive', 'adjust_out'], { message: 'must be RECEIVE or ADJUST_OUT' }),
  quantity: units,
  reason: text(1, 200),
  expectedVersion: z.number().int().min(0),
});

export type AdjustStockInput = z.output<typeof adjustStockSchema>;

export function parseAdjustStock(request: AdjustStockRequest): AdjustStockInput {
  return adjustStockSchema.parse({ ...request, kind: movementKindCodec.fromProto(request.kind) });
}

export const getProductSchema = z.object({ productId: idOf('prd') });

export const batchGetProductsSchema = z.object({ productIds: z.array(idOf('prd')).max(200) });

export const listProductsSchema = z.object({
  sellerId: idOf('usr').or(z.literal('')),
  pageSize,
  pageToken: z.string(),
});

export const listMovementsSchema = z.object({
  skuId: idOf('sku'),
  pageSize,
  pageToken: z.string(),
});
