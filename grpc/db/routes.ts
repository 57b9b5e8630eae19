import type { PoolConnection } from 'mysql2';
import { QueryFailedError, QueryResult, type QueryRunner } from 'typeorm';
import type { Route, Statement } from './statements.ts';

const startTransaction: Statement = { sql: 'START TRANSACTION', parameters: [] };

/**
 * Statements of one MariaDB transaction, which begins with the first of them: its start costs no
 * round trip of its own. The connection must allow several statements in one query.
 *
 * @param lockWaitSeconds instead of the session's; told with each statement, so that there is
 *   nothing to put back
 */
export function mariaDbRoute(connection: PoolConnection, lockWaitSeconds?: number): Route {
  const prefix =
    lockWaitSeconds === undefined
      ? ''
      : `SET STATEMENT innodb_lock_wait_timeout = ${lockWaitSeconds} FOR `;
  let begun = false;
  return {
    // Some megabytes of text, well below max_allowed_packet.
    maxParameters: 60_000,
    async send(statements) {
      const all = begun ? statements : [startTransaction, ...statements];
      const results = await sendTogether(connection, all, prefix);
      // A first statement that fails alone left nothing behind, so the next may begin anew.
      begun = true;
      return results.slice(all.length - statements.length);
    },
  };
}

/** Statements of one SQLite transaction that was begun before. There is no way to save. */
export function sqliteRoute(runner: QueryRunner): Route {
  return {
    maxParameters: 0,
    send: (statements) =>
      Promise.all(
        statements.map(({ sql, parameters }) => runner.query(sql, [...parameters], true)),
      ),
  };
}

/** Sends statements as one query, past TypeORM's runner, which only knows one answer a query. */
function sendTogether(
  connection: PoolConnection,
  statements: readonly Statement[],
  prefix: string,
): Promise<QueryResult[]> {
  const sql = statements.map((statement) => prefix + statement.sql).join(';\n');
  const values = statements.flatMap(({ parameters }) => parameters);
  return new Promise((resolve, reject) => {
    connection.query(sql, values, (error: Error | null, answer: unknown) => {
      if (error !== null) reject(new QueryFailedError(sql, values, error));
      else if (statements.length === 1) resolve([toQueryResult(answer)]);
      else if (Array.isArray(answer)) resolve(answer.map(toQueryResult));
      else reject(new Error('several statements have one answer'));
    });
  });
}

/** What the driver says of one statement: rows, or a header. */
function toQueryResult(raw: unknown): QueryResult {
  const result = new QueryResult();
  result.raw = raw;
  if (Array.isArray(raw)) result.records = raw;
  else if (typeof raw === 'object' && raw !== null) {
    const affected: unknown = Reflect.get(raw, 'affectedRows');
    if (typeof affected === 'number') result.affected = affected;
  }
  return result;
}
