import type { Outcome } from './batcher.ts';
import { DatabaseAway, RowsBusy } from './database-errors.ts';

/** Commits items in one transaction, which waits for a locked row as long as is said. */
export type Commit<Item, Result> = (
  items: readonly Item[],
  lockWaitSeconds: number | undefined,
) => Promise<readonly Outcome<Result>[]>;

type Settled<Result> = PromiseSettledResult<Result>;

/** The shortest wait that MariaDB knows. */
const shortWaitSeconds = 1;

/** Milliseconds in which those who were left out may be tried again, one by one. */
const lastTriesMs = 2_000;

/**
 * Settles batches one after another, each item by itself whatever its neighbours meet: a batch that
 * fails as a whole is split in halves until what can't be done stands alone.
 *
 * A row that others keep locked is waited for once. From then on the parts of the batch wait for
 * nothing, which tells those who need that row from all the others; but whoever needs a row that
 * was locked for a moment only, as other processes' batches do it, is left out too. So they have a
 * last try, one by one with a short wait, while two seconds last. The batches after it begin with a
 * short wait, until one meets no such row.
 */
export function createSettleBatch<Item, Result>(
  commit: Commit<Item, Result>,
): (items: readonly Item[]) => Promise<Settled<Result>[]> {
  let metBusyRows = false;

  return async (items) => {
    let lockWaitSeconds = metBusyRows ? shortWaitSeconds : undefined;
    metBusyRows = false;

    async function settle(part: readonly Item[]): Promise<Settled<Result>[]> {
      try {
        return (await commit(part, lockWaitSeconds)).map(toSettled);
      } catch (error) {
        if (error instanceof RowsBusy) {
          metBusyRows = true;
          lockWaitSeconds = 0;
        }
        if (part.length === 1 || error instanceof DatabaseAway) {
          return part.map(() => ({ status: 'rejected', reason: error }));
        }
        const middle = Math.ceil(part.length / 2);
        const first = await settle(part.slice(0, middle));
        return [...first, ...(await settle(part.slice(middle)))];
      }
    }

    async function tryLeftOut(settled: readonly Settled<Result>[]): Promise<Settled<Result>[]> {
      const endsAt = performance.now() + lastTriesMs;
      const results: Settled<Result>[] = [];
      for (const [i, outcome] of settled.entries()) {
        if (!isBusy(outcome) || performance.now() >= endsAt) {
          results.push(outcome);
          continue;
        }
        lockWaitSeconds = shortWaitSeconds;
        results.push(...(await settle(items.slice(i, i + 1))));
      }
      return results;
    }

    const settled = await settle(items);
    return items.length > 1 && metBusyRows ? tryLeftOut(settled) : settled;
  };
}

function isBusy(outcome: Settled<unknown>): boolean {
  return outcome.status === 'rejected' && outcome.reason instanceof RowsBusy;
}

function toSettled<Result>(outcome: Outcome<Result>): Settled<Result> {
  return outcome.ok
    ? { status: 'fulfilled', value: outcome.value }
    : { status: 'rejected', reason: outcome.error };
}
