import { DomainError, type Language } from '../../common/errors/index.ts';
import type { Tx } from '../db/index.ts';
import { type Admission, type ClientInfo, outcomeOf, type Tokens } from '../sessions/index.ts';
import { type FinishInput, finishAttempt } from './finish-attempt.ts';
import { openAccount } from './open-account.ts';
import type { SocialProfile } from './providers/provider.ts';
import type { SocialDeps } from './social-deps.ts';
import { type Elsewhere, findLink, touchLink } from './store.ts';

/** A login to finish. */
export interface SocialLogInInput extends Omit<FinishInput, 'userId'> {
  /** Used only if an account is made. */
  readonly newAccount: {
    readonly language: Language;
    readonly tosVersion: string;
    readonly marketingConsent: boolean;
  };
  readonly client: ClientInfo;
}

/**
 * Opens a session for whom the provider vouches for. Who has no account gets one, without a
 * password; of any number of first logins at once, one makes it. An e-mail never opens an account
 * that is not linked: whoever has it must log in there, and link.
 * @throws what finishAttempt throws; DomainError SECOND_FACTOR_REQUIRED; SOCIAL_EMAIL_TAKEN; ACCOUNT_SUSPENDED;
 *   RATE_LIMITED past SIGN_UPS_PER_HOUR; NotFound, InvalidState when the terms are not in force
 */
export async function logInWith(deps: SocialDeps, input: SocialLogInInput): Promise<Tokens> {
  const { provider, client } = input;
  const profile = await finishAttempt(deps, { ...input, userId: undefined }).catch(
    async (error: unknown) => {
      if (isRefusedCode(error)) await noteRefused(deps, input);
      throw error;
    },
  );
  const who = { provider, subject: profile.subject };
  const isKnown = (await findLink(deps.db.primary, who)) !== undefined;
  if (!isKnown && client.address !== '') await deps.limits.signUps.require(client.address);
  const now = deps.clock.now();
  const outcome = await deps.db.transaction((tx) => enter(deps, tx, input, profile, now));
  if (outcome === 'suspended') {
    throw new DomainError('ACCOUNT_SUSPENDED', 'the account is suspended');
  }
  return deps.sessions.complete(outcome, now);
}

async function enter(
  deps: SocialDeps,
  tx: Tx,
  { provider, client, newAccount }: SocialLogInInput,
  profile: SocialProfile,
  now: number,
): Promise<Admission | 'suspended'> {
  const { sessions, users } = deps;
  const who = { provider, subject: profile.subject };
  if ((await findLink(tx, who)) === undefined) {
    await openAccount(deps, tx, who, { ...newAccount, ...profile }, now);
  }
  const held = await hold(deps, tx, who);
  await touchLink(tx, held.linkId, now);
  const user = await users.readIn(tx, held.userId);
  const answer = user.suspended ? 'suspended' : await sessions.openIn(tx, user, client, now);
  const outcome = answer === 'suspended' ? answer : outcomeOf(answer);
  const attempt = { userId: user.id, client, outcome, method: provider } as const;
  await sessions.noteAttemptIn(tx, attempt, now);
  return answer;
}

/** The link, and its account locked: whoever unlinks or suspends comes before or after. */
async function hold({ users }: SocialDeps, tx: Tx, who: Elsewhere) {
  const found = await findLink(tx, who);
  const user = found && (await users.lockForLoginIn(tx, found.userId, undefined));
  // Read again: it may have been taken away while the lock was waited for.
  const link = user && (await findLink(tx, who));
  if (link === undefined || link.userId !== user?.id) {
    throw new DomainError('SOCIAL_STATE_INVALID', 'the link was taken away meanwhile');
  }
  return { linkId: link.id, userId: link.userId };
}

function isRefusedCode(error: unknown): boolean {
  return error instanceof DomainError && error.code === 'SOCIAL_CODE_INVALID';
}

async function noteRefused(
  { db, clock, sessions }: SocialDeps,
  { client, provider: method }: SocialLogInInput,
): Promise<void> {
  const attempt = { userId: undefined, client, outcome: 'bad_credentials', method } as const;
  await db.transaction((tx) => sessions.noteAttemptIn(tx, attempt, clock.now()));
}
