import { type QueryRunner, Table, TableColumn, type TableColumnOptions, TableIndex } from 'typeorm';

/** A column of a migration, in words that both databases understand. */
export interface ColumnSpec {
  readonly type: 'varchar' | 'bigint' | 'integer' | 'text';
  readonly length?: number;
  readonly ascii?: boolean;
  readonly nullable?: boolean;
}

export const id: ColumnSpec = { type: 'varchar', length: 30, ascii: true };
export const whole: ColumnSpec = { type: 'bigint' };
export const time: ColumnSpec = { type: 'bigint' };
export const integer: ColumnSpec = { type: 'integer' };
export const text: ColumnSpec = { type: 'text' };
export const short = (length: number): ColumnSpec => ({ type: 'varchar', length, ascii: true });
export const human = (length: number): ColumnSpec => ({ type: 'varchar', length });
export const nullable = (column: ColumnSpec): ColumnSpec => ({ ...column, nullable: true });

export interface TableSpec {
  readonly columns: Readonly<Record<string, ColumnSpec>>;
  readonly primary: readonly string[];
  /** Columns by index name. */
  readonly indices?: Readonly<Record<string, readonly string[]>>;
  /** Columns by name of a unique index. */
  readonly uniques?: Readonly<Record<string, readonly string[]>>;
}

/**
 * Creates a table with its indices on either database. In one statement where it can be: MariaDB
 * would otherwise build the table anew for each index.
 */
export async function createTable(
  runner: QueryRunner,
  name: string,
  spec: TableSpec,
): Promise<void> {
  const columns = columnsOf(runner, spec.columns).map((column) => ({
    ...column,
    isPrimary: spec.primary.includes(column.name),
  }));
  const indices = [...indicesOf(spec.indices, false), ...indicesOf(spec.uniques, true)];
  await runner.createTable(new Table({ name, columns, indices }));
}

/** Adds columns to a table that may have rows, so that each must be nullable. */
export async function addColumns(
  runner: QueryRunner,
  table: string,
  columns: TableSpec['columns'],
): Promise<void> {
  const added = columnsOf(runner, columns).map((column) => new TableColumn(column));
  await runner.addColumns(table, added);
}

/** Makes a column that is not null hold something else, keeping what it holds. */
export async function changeColumn(
  runner: QueryRunner,
  table: string,
  name: string,
  column: ColumnSpec,
): Promise<void> {
  if (runner.connection.options.type === 'mariadb') {
    // TypeORM would drop the column there and add it anew.
    const type = column.length === undefined ? column.type : `${column.type}(${column.length})`;
    await runner.query(`ALTER TABLE ${table} MODIFY ${name} ${type} NOT NULL`);
    return;
  }
  for (const changed of columnsOf(runner, { [name]: column })) {
    await runner.changeColumn(table, name, new TableColumn(changed));
  }
}

function columnsOf(runner: QueryRunner, columns: TableSpec['columns']): TableColumnOptions[] {
  const onMariaDb = runner.connection.options.type === 'mariadb';
  return Object.entries(columns).map(([name, { type, length, ascii, nullable: isNullable }]) => ({
    name,
    type,
    isNullable: isNullable === true,
    ...(length === undefined ? {} : { length: String(length) }),
    ...(ascii === true && onMariaDb ? { charset: 'ascii', collation: 'ascii_bin' } : {}),
  }));
}

function indicesOf(columnsByName: TableSpec['indices'] = {}, isUnique: boolean) {
  return Object.entries(columnsByName).map(
    ([name, columns]) => new TableIndex({ name, columnNames: [...columns], isUnique }),
  );
}
