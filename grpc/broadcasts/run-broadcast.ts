import type { UserActor } from '../../common/auth/index.ts';
import { PermissionDenied } from '../../common/errors/index.ts';
import { jobOf } from '../../common/jobs.ts';
import { enqueueJobs, type Tx } from '../db/index.ts';
import type { DomainDeps } from '../domain-deps.ts';
import { assertBroadcastTransition, type BroadcastStatus } from './broadcast-state.ts';
import { isDealOpen } from './deal-rules.ts';
import { editBroadcast } from './edit-broadcast.ts';
import type { BroadcastRow } from './entities.ts';
import type { PeopleDeps } from './people/people-deps.ts';
import type { BroadcastIdInput } from './requests.ts';
import { announceSoon } from './run-deals.ts';
import { closeDeals, lockLiveOf, readDeals, updateBroadcastRow } from './store.ts';

/**
 * Goes live. A seller who is losing the role at the same moment either is refused, or is on air
 * before and found by whoever takes it. Deals that are on begin with it, for who watches.
 * @throws InvalidState unless scheduled; PermissionDenied for who is no seller any more
 */
export function startBroadcast(
  deps: PeopleDeps,
  actor: UserActor,
  { requestId, broadcastId }: BroadcastIdInput,
): Promise<void> {
  const edit = { actor, action: 'broadcasts.startBroadcast', requestId, broadcastId, input: null };
  return editBroadcast(deps, edit, async (tx, row, now) => {
    if (!(await deps.accounts.isSellerIn(tx, row.sellerId))) {
      throw new PermissionDenied('this account may not sell');
    }
    await recordTransition(tx, row, 'live', actor.userId, now);
    const open = (await readDeals(tx, row.id)).filter((deal) => isDealOpen(deal, now));
    await announceSoon(
      tx,
      open.map((deal) => deal.id),
      now,
    );
    return { ...row, status: 'live', startedAt: now };
  });
}

/**
 * Ends, and every deal with it; a poll that is open is closed by a job. An order that is being placed at the same moment either has the
 * broadcast's lock and comes before the end, or finds the broadcast ended.
 * @throws InvalidState unless live
 */
export function endBroadcast(
  deps: DomainDeps,
  actor: UserActor,
  { requestId, broadcastId }: BroadcastIdInput,
): Promise<void> {
  const edit = {
    actor,
    action: 'broadcasts.endBroadcast',
    requestId,
    broadcastId,
    input: null,
    adminsToo: true,
  };
  return editBroadcast(deps, edit, async (tx, row, now) => {
    return endIn(tx, row, actor.userId, now);
  });
}

/** Ends whatever a seller has on air, in the transaction that takes the right to be there. */
export async function endBroadcastsOfIn(
  { pulse }: DomainDeps,
  tx: Tx,
  sellerId: string,
  actor: string,
  now: number,
): Promise<void> {
  for (const row of await lockLiveOf(tx, sellerId)) {
    const ended = await endIn(tx, row, actor, now);
    await updateBroadcastRow(tx, { ...ended, version: row.version + 1 });
    tx.afterCommit(() => pulse.publishBroadcast(row.id, { type: 'changed' }));
  }
}

/** Ends what accounts have on air; those that may sell as of now are left alone. Idempotent. */
export async function endBroadcastsOf(
  deps: PeopleDeps,
  sellerIds: readonly string[],
): Promise<void> {
  for (const sellerId of sellerIds) {
    await deps.db.transaction(async (tx) => {
      if (await deps.accounts.isSellerIn(tx, sellerId)) return;
      await endBroadcastsOfIn(deps, tx, sellerId, 'system', deps.clock.now());
    });
  }
}

/** Ends a broadcast that this transaction has locked, and its deals; answers it as it is then. */
async function endIn(tx: Tx, row: BroadcastRow, actor: string, now: number): Promise<BroadcastRow> {
  await recordTransition(tx, row, 'ended', actor, now);
  // No deal can be added meanwhile: whoever adds one locks the broadcast first.
  const deals = await readDeals(tx, row.id);
  await closeDeals(
    tx,
    deals.map((deal) => deal.id),
    now,
  );
  await enqueueJobs(tx, [jobOf('polls.end', { broadcastId: row.id }, now)], now);
  return { ...row, status: 'ended', endedAt: now };
}

async function recordTransition(
  tx: Tx,
  row: BroadcastRow,
  to: BroadcastStatus,
  actor: string,
  now: number,
): Promise<void> {
  assertBroadcastTransition(row.status, to);
  await tx.insert('broadcast_history', [
    {
      broadcastId: row.id,
      version: row.version + 1,
      fromStatus: row.status,
      toStatus: to,
      actor,
      at: now,
    },
  ]);
}
