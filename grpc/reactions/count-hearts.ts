import type { Clock } from '../../common/clock.ts';
import { RequestIdReused } from '../../common/errors/index.ts';
import type { Pulse } from '../../common/pulse/index.ts';
import {
  accepted,
  findRequests,
  hashInput,
  type Outcome,
  type RequestRow,
  recordRequests,
  refused,
  requestMapKey,
  scopeOf,
  type Tx,
} from '../db/index.ts';
import type { HeartReport } from './requests.ts';
import { lockTotals, writeTotals } from './store.ts';

/**
 * Adds reports to the totals of their broadcasts and answers each with the total then. A report
 * that was counted before, in another batch or in this one, is not counted again. The rooms hear of
 * new totals after the commit.
 */
export async function countHearts(
  { clock, pulse }: { readonly clock: Clock; readonly pulse: Pulse },
  tx: Tx,
  reports: readonly HeartReport[],
): Promise<Outcome<number>[]> {
  const totals = await lockTotals(
    tx,
    reports.map((report) => report.broadcastId),
  );
  // Under the locks: whoever counts the same report at the same time has the same broadcast.
  const known = await findRequests(tx, reports.map(keyOf));
  const createdAt = clock.now();
  const counted: RequestRow[] = [];
  const changed = new Map<string, number>();

  const outcomes = reports.map((report): Outcome<number> => {
    const { broadcastId, hearts } = report;
    const key = keyOf(report);
    const inputHash = hashInput([broadcastId, hearts]);
    const before = known.get(requestMapKey(key));
    if (before !== undefined && before.inputHash !== inputHash) {
      return refused(new RequestIdReused(report.reportId));
    }
    const total = (totals.get(broadcastId) ?? 0) + (before === undefined ? hearts : 0);
    if (before !== undefined) return accepted(total);
    const row = { ...key, inputHash, answer: String(total), createdAt };
    known.set(requestMapKey(key), row);
    counted.push(row);
    totals.set(broadcastId, total);
    changed.set(broadcastId, total);
    return accepted(total);
  });

  await Promise.all([writeTotals(tx, changed), recordRequests(tx.atCommit, counted)]);
  tx.afterCommit(() => {
    for (const [broadcastId, hearts] of changed) {
      pulse.publishBroadcast(broadcastId, { type: 'hearts', hearts });
    }
  });
  return outcomes;
}

/** Report ids are random and belong to all of our rooms together. */
function keyOf({ reportId }: HeartReport): { scope: string; requestId: string } {
  return { scope: scopeOf('reactions.reportHearts', 'rooms'), requestId: reportId };
}
