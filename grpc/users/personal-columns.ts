import { isSealed, type Vault } from '../vault/index.ts';
import { emailKeyOf, readEmail } from './email.ts';
import type { UserRow } from './entities.ts';

const table = 'users';

interface Sealing {
  readonly vault: Vault;
}

/** An e-mail as its row holds it: sealed, and a blind index that is the same for every spelling. */
export function emailColumns({ vault }: Sealing, userId: string, email: string) {
  const address = readEmail(email)?.address ?? email.trim();
  // The key is unique; that of no e-mail must not keep others from having none.
  if (address === '') return { email: '', emailKey: `none:${userId}` };
  return {
    email: vault.seal(address, { table, column: 'email', id: userId }),
    emailKey: emailIndexOf({ vault }, address),
  };
}

/** A phone number as its row holds it: sealed, and a blind index; nothing of none. */
export function phoneColumns({ vault }: Sealing, userId: string, phone: string) {
  if (phone === '') return { phone: '', phoneKey: null };
  return {
    phone: vault.seal(phone, { table, column: 'phone', id: userId }),
    phoneKey: vault.blindIndex('phone', phone),
  };
}

/** What makes a stored e-mail the same as another, and tells nobody what it is. */
export function emailIndexOf({ vault }: Sealing, email: string): string {
  return vault.blindIndex('email', emailKeyOf(email));
}

/** What `emailKey` of an account with that e-mail is; and was, before it was sealed. */
export function emailKeysOf(deps: Sealing, email: string): [sealed: string, clear: string] {
  return [emailIndexOf(deps, email), emailKeyOf(email)];
}

/** E-mail and phone number of an account; in the clear where they were not sealed yet. */
export async function openPersonal(
  { vault }: Sealing,
  { id, email, phone }: Pick<UserRow, 'id' | 'email' | 'phone'>,
): Promise<{ email: string; phone: string }> {
  await vault.ready(email, phone);
  const open = (column: 'email' | 'phone', stored: string) =>
    isSealed(stored) ? vault.open(stored, { table, column, id }) : stored;
  return { email: open('email', email), phone: open('phone', phone) };
}
