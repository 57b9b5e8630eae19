import type { EpochMs } from '../../common/clock.ts';
import type { Points } from '../../common/money.ts';

/** Every way in which points can move. */
export const transferKinds = ['charge', 'hold', 'post', 'void', 'refund', 'expire'] as const;

/** One of {@link transferKinds}. */
export type TransferKind = (typeof transferKinds)[number];

/** One immutable row of the ledger. */
export interface Transfer {
  readonly id: string;
  readonly kind: TransferKind;
  /** The user whose account it touches; the other side follows from the kind. */
  readonly userId: string;
  /** Always 1 or more. */
  readonly amount: Points;
  /** The hold that a post, void or refund is about. */
  readonly holdId: string | null;
  /** What it is for, e.g. an order id; may be empty. */
  readonly reference: string;
  /** Words for the history; may be empty. */
  readonly reason: string;
  /** Who: a user id, or `system`. */
  readonly actor: string;
  readonly createdAt: EpochMs;
}

/** Where given points come from and lapsed ones go to; its balance is what users have, negated. */
export const issuanceAccount = 'issuance';
/** Where spent points go to. */
export const salesAccount = 'sales';
/** Accounts of the platform's own. Unlike a user's, their balances may be below zero. */
export const systemAccounts = [issuanceAccount, salesAccount] as const;

type Side = 'user' | (typeof systemAccounts)[number];

interface TransferEffect {
  readonly from: Side;
  readonly to: Side;
  /** Whether it moves the posted balances of both sides. */
  readonly posts: boolean;
  /** Change of what is pending out of `from`, for each point. */
  readonly pending: 1 | 0 | -1;
  /** What the user's lots give for each point: 1 takes from them, -1 gives back to them. */
  readonly lots: 1 | 0 | -1;
}

/**
 * What each kind does to balances and lots, in one table. The decisions apply it, and the check of
 * the ledger rebuilds every balance from it.
 */
export const transferEffects: Readonly<Record<TransferKind, TransferEffect>> = {
  charge: { from: 'issuance', to: 'user', posts: true, pending: 0, lots: 0 },
  hold: { from: 'user', to: 'sales', posts: false, pending: 1, lots: 1 },
  post: { from: 'user', to: 'sales', posts: true, pending: -1, lots: 0 },
  void: { from: 'user', to: 'sales', posts: false, pending: -1, lots: -1 },
  refund: { from: 'sales', to: 'user', posts: true, pending: 0, lots: -1 },
  expire: { from: 'user', to: 'issuance', posts: true, pending: 0, lots: 1 },
};

/** The two accounts of a transfer: `debit` is the one that gives, `credit` the one that gets. */
export function accountsOf(transfer: Pick<Transfer, 'kind' | 'userId'>): {
  readonly debit: string;
  readonly credit: string;
} {
  const { from, to } = transferEffects[transfer.kind];
  const idOf = (side: Side) => (side === 'user' ? transfer.userId : side);
  return { debit: idOf(from), credit: idOf(to) };
}

/** Whether it is an account of the platform's own. */
export function isSystemAccount(accountId: string): boolean {
  return accountId === issuanceAccount || accountId === salesAccount;
}

/** Whether it ends a hold. A hold is ended once. */
export function isResolution(kind: TransferKind): kind is 'post' | 'void' {
  return kind === 'post' || kind === 'void';
}
