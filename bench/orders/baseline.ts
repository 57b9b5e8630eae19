import type { Connection } from 'mysql2/promise';
import { openConnections, type Protocol } from '../kit/connections.ts';
import type { Line } from './rows.ts';
import type { Shop } from './shop.ts';

export interface BaselineOptions {
  readonly url: string;
  readonly shop: Shop;
  readonly connections: number;
  readonly protocol: Protocol;
}

/** A way of selling that the services are measured against. */
export interface Baseline {
  /** Sells one order on a connection of the worker's own. Answers false when stock is short. */
  sell(worker: number, lines: readonly Line[]): Promise<boolean>;
  /** Transactions that were run again after a deadlock. */
  readonly deadlocks: number;
  close(): Promise<void>;
}

/**
 * One transaction an order, run again after a deadlock. `take` is all that stands between START
 * TRANSACTION and COMMIT; it answers whether to commit.
 */
export async function openBaseline(
  options: Pick<BaselineOptions, 'url' | 'connections'>,
  take: (connection: Connection, lines: readonly Line[]) => Promise<boolean>,
): Promise<Baseline> {
  const connections = await openConnections(options.url, options.connections);
  let deadlocks = 0;
  return {
    async sell(worker, lines) {
      const connection = connections[worker];
      if (connection === undefined) throw new Error(`worker ${worker} has no connection`);
      for (;;) {
        try {
          await connection.query('START TRANSACTION');
          const taken = await take(connection, lines);
          await connection.query(taken ? 'COMMIT' : 'ROLLBACK');
          return taken;
        } catch (error) {
          await connection.query('ROLLBACK');
          if (!isDeadlock(error)) throw error;
          deadlocks += 1;
        }
      }
    },
    get deadlocks() {
      return deadlocks;
    },
    async close() {
      await Promise.all(connections.map((connection) => connection.end()));
    },
  };
}

function isDeadlock(error: unknown): boolean {
  return error instanceof Error && 'errno' in error && error.errno === 1213;
}

/** Units of each SKU, in the order that keeps transactions from deadlocks. */
export function unitsBySku(lines: readonly Line[]): [string, number][] {
  const units = new Map<string, number>();
  for (const { good, quantity } of lines) {
    units.set(good.skuId, (units.get(good.skuId) ?? 0) + quantity);
  }
  return [...units].sort(([a], [b]) => (a < b ? -1 : 1));
}
