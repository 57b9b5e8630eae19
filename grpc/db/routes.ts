import { QueryResult, type QueryRunner } from 'typeorm';
import type { Route, Statement } from './statements.ts';

const startTransaction: Statement = { sql: 'START TRANSACTION', parameters: [] };

/**
 * Statements of one MariaDB transaction, which begins with the first of them: its start costs no
 * round trip of its own. The connection must allow several statements in one query.
 */
export function mariaDbRoute(runner: QueryRunner): Route {
  let begun = false;
  return {
    // Some megabytes of text, well below max_allowed_packet.
    maxParameters: 60_000,
    async send(statements) {
      const all = begun ? statements : [startTransaction, ...statements];
      const results = await sendTogether(runner, all);
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
    send: (statements) => Promise.all(statements.map((statement) => sendAlone(runner, statement))),
  };
}

async function sendTogether(
  runner: QueryRunner,
  statements: readonly Statement[],
): Promise<QueryResult[]> {
  const [first, ...others] = statements;
  if (first !== undefined && others.length === 0) return [await sendAlone(runner, first)];
  const answer: unknown = await runner.query(
    statements.map(({ sql }) => sql).join(';\n'),
    statements.flatMap(({ parameters }) => parameters),
  );
  if (!Array.isArray(answer)) throw new Error('several statements have one answer');
  return answer.map(toQueryResult);
}

function sendAlone(runner: QueryRunner, { sql, parameters }: Statement): Promise<QueryResult> {
  return runner.query(sql, [...parameters], true);
}

/** What the driver says of one statement of several: rows, or a header. */
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
