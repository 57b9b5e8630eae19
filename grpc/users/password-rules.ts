import { DomainError, InvalidArgument } from '../../common/errors/index.ts';
import { commonPasswords } from './common-passwords.ts';
import { emailKeyOf } from './email.ts';

const minLength = 8;
const maxLength = 128;

/**
 * The form in which a password is measured, hashed and verified: one phone sends 가 as one
 * character and another as two (NIST SP 800-63B, 5.1.1.2).
 */
export function normalisePassword(password: string): string {
  return password.normalize('NFKC');
}

/**
 * Lets a password pass for an account with that e-mail. Length and the first guesses are all that
 * is checked: rules on kinds of characters make passwords worse (NIST SP 800-63B, 5.1.1.2).
 * @throws DomainError WEAK_PASSWORD with `reason` too_short, same_as_email or too_common
 * @throws InvalidArgument when it is longer than 128 characters
 */
export function checkPassword(password: string, email: string): void {
  const normal = normalisePassword(password);
  const length = [...normal].length;
  if (length > maxLength) throw new InvalidArgument(`password: at most ${maxLength} characters`);
  if (length < minLength) throw weak('too_short', `use at least ${minLength} characters`);
  if (emailKeyOf(normal) === emailKeyOf(email)) throw weak('same_as_email', 'it is the e-mail');
  if (commonPasswords.has(normal.toLowerCase())) {
    throw weak('too_common', 'it is one of the most used passwords');
  }
}

function weak(reason: string, why: string): DomainError {
  return new DomainError('WEAK_PASSWORD', `the password is too weak: ${why}`, { reason });
}
