import { newId } from '../../common/ids.ts';
import { type InsertRow, placeholders, type Tx, type Writer } from '../db/index.ts';
import type { DomainDeps } from '../domain-deps.ts';
import type { StockRow } from './entities.ts';
import { readSkus, type SkuForSale } from './skus-for-sale.ts';
import { applyMovement, isBalanced, type MovementKind } from './stock-rules.ts';

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
 * `flush` writes all that moved at once, however many movements there were. What a SKU says of
 * itself stays true until the transaction is over, so nothing is sold after it was stopped.
 */
export interface StockBook {
  /** The SKU, or undefined if it does not exist. */
  sku(skuId: string): SkuForSale | undefined;
  /** Counters as they stand after the movements so far. */
  stock(skuId: string): StockRow;
  /** @throws InsufficientStock, and then nothing moved */
  move(movement: Movement): void;
  /**
   * Writes the journal and the counters, and tells the rooms after the commit. `to` may be the
   * transaction's `atCommit` when nothing after it reads them.
   */
  flush(to?: Writer): Promise<void>;
}

/** Locks the stock of the given SKUs in sorted order. Unknown ids are left out. */
export async function openStockBook(
  { clock, pulse }: Pick<DomainDeps, 'clock' | 'pulse'>,
  tx: Tx,
  skuIds: readonly string[],
): Promise<StockBook> {
  const ids = [...new Set(skuIds)].sort();
  const [stocks, skus] = await Promise.all([
    lockStock(tx, ids),
    readSkus(tx, ids, tx.dialect.forShare),
  ]);
  // Read after the locks, so that the journal's times follow its order.
  const now = clock.now();
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
    async flush(to = tx) {
      if (moved.size === 0) return;
      const changed = [...moved].sort().map(stock);
      await Promise.all([to.insert('stock_movements', journal), writeStock(to, changed)]);
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

/** Rows of one statement; SQLite takes some 30,000 values in one. */
const rowsPerWrite = 1_000;

/** Writes counters by upserts that always find their rows. */
async function writeStock(tx: Writer, rows: readonly StockRow[]): Promise<void> {
  const counters = ['received', 'adjustedOut', 'available', 'held', 'sold', 'version'] as const;
  const columns = ['skuId', ...counters] as const;
  const slot = `(${columns.map(() => '?').join(',')})`;
  const assignments = counters.map((c) => `${c} = ${tx.dialect.inserted(c)}`).join(', ');
  for (let from = 0; from < rows.length; from += rowsPerWrite) {
    const chunk = rows.slice(from, from + rowsPerWrite);
    await tx.execute(
      `INSERT INTO stock (${columns.join(',')}) VALUES ${chunk.map(() => slot).join(',')}
       ${tx.dialect.upsert(['skuId'], assignments)}`,
      chunk.flatMap((row) => columns.map((column) => row[column])),
    );
  }
}
