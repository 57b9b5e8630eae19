import type { EpochMs } from '../../common/clock.ts';
import type { Language } from '../../common/errors/index.ts';
import type { Tx } from '../db/index.ts';
import { insertUser, readUser, type StoreDeps } from './store.ts';
import { agreeIn, consentIn } from './terms.ts';
import type { User } from './user.ts';

/** A new account of someone whom another service vouches for. */
export interface VouchedAccount {
  readonly id: string;
  /** Verified by that service; empty when it knows none. */
  readonly email: string;
  readonly name: string;
  readonly language: Language;
  /** The terms agreed to, which must be those in force; empty when not asked yet. */
  readonly tosVersion: string;
  readonly marketingConsent: boolean;
}

/**
 * Makes an account with the role viewer and without a password; a reset can set one once there is
 * an e-mail.
 * @throws DomainError EMAIL_TAKEN; NotFound, InvalidState when the terms are not in force
 */
export async function openAccountIn(
  deps: StoreDeps,
  tx: Tx,
  { id, email, name, language, tosVersion, marketingConsent }: VouchedAccount,
  now: EpochMs,
): Promise<User> {
  const verified = email === '' ? {} : { emailVerifiedAt: now };
  const bare = { id, email, name, phone: '', passwordHash: null, language };
  await insertUser(deps, tx, { ...bare, ...verified }, now);
  if (tosVersion !== '') await agreeIn(tx, id, tosVersion, now);
  await consentIn(tx, await readUser(deps, tx, id), marketingConsent, now);
  return readUser(deps, tx, id);
}
