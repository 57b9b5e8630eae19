import type { QueryResult } from 'typeorm';
import { isConnectionLost, isLockConflict, isLockTimeout } from './database-errors.ts';
import type { SqlValue } from './tx.ts';

/** One statement, its values by position. */
export interface Statement {
  readonly sql: string;
  readonly parameters: readonly SqlValue[];
}

/** The statements of one transaction, and of no other. */
export interface Statements {
  /**
   * Runs a statement once those before it are done.
   * @throws Error once the transaction is over, so that a statement that comes late can't commit
   *   by itself; and whatever ended the transaction, see `finish`
   */
  query(sql: string, parameters: readonly SqlValue[]): Promise<QueryResult>;
  /**
   * Keeps a statement for the end: it travels with the COMMIT, after all others.
   * @throws Error once the transaction is over
   */
  keep(statement: Statement): void;
  /**
   * Waits for what runs, takes no more, runs what was kept, and commits.
   * @throws what ended the transaction, even if the work that met it went on: a lock conflict, the
   *   loss of the connection, or the failure of statements that travelled together; and what a
   *   statement that was kept failed with
   */
  commit(): Promise<void>;
  /** Waits for what runs, and refuses what waits. */
  stop(): Promise<void>;
}

/** How statements get to the database. */
export interface Route {
  /** Runs statements one after another up to the first that fails, and answers what each did. */
  send(statements: readonly Statement[]): Promise<readonly QueryResult[]>;
  /** Most values that travel together; 0 sends each statement by itself. */
  readonly maxParameters: number;
}

interface Waiting extends Statement {
  readonly resolve: (result: QueryResult) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Statements run in the order asked for. Those that wait at the same time travel together, so that
 * independent ones cost one round trip: ask for them at once, and wait for them by Promise.all. If
 * one of them fails, all of them do, and the transaction can only be rolled back.
 */
export function createStatements({ send, maxParameters }: Route): Statements {
  let waiting: Waiting[] = [];
  const kept: Statement[] = [];
  let running: Promise<void> | undefined;
  let end: unknown;
  let over = false;

  /** Why nothing more can be done, undefined where it can. Made when it is asked for. */
  const reason = () => end ?? (over ? new Error('the transaction is over') : undefined);

  async function work(): Promise<void> {
    // After everything that can go on now has asked for its statements.
    await new Promise<void>((resolve) => process.nextTick(resolve));
    while (waiting.length > 0) {
      const group = groupOf(waiting, maxParameters);
      waiting = waiting.slice(group.length);
      await run(group);
    }
    running = undefined;
  }

  async function run(group: readonly Waiting[]): Promise<void> {
    const refusal = reason();
    if (refusal !== undefined) {
      for (const statement of group) statement.reject(refusal);
      return;
    }
    try {
      const results = await send(group);
      group.forEach(({ resolve, reject }, i) => {
        const result = results[i];
        if (result === undefined) reject(new Error('a statement has no answer'));
        else resolve(result);
      });
    } catch (error) {
      // Nobody knows which of several statements took effect, so none must be committed; and the
      // database may have rolled back by itself: what came now would stand alone.
      if (group.length > 1 || endsTransaction(error)) end = error;
      for (const statement of group) statement.reject(error);
    }
  }

  /** Resolves when all that was asked for so far has ended. */
  const settled = () => running ?? Promise.resolve();

  return {
    query: (sql, parameters) =>
      new Promise((resolve, reject) => {
        waiting.push({ sql, parameters, resolve, reject });
        running ??= work();
      }),
    keep(statement) {
      const refusal = reason();
      if (refusal !== undefined) throw refusal;
      kept.push(statement);
    },
    async commit() {
      await settled();
      if (end !== undefined) throw end;
      over = true;
      for (let rest = [...kept, commit]; rest.length > 0; ) {
        const group = groupOf(rest, maxParameters);
        rest = rest.slice(group.length);
        await send(group);
      }
    },
    async stop() {
      over = true;
      await settled();
    },
  };
}

const commit: Statement = { sql: 'COMMIT', parameters: [] };

/** The first of the statements, as many as may travel together. */
function groupOf<One extends Statement>(statements: readonly One[], maxParameters: number): One[] {
  let parameters = 0;
  const after = statements.findIndex((statement, i) => {
    parameters += statement.parameters.length;
    return i > 0 && (maxParameters === 0 || parameters > maxParameters);
  });
  return statements.slice(0, after === -1 ? statements.length : after);
}

function endsTransaction(error: unknown): boolean {
  return isLockConflict(error) || isLockTimeout(error) || isConnectionLost(error);
}
