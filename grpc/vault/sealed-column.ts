import { Column, type DataSource } from 'typeorm';

interface Declared {
  readonly entity: unknown;
  readonly property: string;
}

const declared: Declared[] = [];

/**
 * A column that holds text of the vault. Rotation finds it by this, so a column that is declared
 * otherwise keeps old keys in use for good. The row's one primary key is the id of its cells.
 */
export function SealedColumn(options: { readonly nullable?: boolean } = {}): PropertyDecorator {
  return (target, property) => {
    declared.push({ entity: target.constructor, property: String(property) });
    Column({ type: 'text', nullable: options.nullable === true })(target, property);
  };
}

/** Where sealed text stands. */
export interface SealedPlace {
  readonly table: string;
  readonly column: string;
  /** The column with the row's primary key. */
  readonly key: string;
}

/** Every sealed column of the tables that the database was opened with. */
export function sealedPlaces(source: DataSource): SealedPlace[] {
  return source.entityMetadatas.flatMap(({ target, tableName, primaryColumns }) =>
    declared
      .filter(({ entity }) => entity === target)
      .map(({ property }) => {
        const [primary, ...more] = primaryColumns;
        if (primary === undefined || more.length > 0) {
          throw new Error(`${tableName}.${property} is sealed and has no single primary key`);
        }
        return { table: tableName, column: property, key: primary.databaseName };
      }),
  );
}
