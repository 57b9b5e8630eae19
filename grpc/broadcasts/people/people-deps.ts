import { NotFound } from '../../../common/errors/index.ts';
import type { Reader, Tx } from '../../db/index.ts';
import type { DomainDeps } from '../../domain-deps.ts';

/** Where broadcasts learn of accounts; the users domain is one. */
export interface Accounts {
  /** Names shown to others; an id that names nobody is left out. */
  namesOf(reader: Reader, userIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Whether the account may sell as of now, which stays so until the transaction is over. */
  isSellerIn(tx: Tx, userId: string): Promise<boolean>;
}

export interface PeopleDeps extends DomainDeps {
  readonly accounts: Accounts;
}

/** @throws NotFound when there is no such account */
export async function requireAccount(
  { accounts }: PeopleDeps,
  read: Reader,
  userId: string,
): Promise<void> {
  const names = await accounts.namesOf(read, [userId]);
  if (!names.has(userId)) throw new NotFound('user', userId);
}
