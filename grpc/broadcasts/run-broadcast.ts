import type { UserActor } from '../../common/auth/index.ts';
import { jobOf } from '../../common/jobs.ts';
import { enqueueJobs, type Tx } from '../db/index.ts';
import type { DomainDeps } from '../domain-deps.ts';
import { assertBroadcastTransition, type BroadcastStatus } from './broadcast-state.ts';
import { editBroadcast } from './edit-broadcast.ts';
import type { BroadcastRow } from './entities.ts';
import type { BroadcastIdInput } from './requests.ts';
import { closeDeals, readDeals } from './store.ts';

/** Goes live. @throws InvalidState unless scheduled */
export function startBroadcast(
  deps: DomainDeps,
  actor: UserActor,
  { requestId, broadcastId }: BroadcastIdInput,
): Promise<void> {
  const edit = { actor, action: 'broadcasts.startBroadcast', requestId, broadcastId, input: null };
  return editBroadcast(deps, edit, async (tx, row, now) => {
    await recordTransition(tx, row, 'live', actor, now);
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
    await recordTransition(tx, row, 'ended', actor, now);
    // No deal can be added meanwhile: whoever adds one locks the broadcast first.
    const deals = await readDeals(tx, row.id);
    await closeDeals(
      tx,
      deals.map((deal) => deal.id),
      now,
    );
    await enqueueJobs(tx, [jobOf('polls.end', { broadcastId }, now)], now);
    return { ...row, status: 'ended', endedAt: now };
  });
}

async function recordTransition(
  tx: Tx,
  row: BroadcastRow,
  to: BroadcastStatus,
  actor: UserActor,
  now: number,
): Promise<void> {
  assertBroadcastTransition(row.status, to);
  await tx.insert('broadcast_history', [
    {
      broadcastId: row.id,
      version: row.version + 1,
      fromStatus: row.status,
      toStatus: to,
      actor: actor.userId,
      at: now,
    },
  ]);
}
