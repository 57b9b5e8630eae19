import { createCoalescer } from '../../common/coalesce.ts';
import type { DomainError } from '../../common/errors/index.ts';
import type { Database } from './database.ts';
import { isDuplicateKey } from './database-errors.ts';
import { createSettleBatch } from './settle-batch.ts';
import type { Tx } from './tx.ts';

/** What became of one item of a batch: its result, or its own refusal. */
export type Outcome<Result> =
  | { readonly ok: true; readonly value: Result }
  | { readonly ok: false; readonly error: DomainError };

/** An accepted item. */
export function accepted<Result>(value: Result): Outcome<Result> {
  return { ok: true, value };
}

/** A refused item; the rest of its batch goes on. */
export function refused<Result>(error: DomainError): Outcome<Result> {
  return { ok: false, error };
}

export interface BatcherOptions<Item, Result> {
  /** Names the queue in errors. */
  readonly name: string;
  readonly db: Database;
  /** Most items in one transaction. */
  readonly maxBatch?: number;
  /** Items that may wait; one more is refused with OVERLOADED. */
  readonly maxQueue: number;
  /** Milliseconds that an item may be expected to wait; see coalesce.ts. */
  readonly maxWaitMs?: number;
  /**
   * Decides and writes a batch: locks its rows in sorted order, decides each item by itself in the
   * order given, and answers one outcome for each item in that order. May be run again, and on
   * parts of the batch. Throws only what is not one item's fault. `again` says that it was run
   * before and met a row that it was to make.
   */
  readonly run: (
    tx: Tx,
    items: readonly Item[],
    again: boolean,
  ) => Promise<readonly Outcome<Result>[]>;
}

/** Group commit: many requests on the same hot rows share one transaction. */
export interface Batcher<Item, Result> {
  /**
   * Resolves once the item's batch is committed.
   * @throws DomainError the item's own refusal; OVERLOADED when too many wait, or it would wait too
   *   long; UNAVAILABLE when others kept its rows locked, both with a time to come back; UNAVAILABLE
   *   when the database went away, and then the item may have been committed: ask again with the
   *   same request id
   */
  submit(item: Item): Promise<Result>;
  /** Resolves when nothing waits and nothing runs. */
  drain(): Promise<void>;
}

/** Times that a batch is run again because a row that it was to make appeared meanwhile. */
const duplicateRetries = 3;

/**
 * Items that arrive while a transaction is under way form the next batch. What can't be done is
 * found and left out; see settle-batch.ts. Lock conflicts were already retried by the transaction
 * itself.
 */
export function createBatcher<Item, Result>(
  options: BatcherOptions<Item, Result>,
): Batcher<Item, Result> {
  const { db, name, run } = options;

  async function commit(
    items: readonly Item[],
    lockWaitSeconds: number | undefined,
  ): Promise<readonly Outcome<Result>[]> {
    for (let tries = 0; ; tries += 1) {
      try {
        return await db.transaction(
          async (tx) => {
            const outcomes = await run(tx, items, tries > 0);
            if (outcomes.length !== items.length) throw new Error(`${name} lost an item`);
            return outcomes;
          },
          { lockWaitSeconds },
        );
      } catch (error) {
        if (!isDuplicateKey(error) || tries === duplicateRetries) throw error;
      }
    }
  }

  return createCoalescer<Item, Result>({
    name,
    maxBatch: options.maxBatch ?? 256,
    maxQueue: options.maxQueue,
    maxWaitMs: options.maxWaitMs,
    run: createSettleBatch(commit),
  });
}
