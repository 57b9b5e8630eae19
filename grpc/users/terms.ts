import type { UserActor } from '../../common/auth/index.ts';
import type { EpochMs } from '../../common/clock.ts';
import { InvalidArgument, InvalidState, NotFound } from '../../common/errors/index.ts';
import { once, type Reader, type Tx } from '../db/index.ts';
import { noteAccountChange } from './account-changes.ts';
import type { TermsRow } from './entities.ts';
import { lockUser, readUser } from './store.ts';
import type { User } from './user.ts';
import type { UsersDeps } from './users-deps.ts';

/** A version of the terms of service. */
export interface Terms {
  readonly version: string;
  readonly textKo: string;
  readonly textEn: string;
  readonly effectiveAt: EpochMs;
}

/** A version to publish. */
export interface PublishTosInput extends Terms {
  readonly requestId: string;
}

/** Clocks differ; a version that is to be in force now may come a little late. */
const backdatingMs = 5 * 60_000;

/**
 * Publishes a version of the terms of service; its text never changes afterwards. It is in force
 * from `effectiveAt` until a later one is. Idempotent by `requestId`.
 * @throws InvalidState when the version exists; InvalidArgument when it is backdated;
 *   RequestIdReused
 */
export function publishTos(
  { db, clock }: UsersDeps,
  publishedBy: string,
  { requestId, ...terms }: PublishTosInput,
): Promise<Terms> {
  const key = { action: 'users.publishTos', by: publishedBy, requestId, input: terms };
  const now = clock.now();
  return db.transaction((tx) =>
    once<Terms>(tx, key, now, async () => {
      if (terms.effectiveAt < now - backdatingMs) {
        throw new InvalidArgument('effective_at: terms can not begin in the past');
      }
      const row = { ...terms, publishedAt: now, publishedBy };
      if ((await tx.insertNew('terms', [row])) === 0) {
        throw new InvalidState('tos', terms.version, 'this version was published before');
      }
      return terms;
    }),
  );
}

/**
 * A version of the terms, or the one in force.
 * @throws NotFound
 */
export async function getTos(
  reader: Reader,
  version: string | undefined,
  now: EpochMs,
): Promise<Terms> {
  const row =
    version === undefined
      ? await inForce(reader, now)
      : await reader.row<TermsRow>('SELECT * FROM terms WHERE version = ?', [version]);
  if (row === undefined) throw new NotFound('tos', version ?? 'in force');
  return row;
}

function inForce(reader: Reader, now: EpochMs): Promise<TermsRow | undefined> {
  return reader.row<TermsRow>(
    `SELECT * FROM terms WHERE effectiveAt <= ?
     ORDER BY effectiveAt DESC, publishedAt DESC, version DESC LIMIT 1`,
    [now],
  );
}

/**
 * Notes that the actor agrees to the terms in force. Agreeing again changes nothing.
 * @throws NotFound when there is no such version; InvalidState when it is not the one in force
 */
export function agreeTos(deps: UsersDeps, actor: UserActor, version: string): Promise<User> {
  const { db, clock } = deps;
  return db.transaction(async (tx) => {
    await lockUser(tx, actor.userId);
    await agreeIn(tx, actor.userId, version, clock.now());
    return readUser(deps, tx, actor.userId);
  });
}

/** As agreeTos, of an account that the transaction holds. */
export async function agreeIn(
  tx: Tx,
  userId: string,
  version: string,
  now: EpochMs,
): Promise<void> {
  await getTos(tx, version, now);
  const current = await inForce(tx, now);
  if (current?.version !== version) {
    throw new InvalidState('tos', current?.version ?? 'none', 'these terms are not in force');
  }
  const added = await tx.insertNew('tos_agreements', [{ userId, version, agreedAt: now }]);
  if (added === 0) return;
  await tx.execute('UPDATE users SET tosVersion = ?, tosAgreedAt = ? WHERE id = ?', [
    version,
    now,
    userId,
  ]);
}

/** Notes whether the actor agrees to receive advertising, and when that changed. */
export function setMarketingConsent(
  deps: UsersDeps,
  actor: UserActor,
  consents: boolean,
): Promise<User> {
  const { db, clock } = deps;
  return db.transaction(async (tx) => {
    await lockUser(tx, actor.userId);
    await consentIn(tx, await readUser(deps, tx, actor.userId), consents, clock.now());
    return readUser(deps, tx, actor.userId);
  });
}

/** As setMarketingConsent, of an account that the transaction holds. */
export async function consentIn(
  tx: Tx,
  user: User,
  consents: boolean,
  now: EpochMs,
): Promise<void> {
  if ((user.marketingConsentAt !== undefined) === consents) return;
  await tx.execute('UPDATE users SET marketingConsentAt = ? WHERE id = ?', [
    consents ? now : null,
    user.id,
  ]);
  const kind = consents ? 'marketing_granted' : 'marketing_withdrawn';
  const change = { userId: user.id, kind, reason: '', changedBy: user.id } as const;
  await noteAccountChange(tx, { ...change, changedAt: now });
}
