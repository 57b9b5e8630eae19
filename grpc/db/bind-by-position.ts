import type Libsql from 'libsql';

type Connection = InstanceType<typeof Libsql>;

/**
 * Makes the statements of a connection take their values as one array. libsql takes a null that is
 * given alone for an object with named values, and fails.
 */
export function bindByPosition(connection: Connection): void {
  const prepare = connection.prepare.bind(connection);
  Object.assign(connection, {
    prepare: (sql: string) => {
      const statement = prepare(sql);
      const run = statement.run.bind(statement);
      const all = statement.all.bind(statement);
      return Object.assign(statement, {
        run: (...values: unknown[]) => run(values),
        all: (...values: unknown[]) => all(values),
      });
    },
  });
}
