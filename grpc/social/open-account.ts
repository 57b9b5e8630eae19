import type { EpochMs } from '../../common/clock.ts';
import { DomainError } from '../../common/errors/index.ts';
import { newId } from '../../common/ids.ts';
import type { Tx } from '../db/index.ts';
import type { SocialProviderName } from './entities.ts';
import type { SocialLogInInput } from './log-in.ts';
import type { SocialProfile } from './providers/provider.ts';
import type { SocialDeps } from './social-deps.ts';
import { type Elsewhere, insertLink } from './store.ts';

const maxNameLength = 40;
const fallbackNames: Readonly<Record<SocialProviderName, string>> = {
  kakao: '카카오 회원',
  x: 'X 회원',
};

/**
 * Makes an account and its link, unless the link is there by now. Only an e-mail that the provider
 * verified becomes the account's: another one may be anybody's.
 * @throws DomainError SOCIAL_EMAIL_TAKEN
 */
export async function openAccount(
  { users }: SocialDeps,
  tx: Tx,
  who: Elsewhere,
  { email, name, ...rest }: SocialProfile & SocialLogInInput['newAccount'],
  now: EpochMs,
): Promise<void> {
  const id = newId('usr');
  // The link first: a twin that makes it waits here, and then finds it made.
  if (!(await insertLink(tx, who, id, now))) return;
  if (email?.verified === false && (await users.findIdByEmail(email.address)) !== undefined) {
    throw emailTaken(who.provider);
  }
  const { language, tosVersion, marketingConsent } = rest;
  const account = {
    id,
    email: email?.verified === true ? email.address : '',
    name: tidyName(name) || fallbackNames[who.provider],
    ...{ language, tosVersion, marketingConsent },
  };
  try {
    await users.openAccountIn(tx, account, now);
  } catch (error) {
    throw isEmailTaken(error) ? emailTaken(who.provider) : error;
  }
  const change = { userId: id, kind: 'social_linked', reason: who.provider } as const;
  await users.noteChangeIn(tx, { ...change, changedBy: id, changedAt: now });
}

/** Names elsewhere may be anything; ours are shown in chat. */
function tidyName(name: string): string {
  const plain = name
    .toWellFormed()
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return [...plain].slice(0, maxNameLength).join('').slice(0, maxNameLength).toWellFormed().trim();
}

function isEmailTaken(error: unknown): boolean {
  return error instanceof DomainError && error.code === 'EMAIL_TAKEN';
}

function emailTaken(provider: SocialProviderName): DomainError {
  return new DomainError(
    'SOCIAL_EMAIL_TAKEN',
    'an account with this e-mail exists; log in to it and link there',
    { provider },
  );
}
