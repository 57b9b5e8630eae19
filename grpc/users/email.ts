/** Longest address that mail can be sent to (RFC 5321, 4.5.3.1.3). */
export const maxEmailLength = 254;

/**
 * What two spellings of one address have in common: trimmed and lower-cased. No mail provider of
 * note tells upper case from lower, and people don't either.
 */
export function emailKeyOf(email: string): string {
  return email.trim().toLowerCase();
}
