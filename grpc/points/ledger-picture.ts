import { byExpiry, type Lot, type LotShare } from './lots.ts';
import {
  accountsOf,
  isResolution,
  isSystemAccount,
  type Transfer,
  transferEffects,
} from './transfer.ts';

/** Balance of one account. */
export interface Account {
  readonly posted: number;
  /** Part of it that holds have set aside. */
  readonly pendingOut: number;
}

/** A hold and what became of it. */
export interface Hold {
  readonly transfer: Transfer;
  /** The post or void that ended it. */
  readonly resolution: Transfer | undefined;
  /** What it still has of each lot: neither voided nor refunded. */
  readonly taken: readonly LotShare[];
}

/** One decided change: a transfer and its effect on lots. */
export interface Entry {
  readonly transfer: Transfer;
  /** Shares taken from lots or given back to them; which of the two follows from the kind. */
  readonly shares: readonly LotShare[];
  /** The lot that a charge makes. */
  readonly lot?: Lot;
}

/** What the locked rows said. */
export interface LoadedLedger {
  readonly accounts: ReadonlyMap<string, Account>;
  readonly lots: readonly Lot[];
  readonly holds: readonly Hold[];
}

/** What there is to write. */
export interface LedgerChanges {
  readonly entries: readonly Entry[];
  /** What each account changed by, system accounts too. */
  readonly balances: ReadonlyMap<string, Account>;
  /** New and changed lots as they are now. */
  readonly lots: readonly Lot[];
}

/**
 * Locked accounts and lots in memory: decisions read it, and each entry recorded is seen by the
 * decisions after it. Nothing is written until someone writes `changes()`.
 */
export interface LedgerPicture {
  /** A user's balance, if there is an account. */
  account(userId: string): Account | undefined;
  /** The user's lots in spending order, used-up and lapsed ones too. */
  lotsOf(userId: string): Iterable<Lot>;
  lot(lotId: string): Lot;
  /** The hold, if there is one of that id. */
  hold(holdId: string): Hold | undefined;
  /**
   * Adds an entry.
   * @throws Error when a balance or lot would leave its bounds: a defect of a rule, never a refusal
   */
  record(entry: Entry): void;
  changes(): LedgerChanges;
}

const nothing: Account = { posted: 0, pendingOut: 0 };

/** A picture of what was loaded. Lots and holds that were not loaded don't exist for it. */
export function createLedgerPicture(loaded: LoadedLedger): LedgerPicture {
  const accounts = new Map(loaded.accounts);
  const lots = new Map(loaded.lots.map((lot) => [lot.id, lot]));
  const lotIdsByUser = groupLotIds(loaded.lots);
  const holds = new Map(loaded.holds.map((hold) => [hold.transfer.id, hold]));
  const entries: Entry[] = [];
  const balances = new Map<string, Account>();
  const changedLots = new Set<string>();

  function lot(lotId: string): Lot {
    const found = lots.get(lotId);
    if (found === undefined) throw new Error(`lot ${lotId} was not loaded`);
    return found;
  }

  function change(accountId: string, posted: number, pendingOut: number): void {
    // A hold leaves the other side's balance alone, and so its row is not locked for it.
    if (posted === 0 && pendingOut === 0) return;
    balances.set(accountId, add(balances.get(accountId) ?? nothing, posted, pendingOut));
    if (isSystemAccount(accountId)) return;
    const after = add(accounts.get(accountId) ?? nothing, posted, pendingOut);
    if (after.pendingOut < 0 || after.posted < after.pendingOut) {
      throw new Error(`the balance of ${accountId} would leave its bounds`);
    }
    accounts.set(accountId, after);
  }

  function moveBalances(transfer: Transfer): void {
    const { posts, pending } = transferEffects[transfer.kind];
    const { debit, credit } = accountsOf(transfer);
    const posted = posts ? transfer.amount : 0;
    change(debit, 0 - posted, pending * transfer.amount);
    change(credit, posted, 0);
  }

  function setLot(next: Lot): void {
    if (next.remaining < 0 || next.remaining > next.amount) {
      throw new Error(`lot ${next.id} would hold ${next.remaining} of ${next.amount} points`);
    }
    lots.set(next.id, next);
    changedLots.add(next.id);
  }

  function addLot(next: Lot): void {
    setLot(next);
    const ids = lotIdsByUser.get(next.userId) ?? [];
    const later = ids.findIndex((id) => byExpiry(lot(id), next) > 0);
    ids.splice(later === -1 ? ids.length : later, 0, next.id);
    lotIdsByUser.set(next.userId, ids);
  }

  function updateHold({ transfer, shares }: Entry): void {
    if (transfer.kind === 'hold') {
      holds.set(transfer.id, { transfer, resolution: undefined, taken: shares });
      return;
    }
    const before = transfer.holdId === null ? undefined : holds.get(transfer.holdId);
    if (before === undefined) return;
    const { lots: sign } = transferEffects[transfer.kind];
    holds.set(before.transfer.id, {
      ...before,
      resolution: isResolution(transfer.kind) ? transfer : before.resolution,
      taken: sign === -1 ? subtract(before.taken, shares) : before.taken,
    });
  }

  return {
    account: (userId) => accounts.get(userId),
    *lotsOf(userId) {
      for (const id of lotIdsByUser.get(userId) ?? []) yield lot(id);
    },
    lot,
    hold: (holdId) => holds.get(holdId),
    record(entry) {
      const { transfer, shares } = entry;
      moveBalances(transfer);
      const { lots: sign } = transferEffects[transfer.kind];
      for (const { lotId, amount } of shares) {
        const before = lot(lotId);
        setLot({ ...before, remaining: before.remaining - sign * amount });
      }
      if (entry.lot !== undefined) addLot(entry.lot);
      updateHold(entry);
      entries.push(entry);
    },
    changes: () => ({ entries, balances, lots: [...changedLots].map(lot) }),
  };
}

function groupLotIds(lots: readonly Lot[]): Map<string, string[]> {
  const byUser = new Map<string, string[]>();
  for (const lot of lots.toSorted(byExpiry)) {
    const ids = byUser.get(lot.userId);
    if (ids === undefined) byUser.set(lot.userId, [lot.id]);
    else ids.push(lot.id);
  }
  return byUser;
}

function add(account: Account, posted: number, pendingOut: number): Account {
  return { posted: account.posted + posted, pendingOut: account.pendingOut + pendingOut };
}

function subtract(from: readonly LotShare[], shares: readonly LotShare[]): LotShare[] {
  const given = new Map(shares.map(({ lotId, amount }) => [lotId, amount]));
  return from
    .map(({ lotId, amount }) => ({ lotId, amount: amount - (given.get(lotId) ?? 0) }))
    .filter(({ amount }) => amount > 0);
}
