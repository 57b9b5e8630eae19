import { type Actor, actorLabel } from '../../common/auth/index.ts';
import { InvalidArgument } from '../../common/errors/index.ts';
import { jobOf } from '../../common/jobs.ts';
import { insertJobs, once, type Tx } from '../db/index.ts';
import { roleChange } from './decide-application.ts';
import type { SellerApplicationRow } from './entities.ts';
import { mailSeller } from './mail-seller.ts';
import { moveApplication } from './move-application.ts';
import type { ReinstateSellerInput, SuspendSellerInput } from './requests.ts';
import type { SellersDeps } from './sellers-deps.ts';
import { lockApplication, readInStatus } from './store.ts';

/**
 * Suspends a seller: takes the role, ends the sessions whose tokens still say it, ends what is on
 * air with its deals, and tells the seller why by mail, all in one transaction. Nothing of the
 * seller's can go on air or be ordered from then on. Idempotent by `requestId`; answers the
 * application's id.
 * @throws NotFound when nobody was approved by that id; InvalidState unless the seller sells;
 *   InvalidArgument for an end that is past; RequestIdReused
 */
export function suspendSeller(
  deps: SellersDeps,
  admin: Actor,
  { requestId, sellerId, reason, until }: SuspendSellerInput,
): Promise<string> {
  const actor = actorLabel(admin);
  const input = { sellerId, reason, until: until ?? null };
  const key = { action: 'sellers.suspendSeller', by: actor, requestId, input };
  return deps.db.transaction((tx) => {
    const now = deps.clock.now();
    return once(tx, key, now, async () => {
      if (until !== undefined && until <= now) throw new InvalidArgument('until: must be to come');
      const row = await lockApplication(tx, { userId: sellerId });
      const step = { by: 'admin', actor, reason, now } as const;
      const change = { suspendedUntil: until ?? null };
      await moveApplication(tx, row, { ...step, to: 'suspended', change });
      await deps.users.takeRoleIn(tx, roleChange(row, step));
      // After the role: whoever goes on air meanwhile either needs it, or is found here.
      await deps.broadcasts.endBroadcastsOfIn(tx, sellerId, actor, now);
      await mailSeller(deps, tx, row, 'seller_suspended', now, reason);
      if (until !== undefined) {
        const job = jobOf('sellers.end-suspension', { applicationId: row.id }, until);
        await insertJobs(tx, [job], now);
      }
      return row.id;
    });
  });
}

/**
 * Ends a suspension: the seller has the role again, and is told by mail. Idempotent by `requestId`;
 * answers the application's id.
 * @throws NotFound; InvalidState unless suspended; RequestIdReused
 */
export function reinstateSeller(
  deps: SellersDeps,
  admin: Actor,
  { requestId, sellerId, reason }: ReinstateSellerInput,
): Promise<string> {
  const actor = actorLabel(admin);
  const key = {
    action: 'sellers.reinstateSeller',
    by: actor,
    requestId,
    input: { sellerId, reason },
  };
  return deps.db.transaction((tx) => {
    const now = deps.clock.now();
    return once(tx, key, now, async () => {
      const row = await lockApplication(tx, { userId: sellerId });
      await reinstate(deps, tx, row, { by: 'admin', actor, reason, now });
      return row.id;
    });
  });
}

/** Ends those of the suspensions whose time is up; others are left as they are. */
export async function endSuspensions(
  deps: SellersDeps,
  applicationIds: readonly string[],
): Promise<void> {
  const suspended = await readInStatus(deps.db.primary, applicationIds, 'suspended');
  for (const { id } of suspended) {
    await deps.db.transaction(async (tx) => {
      const now = deps.clock.now();
      const row = await lockApplication(tx, { id });
      const { status, suspendedUntil } = row;
      if (status !== 'suspended' || suspendedUntil === null || suspendedUntil > now) return;
      const reason = 'the suspension is over';
      await reinstate(deps, tx, row, { by: 'clock', actor: 'system', reason, now });
    });
  }
}

interface Reinstatement {
  readonly by: 'admin' | 'clock';
  readonly actor: string;
  readonly reason: string;
  readonly now: number;
}

async function reinstate(
  deps: SellersDeps,
  tx: Tx,
  row: SellerApplicationRow,
  step: Reinstatement,
): Promise<void> {
  await moveApplication(tx, row, { ...step, to: 'approved', change: { suspendedUntil: null } });
  await deps.users.giveRoleIn(tx, roleChange(row, step));
  await mailSeller(deps, tx, row, 'seller_reinstated', step.now);
}
