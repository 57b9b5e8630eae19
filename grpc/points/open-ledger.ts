import type { Reader, Tx, Writer } from '../db/index.ts';
import {
  type Account,
  createLedgerPicture,
  type Hold,
  type LedgerPicture,
} from './ledger-picture.ts';
import {
  addToBalances,
  insertLotUses,
  insertTransfers,
  lockAccounts,
  openAccounts,
  readLiveLots,
  readLotsById,
  readLotsOfHolds,
  readResolutions,
  readTaken,
  readTransfers,
  writeLots,
} from './store.ts';
import { type Transfer, transferEffects } from './transfer.ts';

/** What a piece of work is going to touch. */
export interface LedgerScope {
  /** Users whose account is opened if there is none. */
  readonly receivers?: readonly string[];
  /** Users who spend: all of their lots are needed. */
  readonly spenders?: readonly string[];
  /** Holds to end or to refund. */
  readonly holdIds?: readonly string[];
  /** Those of them that may give back to their lots. */
  readonly returningHoldIds?: readonly string[];
  /** Single lots, and their owners. */
  readonly lots?: readonly { readonly id: string; readonly userId: string }[];
}

/** Knows which users there are, by the names that others see. */
export interface KnownUsers {
  namesOf(reader: Reader, userIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

/**
 * Locks the accounts in scope in sorted order, then reads what they have. An account's lock also
 * guards its user's lots and holds, so those are read after it and need no lock of their own. A
 * receiver without an account gets one, unless there is no such user.
 */
export async function openLedger(
  tx: Tx,
  { receivers = [], spenders = [], holdIds = [], returningHoldIds = [], lots = [] }: LedgerScope,
  users: KnownUsers,
): Promise<LedgerPicture> {
  const found = await readTransfers(tx, holdIds);
  const held = found.filter(({ kind }) => kind === 'hold');
  const owners = [...held, ...lots].map(({ userId }) => userId);
  const accounts = await lockAccounts(tx, [...new Set([...receivers, ...spenders, ...owners])]);
  const missing = [...new Set(receivers)].filter((id) => !accounts.has(id));
  for (const [id, account] of await openMissing(tx, missing, users)) accounts.set(id, account);
  // Without an account there are no lots; reading any would be reading them without a lock.
  const lotOwners = [...new Set(spenders)].filter((id) => accounts.has(id));
  const [holds, ...loaded] = await Promise.all([
    readHolds(tx, held, returningHoldIds),
    readLiveLots(tx, lotOwners),
    readLotsOfHolds(tx, returningHoldIds),
    readLotsById(
      tx,
      lots.map(({ id }) => id),
    ),
  ]);
  return createLedgerPicture({
    accounts,
    holds,
    lots: [...new Map(loaded.flat().map((lot) => [lot.id, lot])).values()],
  });
}

async function openMissing(
  tx: Tx,
  missing: readonly string[],
  users: KnownUsers,
): Promise<Map<string, Account>> {
  if (missing.length === 0) return new Map();
  const known = [...(await users.namesOf(tx, missing)).keys()];
  await openAccounts(tx, known);
  return lockAccounts(tx, known);
}

/**
 * Writes what was recorded: four statements at most, however many entries there are; balances last,
 * because everyone needs the platform's accounts.
 */
export async function writeLedger(to: Writer, picture: LedgerPicture): Promise<void> {
  const { entries, balances, lots } = picture.changes();
  if (entries.length === 0) return;
  const transfers = entries.map(({ transfer }) => transfer);
  const uses = entries.flatMap(({ transfer, shares }) =>
    shares.map(({ lotId, amount }) => ({
      transferId: transfer.id,
      lotId,
      holdId: transfer.kind === 'hold' ? transfer.id : transfer.holdId,
      amount: amount * transferEffects[transfer.kind].lots,
    })),
  );
  await Promise.all([
    insertTransfers(to, transfers),
    insertLotUses(to, uses),
    writeLots(to, lots),
    addToBalances(to, balances),
  ]);
}

async function readHolds(
  tx: Tx,
  held: readonly Transfer[],
  returningHoldIds: readonly string[],
): Promise<Hold[]> {
  const ids = held.map(({ id }) => id);
  const [resolved, taken] = await Promise.all([
    readResolutions(tx, ids),
    readTaken(tx, returningHoldIds),
  ]);
  const resolutions = new Map(resolved.map((transfer) => [transfer.holdId, transfer]));
  return held.map((transfer) => ({
    transfer,
    resolution: resolutions.get(transfer.id),
    taken: taken.get(transfer.id) ?? [],
  }));
}
