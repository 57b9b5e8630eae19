import { DomainError, InvalidArgument } from '../../common/errors/index.ts';
import { isCommonPassword } from './common-passwords.ts';
import { emailKeyOf } from './email.ts';

const minLength = 8;
const maxLength = 128;
/** Shorter names are in too many good passwords by chance. */
const minPersonalLength = 3;

/** Whose password it is going to be. */
export interface PasswordOwner {
  readonly email: string;
  readonly name: string;
}

/**
 * The form in which a password is measured, hashed and verified: one phone sends 가 as one
 * character and another as two (NIST SP 800-63B, 5.1.1.2).
 */
export function normalisePassword(password: string): string {
  return password.normalize('NFKC');
}

/**
 * Lets a password pass for that account. Length, the owner's own name and the first guesses are
 * all that is checked: rules on kinds of characters make passwords worse (NIST SP 800-63B, 5.1.1.2).
 * @throws DomainError WEAK_PASSWORD with `reason` too_short, contains_email, contains_name or
 *   too_common
 * @throws InvalidArgument when it is longer than 128 characters
 */
export function checkPassword(password: string, { email, name }: PasswordOwner): void {
  const normal = normalisePassword(password);
  const length = [...normal].length;
  if (length > maxLength) throw new InvalidArgument(`password: at most ${maxLength} characters`);
  if (length < minLength) throw weak('too_short', `use at least ${minLength} characters`);
  const local = emailKeyOf(email).split('@')[0] ?? '';
  if (holds(normal, local)) throw weak('contains_email', 'it contains the e-mail');
  if (holds(normal, name)) throw weak('contains_name', 'it contains the name');
  if (isCommonPassword(normal)) {
    throw weak('too_common', 'it is one of the most used passwords');
  }
}

function holds(password: string, part: string): boolean {
  const plain = (text: string) => text.normalize('NFKC').toLowerCase().replace(/\s/g, '');
  const wanted = plain(part);
  return [...wanted].length >= minPersonalLength && plain(password).includes(wanted);
}

function weak(reason: string, why: string): DomainError {
  return new DomainError('WEAK_PASSWORD', `the password is too weak: ${why}`, { reason });
}
