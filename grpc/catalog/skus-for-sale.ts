import { placeholders, type Reader } from '../db/index.ts';
import type { ProductStatus } from './entities.ts';

/** A SKU as an order sees it. */
export interface SkuForSale {
  readonly skuId: string;
  readonly productId: string;
  readonly sellerId: string;
  /** Product name, with the variant's if it has one. */
  readonly name: string;
  /** Won. */
  readonly price: number;
  readonly status: ProductStatus;
}

interface SkuFacts extends Omit<SkuForSale, 'name'> {
  readonly productName: string;
  readonly skuName: string;
}

/**
 * SKUs by id; unknown ids are left out. `lock` is the dialect's word for keeping them and their
 * products as they are, if any.
 */
export async function readSkus(
  read: Reader,
  ids: readonly string[],
  lock = '',
): Promise<Map<string, SkuForSale>> {
  if (ids.length === 0) return new Map();
  const rows = await read.rows<SkuFacts>(
    `SELECT s.id AS skuId, s.productId AS productId, p.sellerId AS sellerId, p.name AS productName,
            s.name AS skuName, s.price AS price, p.status AS status
     FROM skus s JOIN products p ON p.id = s.productId
     WHERE s.id IN (${placeholders(ids)})${lock}`,
    ids,
  );
  return new Map(
    rows.map(({ productName, skuName, ...facts }) => [
      facts.skuId,
      { ...facts, name: skuName === '' ? productName : `${productName} - ${skuName}` },
    ]),
  );
}
