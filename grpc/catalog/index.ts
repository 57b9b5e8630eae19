import type { UserActor } from '../../common/auth/index.ts';
import type { Reader, Tx } from '../db/index.ts';
import type { DomainDeps } from '../domain-deps.ts';
import { adjustStock } from './adjust-stock.ts';
import { createProduct } from './create-product.ts';
import type { StockMovementRow, StockRow } from './entities.ts';
import type { AdjustStockInput, CreateProductInput, UpdateProductInput } from './requests.ts';
import { readSkus, type SkuForSale } from './skus-for-sale.ts';
import { openStockBook, type StockBook } from './stock-book.ts';
import {
  listMovements,
  listProducts,
  type ProductWithSkus,
  readProducts,
  sellerOfSku,
} from './store.ts';
import { updateProduct } from './update-product.ts';

export { catalogEntities } from './entities.ts';
export { createCatalogService, toProtoProduct } from './service.ts';
export type { SkuForSale } from './skus-for-sale.ts';
export type { StockBook } from './stock-book.ts';
export type { ProductWithSkus } from './store.ts';
export { verifyStock } from './verify-stock.ts';

interface PageFilter {
  readonly afterId: string | undefined;
  readonly limit: number;
}

/** Products and the stock behind them. */
export interface Catalog {
  createProduct(actor: UserActor, input: CreateProductInput): Promise<string>;
  updateProduct(actor: UserActor, input: UpdateProductInput): Promise<void>;
  adjustStock(actor: UserActor, input: AdjustStockInput): Promise<StockRow>;
  /** Products by id, in the order asked for; unknown ids are left out. */
  readProducts(ids: readonly string[], from?: Reader): Promise<ProductWithSkus[]>;
  /** One product as it was just committed. */
  readWritten(productId: string): Promise<ProductWithSkus | undefined>;
  listProducts(filter: PageFilter & { readonly sellerId: string }): Promise<ProductWithSkus[]>;
  listMovements(filter: PageFilter & { readonly skuId: string }): Promise<StockMovementRow[]>;
  sellerOfSku(skuId: string, from?: Reader): Promise<string | undefined>;
  /** SKUs by id; unknown ids are left out. */
  readSkus(ids: readonly string[], from?: Reader): Promise<Map<string, SkuForSale>>;
  /** Locks the stock of SKUs inside of another domain's transaction. */
  openStockBookIn(tx: Tx, skuIds: readonly string[]): Promise<StockBook>;
}

export function createCatalog(deps: DomainDeps): Catalog {
  const { read } = deps.db;
  return {
    createProduct: (actor, input) => createProduct(deps, actor, input),
    updateProduct: (actor, input) => updateProduct(deps, actor, input),
    adjustStock: (actor, input) => adjustStock(deps, actor, input),
    readProducts: (ids, from = read) => readProducts(from, ids),
    readWritten: async (productId) => (await readProducts(deps.db.primary, [productId]))[0],
    listProducts: (filter) => listProducts(read, filter),
    listMovements: (filter) => listMovements(read, filter),
    sellerOfSku: (skuId, from = read) => sellerOfSku(from, skuId),
    readSkus: (ids, from = read) => readSkus(from, ids),
    openStockBookIn: (tx, skuIds) => openStockBook(deps, tx, skuIds),
  };
}
