import { placeholders, type Reader, type SqlValue, type Tx } from '../db/index.ts';
import type { ProductRow, SkuRow, StockMovementRow, StockRow } from './entities.ts';
import { noStock } from './stock-rules.ts';

/** A SKU with its counters. */
export interface SkuWithStock extends SkuRow {
  readonly stock: StockRow;
}

/** A product with its SKUs. */
export interface ProductWithSkus extends ProductRow {
  readonly skus: readonly SkuWithStock[];
}

/** Writes a product and its SKUs with empty stock. */
export async function insertProduct(
  tx: Tx,
  product: ProductRow,
  skus: readonly SkuRow[],
): Promise<void> {
  await tx.insert('products', [{ ...product }]);
  await tx.insert(
    'skus',
    skus.map((sku) => ({ ...sku })),
  );
  await tx.insert(
    'stock',
    skus.map((sku) => ({ skuId: sku.id, ...noStock, version: 0 })),
  );
}

/** Products by id, in the order asked for; unknown ids are left out. */
export async function readProducts(
  read: Reader,
  ids: readonly string[],
): Promise<ProductWithSkus[]> {
  if (ids.length === 0) return [];
  const products = await read.rows<ProductRow>(
    `SELECT * FROM products WHERE id IN (${placeholders(ids)})`,
    ids,
  );
  const byId = new Map((await withSkus(read, products)).map((product) => [product.id, product]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

/** A page of products, newest first, with one more row than asked for if there are more. */
export async function listProducts(
  read: Reader,
  filter: { sellerId: string; afterId: string | undefined; limit: number },
): Promise<ProductWithSkus[]> {
  const parameters: SqlValue[] = [filter.afterId ?? '~'];
  if (filter.sellerId !== '') parameters.push(filter.sellerId);
  const products = await read.rows<ProductRow>(
    `SELECT * FROM products WHERE id < ?${filter.sellerId === '' ? '' : ' AND sellerId = ?'}
     ORDER BY id DESC LIMIT ${filter.limit + 1}`,
    parameters,
  );
  return withSkus(read, products);
}

async function withSkus(read: Reader, products: readonly ProductRow[]): Promise<ProductWithSkus[]> {
  if (products.length === 0) return [];
  const rows = await read.rows<SkuRow & StockRow>(
    `SELECT s.*, t.* FROM skus s JOIN stock t ON t.skuId = s.id
     WHERE s.productId IN (${placeholders(products)}) ORDER BY s.productId, s.position`,
    products.map((product) => product.id),
  );
  const byProduct = Map.groupBy(rows, (row) => row.productId);
  return products.map((product) => ({
    ...product,
    skus: (byProduct.get(product.id) ?? []).map((row) => ({ ...row, stock: row })),
  }));
}

/** The product, locked for an edit. */
export function lockProduct(tx: Tx, id: string): Promise<ProductRow | undefined> {
  return tx.row<ProductRow>(`SELECT * FROM products WHERE id = ?${tx.dialect.forUpdate}`, [id]);
}

/** Writes an edited product. */
export async function updateProductRow(tx: Tx, product: ProductRow): Promise<void> {
  await tx.execute(
    'UPDATE products SET name = ?, description = ?, status = ?, version = ? WHERE id = ?',
    [product.name, product.description, product.status, product.version, product.id],
  );
}

/** Who sells a SKU. */
export async function sellerOfSku(read: Reader, skuId: string): Promise<string | undefined> {
  const row = await read.row<{ sellerId: string }>(
    `SELECT p.sellerId AS sellerId FROM skus s JOIN products p ON p.id = s.productId
     WHERE s.id = ?`,
    [skuId],
  );
  return row?.sellerId;
}

/** A page of a SKU's journal, newest first, with one more row than asked for if there are more. */
export function listMovements(
  read: Reader,
  filter: { skuId: string; afterId: string | undefined; limit: number },
): Promise<StockMovementRow[]> {
  return read.rows<StockMovementRow>(
    `SELECT * FROM stock_movements WHERE skuId = ? AND id < ?
     ORDER BY id DESC LIMIT ${filter.limit + 1}`,
    [filter.skuId, filter.afterId ?? '~'],
  );
}
