import type { Clock } from '../../common/clock.ts';
import { newId } from '../../common/ids.ts';
import type { Outcome, Tx, Writer } from '../db/index.ts';
import { loadAnswers, recordAnswers } from './answers.ts';
import { decideItem } from './decide-item.ts';
import type { LedgerItem } from './ledger-item.ts';
import { type KnownUsers, type LedgerScope, openLedger, writeLedger } from './open-ledger.ts';
import type { Transfer } from './transfer.ts';

export interface ApplyDeps {
  readonly clock: Clock;
  readonly users: KnownUsers;
  /** How long charged points last unless told otherwise, in milliseconds. */
  readonly termMs: number;
}

/**
 * Decides and writes items in this transaction, each by itself in the order given, and answers one
 * outcome for each in that order. `to` may be the transaction's `atCommit` when nothing after it
 * reads the ledger.
 */
export async function applyItems(
  { clock, users, termMs }: ApplyDeps,
  tx: Tx,
  items: readonly LedgerItem[],
  to: Writer = tx,
): Promise<Outcome<Transfer>[]> {
  const picture = await openLedger(tx, scopeOf(items), users);
  // After the locks: what a twin of a request wrote while we waited for them is seen now.
  const answers = await loadAnswers(tx, items);
  const known = answers.size;
  const facts = { now: clock.now(), termMs, newId };
  const outcomes = items.map((item) => decideItem(picture, answers, item, facts));
  await Promise.all([
    // A Map keeps the order in which it grew.
    recordAnswers(to, [...answers.values()].slice(known), facts.now),
    writeLedger(to, picture),
  ]);
  return outcomes;
}

function scopeOf(items: readonly LedgerItem[]): LedgerScope {
  const receivers: string[] = [];
  const spenders: string[] = [];
  const holdIds = new Set<string>();
  const returningHoldIds = new Set<string>();
  for (const item of items) {
    if (item.kind === 'charge') receivers.push(item.userId);
    else if (item.kind === 'hold') spenders.push(item.userId);
    else holdIds.add(item.holdId);
    if (item.kind === 'void' || item.kind === 'refund') returningHoldIds.add(item.holdId);
  }
  return {
    receivers,
    spenders,
    holdIds: [...holdIds],
    returningHoldIds: [...returningHoldIds],
  };
}
