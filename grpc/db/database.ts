import type { DataSource, MigrationInterface, MixedList } from 'typeorm';
import type { Reader, Tx } from './tx.ts';

/** How a transaction is to be run. */
export interface TransactionOptions {
  /**
   * Seconds that a statement waits for a row that others have locked, 0 for not at all; 3 unless
   * given. SQLite, where a transaction has the database for itself, has no such waits.
   */
  readonly lockWaitSeconds?: number | undefined;
}

/** The database, as the domains see it. */
export interface Database {
  /**
   * Runs `work` in one transaction and commits it; rolls back if it throws. `work` may be run
   * again when the transaction loses a fight over locks, so it must have no effect outside of the
   * transaction but through `afterCommit`. Transactions don't nest.
   * @throws whatever `work` throws; DomainError UNAVAILABLE when it got no locks, or when the
   *   database went away, and then the transaction may have been committed
   */
  transaction<Result>(
    work: (tx: Tx) => Promise<Result>,
    options?: TransactionOptions,
  ): Promise<Result>;
  /** Reads committed rows outside of any transaction; from the replica if there is one. */
  readonly read: Reader;
  /** Like `read`, but never behind what was just committed. */
  readonly primary: Reader;
  /** The writing source, for migrations and schema checks. */
  readonly source: DataSource;
  close(): Promise<void>;
}

/** What the database holds. */
export interface Schema {
  readonly entities: MixedList<new () => object>;
  readonly migrations: MixedList<new () => MigrationInterface>;
}
