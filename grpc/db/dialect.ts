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
  /** Stands before the list of an IN that compares several columns at once. */
  readonly tupleList: string;
  /** An INSERT of `rows`, as `INTO t (a) VALUES (1)`, that leaves out those whose key exists. */
  insertNew(rows: string): string;
  /**
   * How often an insertNew did something else than to insert a row as it is, by what the driver
   * said of it. A row that was left out counts once.
   */
  deviations(answer: unknown): number;
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
  tupleList: '',
  insertNew: (rows) => `INSERT IGNORE ${rows}`,
  // IGNORE also turns errors into warnings: text is cut, a null becomes a zero.
  deviations: (answer) => numberAt(answer, 'warningStatus'),
  upsert: (_key, assignments) => ` ON DUPLICATE KEY UPDATE ${assignments}`,
  inserted: (column) => `VALUES(${column})`,
};

export const sqlite: Dialect = {
  name: 'sqlite',
  forUpdate: '',
  forShare: '',
  forUpdateSkipLocked: '',
  tupleList: 'VALUES ',
  insertNew: (rows) => `INSERT ${rows} ON CONFLICT DO NOTHING`,
  deviations: () => 0,
  upsert: (key, assignments) => ` ON CONFLICT (${key.join(',')}) DO UPDATE SET ${assignments}`,
  inserted: (column) => `excluded.${column}`,
};

function numberAt(answer: unknown, name: string): number {
  const value = typeof answer === 'object' && answer !== null ? Reflect.get(answer, name) : 0;
  return typeof value === 'number' ? value : 0;
}
