import type { Dialect } from './dialect.ts';
import type { Statements } from './statements.ts';

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

/** Takes writes whose results nobody needs to know. */
export interface Writer {
  readonly dialect: Dialect;
  /** An INSERT, UPDATE or DELETE. */
  execute(sql: string, parameters?: readonly SqlValue[]): Promise<unknown>;
  /** Inserts rows with as few statements as the database allows. Every row has the same columns. */
  insert(table: string, rows: readonly InsertRow[]): Promise<void>;
}

/**
 * Inside a transaction. Statements run in the order asked for. Those that don't need each other's
 * answers are asked for at once and waited for by Promise.all: they cost one round trip together,
 * and if one fails, the transaction can only be rolled back.
 */
export interface Tx extends Reader, Writer {
  /** Runs an INSERT, UPDATE or DELETE and answers how many rows it touched. */
  execute(sql: string, parameters?: readonly SqlValue[]): Promise<number>;
  /**
   * Like insert, but leaves out rows whose key exists. Answers how many were new.
   * @throws Error when the table can't hold a row for another reason, as insert does
   */
  insertNew(table: string, rows: readonly InsertRow[]): Promise<number>;
  /**
   * Takes writes that travel with the COMMIT, in the order given and after everything else; until
   * then nobody sees them, this transaction neither. One that fails fails the transaction.
   */
  readonly atCommit: Writer;
  /** Runs after the commit, never after a rollback: pulse and other hints. Must not throw. */
  afterCommit(effect: () => void): void;
}

/** A row to insert, by column. */
export type InsertRow = Readonly<Record<string, SqlValue>>;

/** Both databases take at least this many parameters in one statement. */
const maxParameters = 30_000;

/** A Tx over its statements. `effects` gathers what is to run after its commit. */
export function createTx(
  { query, keep }: Pick<Statements, 'query' | 'keep'>,
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
    ...createWriter(dialect, execute),
    execute,
    insertNew,
    atCommit: createWriter(dialect, async (sql, parameters) => keep({ sql, parameters })),
    afterCommit: (effect) => {
      effects.push(effect);
    },
  };
}

function createWriter(
  dialect: Dialect,
  write: (sql: string, parameters: readonly SqlValue[]) => Promise<unknown>,
): Writer {
  return {
    dialect,
    execute: (sql, parameters = []) => write(sql, parameters),
    async insert(table, rows) {
      const statements = [...insertsOf(table, rows)];
      await Promise.all(
        statements.map(({ into, parameters }) => write(`INSERT ${into}`, parameters)),
      );
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
