import type { Clock } from '../../common/clock.ts';
import type { DomainError } from '../../common/errors/index.ts';
import type { Pulse } from '../../common/pulse/index.ts';
import { placeholders, type Tx, type Writer } from '../db/index.ts';
import { refuseClaim } from './deal-rules.ts';
import type { DealBuyerRow, DealRow } from './entities.ts';
import { announceSoon } from './run-deals.ts';
import { lockDeals } from './store.ts';

/** One buyer's units of one deal. */
export interface DealClaim {
  readonly dealId: string;
  readonly userId: string;
  readonly quantity: number;
}

/**
 * The locked deals of a transaction and what its buyers already have of them. The lock makes the
 * limit per buyer hold across simultaneous requests and processes.
 */
export interface DealBook {
  /** The deal as it stands after the claims so far, or undefined if it does not exist. */
  deal(dealId: string): DealRow | undefined;
  /** Why the claim can't be met now; undefined if it can. */
  refuse(claim: DealClaim, now: number): DomainError | undefined;
  /** Takes units. Only after `refuse` had nothing to say. */
  claim(claim: DealClaim): void;
  /** Gives units of an order that ended back to the deal and to the buyer's limit. */
  giveBack(claim: DealClaim): void;
  /**
   * Writes what changed, and tells the rooms after the commit; of deals that sold out by a job
   * too. `to` may be the transaction's
   * `atCommit` when nothing after it reads them.
   */
  flush(to?: Writer): Promise<void>;
}

/** Locks deals in sorted order, and reads what the buyers have of them. */
export async function openDealBook(
  tx: Tx,
  dealIds: readonly string[],
  userIds: readonly string[],
  { pulse, clock }: { readonly pulse: Pulse; readonly clock: Clock },
): Promise<DealBook> {
  const [locked, owned] = await Promise.all([
    lockDeals(tx, dealIds),
    readOwned(tx, [...new Set(dealIds)], [...new Set(userIds)]),
  ]);
  const deals = new Map(locked.map((deal) => [deal.id, deal]));
  const changedDeals = new Set<string>();
  const changedBuyers = new Set<string>();
  const claimed = new Set<string>();

  function change({ dealId, userId, quantity }: DealClaim, sign: 1 | -1): void {
    const deal = deals.get(dealId);
    if (deal === undefined) throw new Error(`deal ${dealId} was not opened`);
    const key = buyerKey(dealId, userId);
    const quantityAfter = (owned.get(key)?.quantity ?? 0) + sign * quantity;
    const remaining = deal.remaining - sign * quantity;
    if (remaining < 0 || remaining > deal.units || quantityAfter < 0) {
      throw new Error(`deal ${dealId} does not balance`);
    }
    deals.set(dealId, { ...deal, remaining, version: deal.version + 1 });
    owned.set(key, { dealId, userId, quantity: quantityAfter });
    changedDeals.add(dealId);
    changedBuyers.add(key);
  }

  return {
    deal: (dealId) => deals.get(dealId),
    refuse(claim, now) {
      const deal = deals.get(claim.dealId);
      if (deal === undefined) throw new Error(`deal ${claim.dealId} was not opened`);
      const has = owned.get(buyerKey(claim.dealId, claim.userId))?.quantity ?? 0;
      return refuseClaim(deal, has, claim.quantity, now);
    },
    claim(claim) {
      change(claim, 1);
      claimed.add(claim.dealId);
    },
    giveBack: (claim) => change(claim, -1),
    async flush(to = tx) {
      const rows = [...changedDeals].flatMap((dealId) => deals.get(dealId) ?? []);
      const buyers = [...changedBuyers].flatMap((key) => owned.get(key) ?? []);
      const soldOut = rows.filter(({ id, remaining }) => remaining === 0 && claimed.has(id));
      await Promise.all([
        writeDeals(to, rows),
        writeBuyers(to, buyers),
        announceSoon(
          to,
          soldOut.map(({ id }) => id),
          clock.now(),
        ),
      ]);
      publishAfterCommit(tx, rows, pulse);
    },
  };
}

function buyerKey(dealId: string, userId: string): string {
  return `${dealId} ${userId}`;
}

async function readOwned(
  tx: Tx,
  dealIds: readonly string[],
  userIds: readonly string[],
): Promise<Map<string, DealBuyerRow>> {
  if (dealIds.length === 0 || userIds.length === 0) return new Map();
  const rows = await tx.rows<DealBuyerRow>(
    `SELECT * FROM deal_buyers WHERE dealId IN (${placeholders(dealIds)})
     AND userId IN (${placeholders(userIds)})`,
    [...dealIds, ...userIds],
  );
  return new Map(rows.map((row) => [buyerKey(row.dealId, row.userId), row]));
}

/** One statement for all deals. */
async function writeDeals(tx: Writer, rows: readonly DealRow[]): Promise<void> {
  if (rows.length === 0) return;
  const cases = rows.map(() => 'WHEN ? THEN ?').join(' ');
  await tx.execute(
    `UPDATE deals SET remaining = CASE id ${cases} END, version = CASE id ${cases} END
     WHERE id IN (${placeholders(rows)})`,
    [
      ...rows.flatMap((row) => [row.id, row.remaining]),
      ...rows.flatMap((row) => [row.id, row.version]),
      ...rows.map((row) => row.id),
    ],
  );
}

async function writeBuyers(tx: Writer, rows: readonly DealBuyerRow[]): Promise<void> {
  if (rows.length === 0) return;
  const assignment = `quantity = ${tx.dialect.inserted('quantity')}`;
  await tx.execute(
    `INSERT INTO deal_buyers (dealId, userId, quantity) VALUES ${rows.map(() => '(?,?,?)').join(',')}
     ${tx.dialect.upsert(['dealId', 'userId'], assignment)}`,
    rows.flatMap((row) => [row.dealId, row.userId, row.quantity]),
  );
}

function publishAfterCommit(tx: Tx, rows: readonly DealRow[], pulse: Pulse): void {
  const byBroadcast = Map.groupBy(rows, (row) => row.broadcastId);
  tx.afterCommit(() => {
    for (const [broadcastId, deals] of byBroadcast) {
      const levels = deals.map(({ id, remaining, version }) => ({
        dealId: id,
        remaining,
        version,
      }));
      pulse.publishBroadcast(broadcastId, { type: 'deals', deals: levels });
    }
  });
}
