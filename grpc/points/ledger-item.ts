import type { EpochMs } from '../../common/clock.ts';
import type { Points } from '../../common/money.ts';
import { scopeOf } from '../db/index.ts';

interface Asked {
  /** Who asks: a user id, or `system`. */
  readonly actor: string;
}

interface Keyed extends Asked {
  /** Idempotency key among the requests of this kind by this actor. */
  readonly requestId: string;
}

/** Points to give. */
export interface ChargeItem extends Keyed {
  readonly kind: 'charge';
  readonly userId: string;
  readonly amount: Points;
  readonly reason: string;
  /** Undefined means after the default term. */
  readonly expiresAt?: EpochMs | undefined;
}

/** Points to set aside. */
export interface HoldItem extends Keyed {
  readonly kind: 'hold';
  readonly userId: string;
  readonly amount: Points;
  readonly reference: string;
}

/** A hold to end. The hold itself is the idempotency key. */
export interface ResolveItem extends Asked {
  readonly kind: 'post' | 'void';
  readonly holdId: string;
}

/** A posted hold to give back, whole or in part. */
export interface RefundItem extends Keyed {
  readonly kind: 'refund';
  readonly holdId: string;
  readonly amount: Points;
  readonly reference: string;
}

/** One change asked for. */
export type LedgerItem = ChargeItem | HoldItem | ResolveItem | RefundItem;

/** The request that an item came with, and everything that makes it this request and no other. */
export interface ItemRequest {
  readonly scope: string;
  readonly requestId: string;
  readonly input: readonly (string | number | null)[];
}

/** The request of an item; undefined for those that have no idempotency key of their own. */
export function requestOf(item: LedgerItem): ItemRequest | undefined {
  if (!('requestId' in item)) return undefined;
  return {
    scope: scopeOf(`points.${item.kind}`, item.actor),
    requestId: item.requestId,
    input: inputOf(item),
  };
}

function inputOf(item: ChargeItem | HoldItem | RefundItem): ItemRequest['input'] {
  switch (item.kind) {
    case 'charge':
      return [item.userId, item.amount, item.reason, item.expiresAt ?? null];
    case 'hold':
      return [item.userId, item.amount, item.reference];
    case 'refund':
      return [item.holdId, item.amount, item.reference];
  }
}
