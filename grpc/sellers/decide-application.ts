import { type Actor, actorLabel } from '../../common/auth/index.ts';
import { InvalidState } from '../../common/errors/index.ts';
import { jobOf } from '../../common/jobs.ts';
import { insertJobs, once, type Tx } from '../db/index.ts';
import type { SellerApplicationRow } from './entities.ts';
import { mailSeller } from './mail-seller.ts';
import { moveApplication } from './move-application.ts';
import type { DecideApplicationInput } from './requests.ts';
import type { SellersDeps } from './sellers-deps.ts';
import { lockApplication } from './store.ts';

/**
 * Approves an application whose business the Tax Service knows as active and as described: the
 * account is given the role seller and told by mail, in the same transaction. Idempotent by
 * `requestId`; answers the application's id.
 * @throws NotFound; InvalidState when it is not being checked, or the business is not valid;
 *   RequestIdReused
 */
export function approveApplication(
  deps: SellersDeps,
  actor: Actor,
  input: DecideApplicationInput,
): Promise<string> {
  return decide(deps, 'sellers.approveApplication', actor, input, async (tx, row, step) => {
    if (row.status === 'checking' && row.verdict !== 'valid') {
      throw new InvalidState('business', row.verdict ?? 'unknown', 'the business is not valid');
    }
    await moveApplication(tx, row, { ...step, to: 'approved' });
    await deps.users.giveRoleIn(tx, roleChange(row, step));
    await mailSeller(deps, tx, row, 'seller_approved', step.now);
  });
}

/**
 * Rejects an application that is not decided yet, and tells its account why by mail. The business
 * number is free for others then. Idempotent by `requestId`; answers the application's id.
 * @throws NotFound, InvalidState, RequestIdReused
 */
export function rejectApplication(
  deps: SellersDeps,
  actor: Actor,
  input: DecideApplicationInput,
): Promise<string> {
  return decide(deps, 'sellers.rejectApplication', actor, input, async (tx, row, step) => {
    await moveApplication(tx, row, { ...step, to: 'rejected', change: { claimedNumber: null } });
    await mailSeller(deps, tx, row, 'seller_rejected', step.now, step.reason);
  });
}

/**
 * Has the Tax Service asked again, for an answer that may have changed. Idempotent by `requestId`;
 * answers the application's id.
 * @throws NotFound; InvalidState unless it was answered and nothing is decided; RequestIdReused
 */
export function recheckApplication(
  deps: SellersDeps,
  actor: Actor,
  input: DecideApplicationInput,
): Promise<string> {
  return decide(deps, 'sellers.recheckApplication', actor, input, async (tx, row, step) => {
    const change = { verdict: null, checkedAt: null };
    await moveApplication(tx, row, { ...step, to: 'submitted', change });
    const job = jobOf('sellers.check', { applicationId: row.id }, step.now);
    await insertJobs(tx, [job], step.now);
  });
}

interface Step {
  readonly by: 'admin';
  readonly actor: string;
  readonly reason: string;
  readonly now: number;
}

function decide(
  { db, clock }: SellersDeps,
  action: string,
  admin: Actor,
  { requestId, applicationId, reason }: DecideApplicationInput,
  work: (tx: Tx, row: SellerApplicationRow, step: Step) => Promise<void>,
): Promise<string> {
  const actor = actorLabel(admin);
  const key = { action, by: actor, requestId, input: { applicationId, reason } };
  return db.transaction((tx) => {
    const now = clock.now();
    return once(tx, key, now, async () => {
      const row = await lockApplication(tx, { id: applicationId });
      await work(tx, row, { by: 'admin', actor, reason, now });
      return row.id;
    });
  });
}

/** The role as it follows from a step, for users' own audit. */
export function roleChange(
  { userId }: SellerApplicationRow,
  { actor, reason, now }: Pick<Step, 'actor' | 'reason' | 'now'>,
) {
  return { userId, role: 'seller', reason, changedBy: actor, changedAt: now } as const;
}
