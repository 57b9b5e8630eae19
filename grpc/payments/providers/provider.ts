import type { Outcome, Tx } from '../../db/index.ts';
import type { PaymentRow } from '../entities.ts';

/** The provider took the money, or has it set aside for us to take. */
export interface Approved {
  readonly kind: 'approved';
  /** Won that it took: to be compared with the payment's amount. */
  readonly amount: number;
  /** What the provider knows the taking by, or null. */
  readonly reference: string | null;
}

/** The provider took nothing, and no call of ours that is still on its way can change that. */
export interface Declined {
  readonly kind: 'declined';
  readonly code: string;
  readonly message: string;
}

/** It can't be told whether money moved. */
export interface Unknown {
  readonly kind: 'unknown';
  readonly reason: string;
}

/** What a provider says of a payment. */
export type ProviderOutcome = Approved | Declined | Unknown;

/** What a provider says of a refund. `declined`: refused, and nothing went back. */
export type RefundOutcome = { readonly kind: 'refunded' } | Declined | Unknown;

/** Payments whose money was set aside. */
export interface EndedReserves {
  /** It is taken now. */
  readonly captured: readonly PaymentRow[];
  /** It goes back. */
  readonly released: readonly PaymentRow[];
}

/**
 * One way to pay. The `...In` functions are part of our own transaction and keep its promises;
 * the others talk to the provider and are never called inside one. Those never throw for what the
 * provider does: a refusal is `declined`, silence is `unknown`.
 */
export interface Provider {
  /** When the money is taken: by the provider's approval, or by our capture of it. */
  readonly takesAt: 'confirm' | 'capture';
  /** Milliseconds that a confirm takes at most. */
  readonly maxConfirmMs: number;
  /** Sets money aside as payments begin; answers what it is known by, or the refusal of each. */
  reserveIn(tx: Tx, payments: readonly PaymentRow[]): Promise<Outcome<string | null>[]>;
  /** Asks for the money. Asking again for the same payment never takes it twice. */
  confirm(payment: PaymentRow): Promise<ProviderOutcome>;
  /**
   * Finds out what became of a confirm that was cut short, ours or another process's, and finishes
   * it if it never arrived.
   */
  settle(payment: PaymentRow): Promise<ProviderOutcome>;
  /** Takes or gives back what was set aside. Throws when that is impossible. */
  endReservesIn(tx: Tx, ended: EndedReserves): Promise<void>;
  /** Gives the whole money back. Asking again for the same payment never gives it twice. */
  refund(payment: PaymentRow): Promise<RefundOutcome>;
  /** The part of a refund that our own books hold. Throws when it is impossible. */
  refundIn(tx: Tx, payments: readonly PaymentRow[]): Promise<void>;
}
