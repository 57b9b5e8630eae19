import { domainToASCII } from 'node:url';
import { z } from 'zod';

/** Longest address that mail can be sent to (RFC 5321, 4.5.3.1.3). */
export const maxEmailLength = 254;
const maxLocalLength = 64;

/** An e-mail address as someone wrote it, and what makes it the same as another. */
export interface Email {
  /** Trimmed, its letters of normal width; case and an international domain stay as written. */
  readonly address: string;
  /** ASCII, lower case, an international domain in its `xn--` form. */
  readonly key: string;
}

const ascii = z.email();

/**
 * Reads an e-mail address; undefined when it is none. Two spellings are one address if they differ
 * in case, in the width of letters (NFKC) or in the spelling of an international domain (UTS 46).
 * What one provider alone ignores, as dots or `+tag`, is left: elsewhere those are other people. An
 * address with letters beyond ASCII before the @ is not taken, as few mail servers take it.
 */
export function readEmail(text: string): Email | undefined {
  const address = text.normalize('NFKC').trim();
  const at = address.lastIndexOf('@');
  const domain = domainToASCII(address.slice(at + 1));
  const local = address.slice(0, Math.max(0, at));
  const key = `${local}@${domain}`.toLowerCase();
  const fits =
    local.length <= maxLocalLength &&
    Math.max(key.length, address.length) <= maxEmailLength &&
    ascii.safeParse(key).success;
  return fits ? { address, key } : undefined;
}

/** The key of an address; of what is none, something that no address has. */
export function emailKeyOf(text: string): string {
  return readEmail(text)?.key ?? `none:${text.trim().toLowerCase().slice(0, maxEmailLength)}`;
}
