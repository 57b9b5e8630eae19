import { type QueryRunner, Table, TableIndex } from 'typeorm';

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
  const onMariaDb = runner.connection.options.type === 'mariadb';
  const columns = Object.entries(spec.columns).map(
    ([column, { type, length, ascii, nullable: isNullable }]) => ({
      name: column,
      type,
      isPrimary: spec.primary.includes(column),
      isNullable: isNullable === true,
      ...(length === undefined ? {} : { length: String(length) }),
      ...(ascii === true && onMariaDb ? { charset: 'ascii', collation: 'ascii_bin' } : {}),
    }),
  );
  const indices = [...indicesOf(spec.indices, false), ...indicesOf(spec.uniques, true)];
  await runner.createTable(new Table({ name, columns, indices }));
}

function indicesOf(columnsByName: TableSpec['indices'] = {}, isUnique: boolean) {
  return Object.entries(columnsByName).map(
    ([name, columns]) => new TableIndex({ name, columnNames: [...columns], isUnique }),
  );
}
