import { hasRole, requireUser } from '../../common/auth/index.ts';
import { NotFound } from '../../common/errors/index.ts';
import type {
  CatalogServiceImplementation,
  Product,
  Stock,
  StockMovement,
} from '../../proto/gen/onair/catalog/v1/catalog.ts';
import type { CallExt } from '../middleware/call-context.ts';
import { decodePageToken, toPage } from '../rpc/paging.ts';
import type { StockMovementRow, StockRow } from './entities.ts';
import type { Catalog } from './index.ts';
import {
  batchGetProductsSchema,
  getProductSchema,
  listMovementsSchema,
  listProductsSchema,
  movementKindCodec,
  parseAdjustStock,
  parseCreateProduct,
  productStatusCodec,
  updateProductSchema,
} from './requests.ts';
import type { ProductWithSkus } from './store.ts';

/** CatalogService over the domain. */
export function createCatalogService(catalog: Catalog): CatalogServiceImplementation<CallExt> {
  async function readWritten(productId: string): Promise<Product> {
    const product = await catalog.readWritten(productId);
    if (product === undefined) throw new NotFound('product', productId);
    return toProtoProduct(product);
  }

  return {
    async createProduct(request, { actor }) {
      return readWritten(
        await catalog.createProduct(requireUser(actor), parseCreateProduct(request)),
      );
    },
    async updateProduct(request, { actor }) {
      const input = updateProductSchema.parse(request);
      await catalog.updateProduct(requireUser(actor), input);
      return readWritten(input.productId);
    },
    async getProduct(request) {
      const { productId } = getProductSchema.parse(request);
      const [product] = await catalog.readProducts([productId]);
      if (product === undefined) throw new NotFound('product', productId);
      return toProtoProduct(product);
    },
    async batchGetProducts(request) {
      const { productIds } = batchGetProductsSchema.parse(request);
      return { products: (await catalog.readProducts(productIds)).map(toProtoProduct) };
    },
    async listProducts(request) {
      const { sellerId, pageSize, pageToken } = listProductsSchema.parse(request);
      const afterId = decodePageToken(pageToken);
      const found = await catalog.listProducts({ sellerId, afterId, limit: pageSize });
      const { rows, nextPageToken } = toPage(found, pageSize);
      return { products: rows.map(toProtoProduct), nextPageToken };
    },
    async adjustStock(request, { actor }) {
      return toProtoStock(await catalog.adjustStock(requireUser(actor), parseAdjustStock(request)));
    },
    async listStockMovements(request, { actor }) {
      const { skuId, pageSize, pageToken } = listMovementsSchema.parse(request);
      const sellerId = await catalog.sellerOfSku(skuId);
      const mine = actor.kind === 'user' && actor.userId === sellerId;
      if (sellerId === undefined || !(mine || hasRole(actor, 'admin')))
        throw new NotFound('sku', skuId);
      const afterId = decodePageToken(pageToken);
      const found = await catalog.listMovements({ skuId, afterId, limit: pageSize });
      const { rows, nextPageToken } = toPage(found, pageSize);
      return { movements: rows.map(toProtoMovement), nextPageToken };
    },
  };
}

/** A product for the wire. */
export function toProtoProduct(product: ProductWithSkus): Product {
  return {
    id: product.id,
    sellerId: product.sellerId,
    name: product.name,
    description: product.description,
    status: productStatusCodec.toProto(product.status),
    skus: product.skus.map(({ id, name, price, stock }) => {
      return { id, name, price, stock: toProtoStock(stock) };
    }),
    version: product.version,
    createdAt: new Date(product.createdAt),
  };
}

function toProtoStock(stock: StockRow): Stock {
  const { skuId, received, adjustedOut, available, held, sold, version } = stock;
  return { skuId, received, adjustedOut, available, held, sold, version };
}

function toProtoMovement(row: StockMovementRow): StockMovement {
  return {
    id: row.id,
    skuId: row.skuId,
    kind: movementKindCodec.toProto(row.kind),
    quantity: row.quantity,
    orderId: row.orderId ?? '',
    reason: row.reason ?? '',
    createdAt: new Date(row.createdAt),
  };
}
