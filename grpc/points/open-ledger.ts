import type { Reader, Tx } from '../db/index.ts';
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
  const loaded = [
    ...(await readLiveLots(tx, lotOwners)),
    ...(await readLotsOfHolds(tx, returningHoldIds)),
    ...(await readLotsById(
      tx,
      lots.map(({ id }) => id),
    )),
  ];
  return createLedgerPicture({
    accounts,
    holds: await readHolds(tx, held, returningHoldIds),
    lots: [...new Map(loaded.map((lot) => [lot.id, lot])).values()],
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

/** Writes what was recorded: five statements at most, however many entries there are. */
export async function writeLedger(tx: Tx, picture: LedgerPicture): Promise<void> {
  const { entries, balances, lots } = picture.changes();
  if (entries.length === 0) return;
  await insertTransfers(
    tx,
    entries.map(({ transfer }) => transfer),
  );
  const uses = entries.flatMap(({ transfer, shares }) =>
    shares.map(({ lotId, amount }) => ({
      transferId: transfer.id,
      lotId,
      holdId: transfer.kind === 'hold' ? transfer.id : transfer.holdId,
      amount: amount * transferEffects[transfer.kind].lots,
    })),
  );
  await insertLotUses(tx, uses);
  await writeLots(tx, lots);
  await addToBalances(tx, balances);
}

async function readHolds(
  tx: Tx,
  held: readonly Transfer[],
  returningHoldIds: readonly string[],
): Promise<Hold[]> {
  const ids = held.map(({ id }) => id);
  const resolutions = new Map(
    (await readResolutions(tx, ids)).map((transfer) => [transfer.holdId, transfer]),
  );
  const taken = await readTaken(tx, returningHoldIds);
  return held.map((transfer) => ({
    transfer,
    resolution: resolutions.get(transfer.id),
    taken: taken.get(transfer.id) ?? [],
  }));
}
