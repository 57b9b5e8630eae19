import type { QueryResult, QueryRunner } from 'typeorm';
import { isConnectionLost, isLockConflict, isLockTimeout } from './database-errors.ts';
import { createMutex } from './mutex.ts';
import type { SqlValue } from './tx.ts';

/** The statements of one transaction, and of no other. */
export interface Statements {
  /**
   * Runs a statement once those before it are done.
   * @throws Error once the transaction is over, so that a statement that comes late can't commit
   *   by itself; and whatever ended the transaction, see `finish`
   */
  query(sql: string, parameters: readonly SqlValue[]): Promise<QueryResult>;
  /**
   * Waits for what runs, and takes no more.
   * @throws the lock conflict or loss of connection that ended the transaction in the database,
   *   even if the work that met it went on
   */
  finish(): Promise<void>;
  /** Waits for what runs, and refuses what waits. */
  stop(): Promise<void>;
}

export function createStatements(runner: QueryRunner): Statements {
  const turns = createMutex();
  let end: unknown;

  async function run(sql: string, parameters: readonly SqlValue[]): Promise<QueryResult> {
    if (end !== undefined) throw end;
    try {
      return await runner.query(sql, [...parameters], true);
    } catch (error) {
      // The database may have rolled back by itself: what came now would stand alone.
      if (isLockConflict(error) || isLockTimeout(error) || isConnectionLost(error)) end = error;
      throw error;
    }
  }

  /** Resolves when all that was asked for so far has ended. */
  const settled = () => turns.run(() => Promise.resolve());

  return {
    query: (sql, parameters) => turns.run(() => run(sql, parameters)),
    async finish() {
      await settled();
      if (end !== undefined) throw end;
      end = new Error('the transaction is over');
    },
    async stop() {
      end ??= new Error('the transaction is over');
      await settled();
    },
  };
}
