import { actorLabel, type UserActor } from '../../common/auth/index.ts';
import type { EpochMs } from '../../common/clock.ts';
import { once } from '../db/index.ts';
import type { SessionsDeps } from './sessions-deps.ts';

/** A new key, and from when it signs. */
interface NewKey {
  readonly kid: string;
  readonly signsFrom: EpochMs;
}

const dayMs = 86_400_000;

/**
 * Makes a new signing key. Nobody is logged out: the old key verifies until its tokens are over.
 * Idempotent by `requestId`.
 * @throws RequestIdReused
 */
export async function rotateSigningKey(
  { db, clock, keys, log }: SessionsDeps,
  actor: UserActor,
  { requestId, reason }: { readonly requestId: string; readonly reason: string },
): Promise<NewKey> {
  const createdBy = actorLabel(actor);
  const key = { action: 'sessions.rotateSigningKey', by: createdBy, requestId, input: { reason } };
  const made = await db.transaction((tx) => {
    const now = clock.now();
    return once<NewKey>(tx, key, now, async () => {
      const { kid, signsFrom } = await keys.addIn(tx, { createdBy, reason }, now);
      return { kid, signsFrom };
    });
  });
  log.info({ ...made, createdBy, reason }, 'signing key rotated');
  return made;
}

/**
 * Makes a new key when the newest is older than SIGNING_KEY_DAYS, and forgets those whose tokens
 * are over. Of processes that do so at once, one makes the key.
 */
export async function keepSigningKeys({
  db,
  clock,
  keys,
  config,
  log,
}: SessionsDeps): Promise<{ readonly madeKid: string; readonly forgotten: number }> {
  await keys.current();
  const done = await db.transaction(async (tx) => {
    const newest = await keys.lockNewestIn(tx);
    const now = clock.now();
    const isDue = newest !== undefined && newest.createdAt + config.SIGNING_KEY_DAYS * dayMs <= now;
    const by = { createdBy: 'system', reason: 'due' };
    const made = isDue ? await keys.addIn(tx, by, now) : undefined;
    return { madeKid: made?.kid ?? '', forgotten: await keys.forgetIn(tx, now) };
  });
  if (done.madeKid !== '' || done.forgotten > 0) log.info(done, 'signing keys kept');
  return done;
}
