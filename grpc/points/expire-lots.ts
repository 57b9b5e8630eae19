import type { Clock } from '../../common/clock.ts';
import { newId } from '../../common/ids.ts';
import type { Database, Tx } from '../db/index.ts';
import { decideExpiry } from './ledger-rules.ts';
import { type KnownUsers, openLedger, writeLedger } from './open-ledger.ts';
import { findLapsedLots } from './store.ts';

interface ExpireDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly users: KnownUsers;
}

/**
 * Takes away what is left of lapsed lots, the earliest first, and answers how many it emptied:
 * less than `limit` means that none was left. Runs at the same time don't take a lot twice.
 */
export async function expireLots(deps: ExpireDeps, limit: number): Promise<number> {
  let expired = 0;
  for (;;) {
    const asked = limit - expired;
    const run = await deps.db.transaction((tx) => expireSome(deps, tx, asked));
    expired += run.expired;
    // Where another run was faster there may be more behind what both of them found.
    if (run.found < asked || expired === limit) return expired;
  }
}

async function expireSome(
  { clock, users }: ExpireDeps,
  tx: Tx,
  limit: number,
): Promise<{ found: number; expired: number }> {
  const now = clock.now();
  const lapsed = await findLapsedLots(tx, now, limit);
  const picture = await openLedger(tx, { lots: lapsed }, users);
  // No charge happens here, so no term applies.
  const facts = { now, termMs: 0, newId };
  const entries = lapsed.flatMap(({ id }) => decideExpiry(picture, id, facts) ?? []);
  for (const entry of entries) picture.record(entry);
  await writeLedger(tx, picture);
  return { found: lapsed.length, expired: entries.length };
}
