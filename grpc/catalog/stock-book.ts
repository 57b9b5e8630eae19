import type { EpochMs } from '../../common/clock.ts';
import { newId } from '../../common/ids.ts';
import type { Pulse } from '../../common/pulse/index.ts';
import { type InsertRow, placeholders, type Tx } from '../db/index.ts';
import type { ProductStatus, StockRow } from './entities.ts';
import { applyMovement, isBalanced, type MovementKind } from './stock-rules.ts';

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

/** One movement to write. */
export interface Movement {
  readonly skuId: string;
  readonly kind: MovementKind;
  readonly quantity: number;
  readonly orderId?: string;
  readonly reason?: string;
  /** Who: a user id, or `system`. */
  readonly actor: string;
}

/**
 * The locked stock of some SKUs inside a transaction: decisions read and move it in memory, and
 * `flush` writes all that moved with two statements, however many movements there were.
 */
export interface StockBook {
  /** The SKU, or undefined if it does not exist. */
  sku(skuId: string): SkuForSale | undefined;
  /** Counters as they stand after the movements so far. */
  stock(skuId: string): StockRow;
  /** @throws InsufficientStock, and then nothing moved */
  move(movement: Movement): void;
  /** Writes the journal and the counters, and tells the rooms after the commit. */
  flush(): Promise<void>;
}

/** Locks the stock of the given SKUs in sorted order. Unknown ids are left out. */
export async function openStockBook(
  tx: Tx,
  skuIds: readonly string[],
  now: EpochMs,
  pulse: Pulse,
): Promise<StockBook> {
  const ids = [...new Set(skuIds)].sort();
  const stocks = await lockStock(tx, ids);
  const skus = await readSkus(tx, ids);
  const moved = new Set<string>();
  const journal: InsertRow[] = [];

  const stock = (skuId: string): StockRow => {
    const row = stocks.get(skuId);
    if (row === undefined) throw new Error(`stock of ${skuId} was not opened`);
    return row;
  };

  return {
    sku: (skuId) => (stocks.has(skuId) ? skus.get(skuId) : undefined),
    stock,
    move({ skuId, kind, quantity, orderId, reason, actor }) {
      const before = stock(skuId);
      const after = {
        ...before,
        ...applyMovement(before, kind, quantity),
        version: before.version + 1,
      };
      if (!isBalanced(after)) throw new Error(`stock of ${skuId} does not balance`);
      stocks.set(skuId, after);
      moved.add(skuId);
      journal.push({
        id: newId('mov'),
        skuId,
        kind,
        quantity,
        orderId: orderId ?? null,
        reason: reason ?? null,
        actor,
        createdAt: now,
      });
    },
    async flush() {
      if (moved.size === 0) return;
      const changed = [...moved].sort().map(stock);
      await tx.insert('stock_movements', journal);
      await writeStock(tx, changed);
      tx.afterCommit(() => {
        pulse.publishStock({
          skus: changed.map(({ skuId, available, version }) => ({ skuId, available, version })),
        });
      });
    },
  };
}

async function lockStock(tx: Tx, ids: readonly string[]): Promise<Map<string, StockRow>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.rows<StockRow>(
    `SELECT * FROM stock WHERE skuId IN (${placeholders(ids)})
     ORDER BY skuId${tx.dialect.forUpdate}`,
    ids,
  );
  return new Map(rows.map((row) => [row.skuId, row]));
}

interface SkuFacts extends Omit<SkuForSale, 'name'> {
  readonly productName: string;
  readonly skuName: string;
}

async function readSkus(tx: Tx, ids: readonly string[]): Promise<Map<string, SkuForSale>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.rows<SkuFacts>(
    `SELECT s.id AS skuId, s.productId AS productId, p.sellerId AS sellerId, p.name AS productName,
            s.name AS skuName, s.price AS price, p.status AS status
     FROM skus s JOIN products p ON p.id = s.productId WHERE s.id IN (${placeholders(ids)})`,
    ids,
  );
  return new Map(
    rows.map(({ productName, skuName, ...facts }) => [
      facts.skuId,
      { ...facts, name: skuName === '' ? productName : `${productName} - ${skuName}` },
    ]),
  );
}

/** One statement for all counters: an upsert that always finds its rows. */
async function writeStock(tx: Tx, rows: readonly StockRow[]): Promise<void> {
  const counters = ['received', 'adjustedOut', 'available', 'held', 'sold', 'version'] as const;
  const columns = ['skuId', ...counters] as const;
  const slot = `(${columns.map(() => '?').join(',')})`;
  const assignments = counters.map((c) => `${c} = ${tx.dialect.inserted(c)}`).join(', ');
  await tx.execute(
    `INSERT INTO stock (${columns.join(',')}) VALUES ${rows.map(() => slot).join(',')}
     ${tx.dialect.upsert(['skuId'], assignments)}`,
    rows.flatMap((row) => columns.map((column) => row[column])),
  );
}
