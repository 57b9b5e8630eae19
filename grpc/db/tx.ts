import type { QueryResult } from 'typeorm';
import type { Dialect } from './dialect.ts';

/** A value that both databases can store. Times are epoch milliseconds, flags 0 or 1. */
export type SqlValue = string | number | null;

/** Reads rows. Column names are property names, so a row has the shape of its entity. */
export interface Reader {
  readonly dialect: Dialect;
  /** All rows of a SELECT. `?` stands for a parameter. */
  rows<Row>(sql: string, parameters?: readonly SqlValue[]): Promise<Row[]>;
  /** The first row of a SELECT, if any. */
  row<Row>(sql: string, parameters?: readonly SqlValue[]): Promise<Row | undefined>;
}

/** Inside a transaction. */
export interface Tx extends Reader {
  /** Runs an INSERT, UPDATE or DELETE and answers how many rows it touched. */
  execute(sql: string, parameters?: readonly SqlValue[]): Promise<number>;
  /** Inserts rows with as few statements as the database allows. Every row has the same columns. */
  insert(table: string, rows: readonly InsertRow[]): Promise<void>;
  /**
   * Like insert, but leaves out rows whose key exists. Answers how many were new.
   * @throws Error when the table can't hold a row for another reason, as insert does
   */
  insertNew(table: string, rows: readonly InsertRow[]): Promise<number>;
  /** Runs after the commit, never after a rollback: pulse and other hints. Must not throw. */
  afterCommit(effect: () => void): void;
}

/** A row to insert, by column. */
export type InsertRow = Readonly<Record<string, SqlValue>>;

/** Both databases take at least this many parameters in one statement. */
const maxParameters = 30_000;

/** A Tx that runs its statements by `query`. `effects` gathers what is to run after its commit. */
export function createTx(
  query: (sql: string, parameters: readonly SqlValue[]) => Promise<QueryResult>,
  dialect: Dialect,
  effects: (() => void)[],
): Tx {
  const reader = createReader(dialect, async (sql, parameters) => {
    return (await query(sql, parameters)).records ?? [];
  });

  async function execute(sql: string, parameters: readonly SqlValue[] = []): Promise<number> {
    return (await query(sql, parameters)).affected ?? 0;
  }

  async function insertNew(table: string, rows: readonly InsertRow[]): Promise<number> {
    let inserted = 0;
    for (const { into, parameters, count } of insertsOf(table, rows)) {
      const { affected = 0, raw } = await query(dialect.insertNew(into), parameters);
      if (dialect.deviations(raw) > count - affected) {
        throw new Error(`${table} can't hold a row as it is`);
      }
      inserted += affected;
    }
    return inserted;
  }

  return {
    ...reader,
    execute,
    insert: async (table, rows) => {
      for (const { into, parameters } of insertsOf(table, rows)) {
        await execute(`INSERT ${into}`, parameters);
      }
    },
    insertNew,
    afterCommit: (effect) => {
      effects.push(effect);
    },
  };
}

/** As few statements as the database allows, each from INTO on. */
function* insertsOf(table: string, rows: readonly InsertRow[]) {
  const first = rows[0];
  if (first === undefined) return;
  const columns = Object.keys(first);
  const perStatement = Math.max(1, Math.floor(maxParameters / columns.length));
  const slot = `(${placeholders(columns)})`;
  for (let from = 0; from < rows.length; from += perStatement) {
    const chunk = rows.slice(from, from + perStatement);
    const parameters: SqlValue[] = [];
    for (const row of chunk) for (const column of columns) parameters.push(cellOf(row, column));
    const slots = new Array<string>(chunk.length).fill(slot).join(',');
    const into = `INTO ${table} (${columns.join(',')}) VALUES ${slots}`;
    yield { into, parameters, count: chunk.length };
  }
}

/** A Reader over anything that can run a SELECT. */
export function createReader(
  dialect: Dialect,
  select: (sql: string, parameters: SqlValue[]) => Promise<unknown[]>,
): Reader {
  const rows = async <Row>(sql: string, parameters: readonly SqlValue[] = []) =>
    // The one place where rows get their type: their columns are named in the SQL beside it.
    (await select(sql, [...parameters])) as Row[];
  return {
    dialect,
    rows,
    row: async <Row>(sql: string, parameters?: readonly SqlValue[]) =>
      (await rows<Row>(sql, parameters))[0],
  };
}

/** `?,?,?` for an IN list. */
export function placeholders(values: readonly unknown[]): string {
  return values.map(() => '?').join(',');
}

function cellOf(row: InsertRow, column: string): SqlValue {
  const value = row[column];
  if (value === undefined) throw new Error(`a row to insert lacks ${column}`);
  return value;
}
