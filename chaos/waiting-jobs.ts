import 'reflect-metadata';
import { loadConfig } from '../common/config.ts';
import { openDatabase, placeholders } from '../grpc/db/index.ts';
import { schema } from '../grpc/schema.ts';
import type { Onair } from '../test/kit/onair.ts';

/** Jobs that follow from orders. */
const kinds = [
  ...['orders.expire', 'payments.settle', 'payments.refund'],
  ...['chat.purchases', 'chat.tell-purchases'],
];

/** A look at the queue from outside of the platform. */
export interface WaitingJobs {
  /** Jobs of orders that are not done, under way or not. */
  count(): Promise<number>;
  close(): Promise<void>;
}

/** Opens the database of a running platform, to read it. */
export async function openWaitingJobs(onair: Onair): Promise<WaitingJobs> {
  const db = await openDatabase(
    loadConfig({
      DATABASE_URL: onair.databaseUrl,
      DATA_DIR: onair.dataDir,
      DATABASE_MIGRATE: 'false',
    }),
    schema,
  );
  return {
    async count() {
      const row = await db.read.row<{ count: number }>(
        `SELECT COUNT(*) AS count FROM jobs
         WHERE state = 'live' AND kind IN (${placeholders(kinds)})`,
        kinds,
      );
      return Number(row?.count ?? 0);
    },
    close: () => db.close(),
  };
}
