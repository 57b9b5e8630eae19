import type { Database, Reader, SqlValue, Tx } from '../../../grpc/db/index.ts';

/** What code that runs in a dead process meets. Nobody hears of it. */
export class Death extends Error {
  constructor() {
    super('this process is dead');
    this.name = 'Death';
  }
}

/**
 * When a process dies: before a statement, so many after now, in whichever transaction that falls;
 * or at the end of the transaction that begins after so many others: before its commit, or after
 * it, before anyone is told.
 */
export type Fate =
  | { readonly statements: number }
  | { readonly transactions: number; readonly at: 'commit' | 'answer' };

/** A process' way to the database, which can end as if the process had been killed. */
export interface MortalDatabase {
  readonly db: Database;
  readonly isDead: boolean;
  /** Statements that the transaction had run in which the process died; 0 while it lives. */
  readonly deathDepth: number;
  /** Chooses when to die; undefined calls it off. */
  doom(fate: Fate | undefined): void;
}

export function createMortalDatabase(inner: Database): MortalDatabase {
  let isDead = false;
  let deathDepth = 0;
  let statementsLeft = Number.POSITIVE_INFINITY;
  let doomed: { left: number; at: 'commit' | 'answer' } | undefined;

  function insistOnLife(): void {
    if (isDead) throw new Death();
  }

  function die(): never {
    isDead = true;
    throw new Death();
  }

  function mortalReader(reader: Reader): Reader {
    const alive = async <Result>(ask: () => Promise<Result>): Promise<Result> => {
      insistOnLife();
      const result = await ask();
      insistOnLife();
      return result;
    };
    return {
      dialect: reader.dialect,
      rows: (sql, parameters) => alive(() => reader.rows(sql, parameters)),
      row: (sql, parameters) => alive(() => reader.row(sql, parameters)),
    };
  }

  async function transaction<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result> {
    insistOnLife();
    const at = doomed?.left === 0 ? doomed.at : undefined;
    if (doomed !== undefined) doomed.left -= 1;
    const result = await inner.transaction(async (tx) => {
      const done = await work(mortalTx(tx));
      insistOnLife();
      if (at === 'commit') die();
      return done;
    });
    insistOnLife();
    if (at === 'answer') die();
    return result;
  }

  function mortalTx(tx: Tx): Tx {
    let depth = 0;
    const alive = <Result>(ask: () => Promise<Result>): Promise<Result> => {
      try {
        insistOnLife();
        if (statementsLeft === 0) {
          deathDepth = depth;
          die();
        }
        statementsLeft -= 1;
        depth += 1;
        return ask();
      } catch (error) {
        return Promise.reject(error);
      }
    };
    return {
      dialect: tx.dialect,
      rows: <Row>(sql: string, parameters?: readonly SqlValue[]) =>
        alive(() => tx.rows<Row>(sql, parameters)),
      row: <Row>(sql: string, parameters?: readonly SqlValue[]) =>
        alive(() => tx.row<Row>(sql, parameters)),
      execute: (sql, parameters) => alive(() => tx.execute(sql, parameters)),
      insert: (table, rows) => alive(() => tx.insert(table, rows)),
      insertNew: (table, rows) => alive(() => tx.insertNew(table, rows)),
      atCommit: {
        dialect: tx.dialect,
        execute: (sql, parameters) => alive(() => tx.atCommit.execute(sql, parameters)),
        insert: (table, rows) => alive(() => tx.atCommit.insert(table, rows)),
      },
      afterCommit: (effect) => tx.afterCommit(effect),
    };
  }

  return {
    db: {
      transaction,
      read: mortalReader(inner.read),
      primary: mortalReader(inner.primary),
      source: inner.source,
      close: async () => undefined,
    },
    get isDead() {
      return isDead;
    },
    get deathDepth() {
      return deathDepth;
    },
    doom(fate) {
      const inTransaction = fate !== undefined && 'at' in fate;
      doomed = inTransaction ? { left: fate.transactions, at: fate.at } : undefined;
      const isCounted = fate !== undefined && 'statements' in fate;
      statementsLeft = isCounted ? fate.statements : Number.POSITIVE_INFINITY;
    },
  };
}
