import { randomUUID } from 'node:crypto';

/**
 * Words that nobody said before, without digits: among those a phone number turns up now and then,
 * and the chat holds it back.
 */
export function newWords(): string {
  return randomUUID().replace(/\d/g, (digit) => 'ghjkmnpqrt'[Number(digit)] ?? '');
}
