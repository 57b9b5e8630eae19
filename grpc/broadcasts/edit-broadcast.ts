import { hasRole, type UserActor } from '../../common/auth/index.ts';
import { NotFound, PermissionDenied } from '../../common/errors/index.ts';
import { once, type Tx } from '../db/index.ts';
import type { DomainDeps } from '../domain-deps.ts';
import type { BroadcastRow } from './entities.ts';
import { lockBroadcast, updateBroadcastRow } from './store.ts';

/** A change of a broadcast that someone asks for. */
export interface BroadcastEdit {
  readonly actor: UserActor;
  /** Name of the RPC, for the memory of requests. */
  readonly action: string;
  readonly requestId: string;
  readonly broadcastId: string;
  /** The rest of the request. */
  readonly input: unknown;
  /** Whether an admin may do it too. */
  readonly adminsToo?: boolean;
}

/**
 * Runs a change of one broadcast: locked, by its seller, once for each request id, with a new
 * version; tells its rooms after the commit, and answers what `change` answers beside the row.
 * @throws NotFound, PermissionDenied, and whatever `change` refuses
 */
export async function editBroadcastFor<Answer>(
  { db, clock, pulse }: DomainDeps,
  edit: BroadcastEdit,
  change: (
    tx: Tx,
    row: BroadcastRow,
    now: number,
  ) => Promise<{ readonly row: BroadcastRow; readonly answer: Answer }>,
): Promise<Answer> {
  const { actor, action, requestId, broadcastId, input } = edit;
  const key = { action, by: actor.userId, requestId, input: [broadcastId, input] };
  return db.transaction((tx) =>
    once(tx, key, clock.now(), async () => {
      const row = await lockBroadcast(tx, broadcastId);
      if (row === undefined) throw new NotFound('broadcast', broadcastId);
      const allowed =
        row.sellerId === actor.userId || (edit.adminsToo === true && hasRole(actor, 'admin'));
      if (!allowed) throw new PermissionDenied('not your broadcast');
      // Read after the lock: what was decided while this waited for it came before.
      const changed = await change(tx, row, clock.now());
      await updateBroadcastRow(tx, { ...changed.row, version: row.version + 1 });
      tx.afterCommit(() => pulse.publishBroadcast(broadcastId, { type: 'changed' }));
      return changed.answer;
    }),
  );
}

/** The same, for a change that has nothing to answer. */
export async function editBroadcast(
  deps: DomainDeps,
  edit: BroadcastEdit,
  change: (tx: Tx, row: BroadcastRow, now: number) => Promise<BroadcastRow> | BroadcastRow,
): Promise<void> {
  await editBroadcastFor(deps, edit, async (tx, row, now) => {
    return { row: await change(tx, row, now), answer: null };
  });
}
