import type { EpochMs } from '../../common/clock.ts';
import type { Tx } from '../db/index.ts';
import {
  type ApplicationCause,
  type ApplicationStatus,
  assertApplicationTransition,
} from './application-state.ts';
import type { SellerApplicationRow } from './entities.ts';

/** A step of an application. */
export interface ApplicationMove {
  readonly to: ApplicationStatus;
  readonly by: ApplicationCause;
  /** Who: a user id, or `system`. */
  readonly actor: string;
  readonly reason: string;
  readonly now: EpochMs;
  /** What else changes with it. */
  readonly change?: Partial<SellerApplicationRow>;
}

/**
 * The one way in which an application changes: checks the step, and writes it with its history. The
 * row must be locked by this transaction. Answers the row as it is then.
 * @throws InvalidState when the table does not know the step
 */
export async function moveApplication(
  tx: Tx,
  row: SellerApplicationRow,
  { to, by, actor, reason, now, change = {} }: ApplicationMove,
): Promise<SellerApplicationRow> {
  assertApplicationTransition(row.status, to, by);
  const moved: SellerApplicationRow = {
    ...row,
    reason,
    ...change,
    status: to,
    changedAt: now,
    version: row.version + 1,
  };
  const { id, userId: _user, ...columns } = moved;
  const names = Object.keys(columns);
  await tx.execute(
    `UPDATE seller_applications SET ${names.map((name) => `${name} = ?`).join(', ')} WHERE id = ?`,
    [...Object.values(columns), id],
  );
  await noteStep(tx, { ...moved, reason }, row.status, actor);
  return moved;
}

/** Writes the history row of a step that was just made. */
export async function noteStep(
  tx: Tx,
  { id, version, status, reason, changedAt }: SellerApplicationRow,
  fromStatus: ApplicationStatus | null,
  actor: string,
): Promise<void> {
  await tx.insert('seller_application_history', [
    { applicationId: id, version, fromStatus, toStatus: status, actor, reason, at: changedAt },
  ]);
}
