/** What the two databases say differently. Everything else in our SQL is common to both. */
export interface Dialect {
  readonly name: 'mariadb' | 'sqlite';
  /**
   * Ends a SELECT whose rows this transaction is going to change. Nothing in SQLite, where a
   * write transaction has the database for itself.
   */
  readonly forUpdate: string;
  /** Ends a SELECT whose rows must not change until this transaction is over. */
  readonly forShare: string;
  /** Like forUpdate, but passes over rows that another transaction has locked. */
  readonly forUpdateSkipLocked: string;
  /** Starts an INSERT that leaves out rows whose key exists. */
  readonly insertIgnore: string;
  /** Ends an INSERT that changes the row instead when its key exists. */
  upsert(key: readonly string[], assignments: string): string;
  /** In an upsert's assignments: the value that the INSERT brought. */
  inserted(column: string): string;
}

export const mariadb: Dialect = {
  name: 'mariadb',
  forUpdate: ' FOR UPDATE',
  forShare: ' LOCK IN SHARE MODE',
  forUpdateSkipLocked: ' FOR UPDATE SKIP LOCKED',
  insertIgnore: 'INSERT IGNORE',
  upsert: (_key, assignments) => ` ON DUPLICATE KEY UPDATE ${assignments}`,
  inserted: (column) => `VALUES(${column})`,
};

export const sqlite: Dialect = {
  name: 'sqlite',
  forUpdate: '',
  forShare: '',
  forUpdateSkipLocked: '',
  insertIgnore: 'INSERT OR IGNORE',
  upsert: (key, assignments) => ` ON CONFLICT (${key.join(',')}) DO UPDATE SET ${assignments}`,
  inserted: (column) => `excluded.${column}`,
};
