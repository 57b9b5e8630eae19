import type { UserActor } from '../../common/auth/index.ts';
import { DomainError } from '../../common/errors/index.ts';
import { jobOf } from '../../common/jobs.ts';
import { enqueueJobs, findRequests, once, requestMapKey, scopeOf, type Tx } from '../db/index.ts';
import type { DeparturesDeps } from './departures-deps.ts';

/** Why it is really the account's owner who asks. */
export interface DeleteAccountInput {
  readonly requestId: string;
  /** Empty for an account without one. */
  readonly password: string;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Ends the actor's account in one transaction: sessions end, every domain erases what it holds of
 * the person or takes it from them, e-mail and phone number are free, a last mail says so. What is
 * large is erased by a job that follows. Idempotent by `requestId`, and of many at once one does it.
 * @throws DomainError BAD_CREDENTIALS, REAUTHENTICATION_REQUIRED, RATE_LIMITED; OPEN_MATTERS with
 *   how many of what is not finished
 * @throws InvalidState for an admin, whose role must be taken first
 */
export async function deleteAccount(
  deps: DeparturesDeps,
  actor: UserActor,
  { requestId, password, signal }: DeleteAccountInput,
): Promise<void> {
  const { db, clock, users } = deps;
  const { userId } = actor;
  const key = { action: 'departures.deleteAccount', by: userId, requestId, input: null };
  if (await wasAnswered(deps, key)) return;
  const proof = await users.confirmIdentity(actor, { password, signal });
  await db.transaction((tx) => {
    const now = clock.now();
    return once(tx, key, now, async () => {
      await users.holdLeaverIn(tx, proof);
      await requireNothingOpenIn(deps, tx, userId);
      const keptUntil = await keptUntilIn(deps, tx, userId, now);
      for (const data of deps.personalData) await data.eraseIn?.(tx, { userId, now });
      await users.eraseIn(tx, { userId, now }, keptUntil);
      await enqueueJobs(tx, [jobOf('departures.erase-rest', { userId }, now)], now);
      return null;
    });
  });
}

async function requireNothingOpenIn(
  { personalData }: DeparturesDeps,
  tx: Tx,
  userId: string,
): Promise<void> {
  const open: Record<string, string> = {};
  for (const data of personalData) {
    for (const [what, count] of Object.entries((await data.openMattersIn?.(tx, userId)) ?? {})) {
      if (count > 0) open[what] = String(count);
    }
  }
  if (Object.keys(open).length === 0) return;
  throw new DomainError('OPEN_MATTERS', 'something of the account is not finished', open);
}

/** The latest time until which any domain must know who it was; undefined when none must. */
async function keptUntilIn(
  { personalData }: DeparturesDeps,
  tx: Tx,
  userId: string,
  now: number,
): Promise<number | undefined> {
  let latest = now;
  for (const data of personalData) {
    latest = Math.max(latest, (await data.retainUntilIn?.(tx, userId)) ?? now);
  }
  return latest > now ? latest : undefined;
}

async function wasAnswered(
  { db }: DeparturesDeps,
  { action, by, requestId }: { readonly action: string; readonly by: string; requestId: string },
): Promise<boolean> {
  const request = { scope: scopeOf(action, by), requestId };
  return (await findRequests(db.primary, [request])).has(requestMapKey(request));
}
