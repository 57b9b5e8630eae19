import {
  type Connection,
  createConnection,
  type ResultSetHeader,
  type RowDataPacket,
} from 'mysql2/promise';

/** How a statement travels: `execute` prepares it once a connection, `query` sends its text. */
export type Protocol = 'execute' | 'query';

/** Connections as the services have theirs: READ COMMITTED, set once a connection. */
export function openConnections(url: string, count: number): Promise<Connection[]> {
  return Promise.all(
    Array.from({ length: count }, async () => {
      const connection = await createConnection({ uri: url, supportBigNumbers: true });
      await connection.query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED');
      return connection;
    }),
  );
}

/** Runs one statement by the protocol that the baseline is best at. */
export async function send<Result extends RowDataPacket[] | ResultSetHeader>(
  connection: Connection,
  protocol: Protocol,
  sql: string,
  values: readonly (string | number | null)[],
): Promise<Result> {
  const [result] =
    protocol === 'execute'
      ? await connection.execute<Result>(sql, [...values])
      : await connection.query<Result>(sql, [...values]);
  return result;
}
