/** Counters of one SKU, and what an order needs to know of it. */
export interface Sku {
  readonly id: string;
  readonly productId: string;
  readonly price: number;
  readonly received: number;
  readonly adjustedOut: number;
  readonly available: number;
  readonly held: number;
  readonly sold: number;
  readonly version: number;
}

export interface Product {
  readonly id: string;
  readonly status: 'on_sale' | 'stopped';
  readonly version: number;
}

export interface Broadcast {
  readonly id: string;
  readonly status: 'scheduled' | 'live' | 'ended';
  readonly productIds: readonly string[];
  readonly version: number;
}

export interface Deal {
  readonly id: string;
  readonly broadcastId: string;
  readonly skuId: string;
  readonly price: number;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly units: number;
  readonly remaining: number;
  readonly limitPerBuyer: number;
  readonly version: number;
}

export interface OrderLine {
  readonly skuId: string;
  readonly dealId: string | null;
  readonly quantity: number;
}

export interface Order {
  readonly id: string;
  readonly userId: string;
  readonly broadcastId: string;
  readonly status:
    | 'awaiting_payment'
    | 'payment_processing'
    | 'paid'
    | 'cancelled'
    | 'expired'
    | 'refunding'
    | 'refunded';
  readonly amount: number;
  readonly deadline: number;
  readonly version: number;
  readonly lines: readonly OrderLine[];
}

export interface Payment {
  readonly id: string;
  readonly orderId: string;
  readonly method: 'points' | 'card';
  readonly amount: number;
  readonly status: 'confirming' | 'unknown' | 'captured' | 'failed' | 'refunding' | 'refunded';
  /** The hold on points, or the key of the card payment. */
  readonly reference: string;
  readonly version: number;
}

export interface Account {
  readonly posted: number;
  readonly pendingOut: number;
}

/** Points of one charge. Its id is that of the charge. */
export interface Lot {
  readonly id: string;
  readonly userId: string;
  readonly remaining: number;
  readonly expiresAt: number;
}

export interface LotShare {
  readonly lotId: string;
  readonly amount: number;
}

export interface Hold {
  readonly id: string;
  readonly userId: string;
  readonly amount: number;
  readonly state: 'pending' | 'posted' | 'voided' | 'refunded';
  readonly shares: readonly LotShare[];
}

/** Things by id, in the order in which they came. */
export interface Shelf<Value> {
  get(id: string): Value | undefined;
  /** @throws Error when there is no such thing */
  need(id: string): Value;
  set(id: string, value: Value): void;
  values(): Value[];
}

/**
 * All that the platform should hold. Everything in it can be undone step by step, so that orders
 * of events can be tried.
 */
export interface World {
  readonly skus: Shelf<Sku>;
  readonly products: Shelf<Product>;
  readonly broadcasts: Shelf<Broadcast>;
  readonly deals: Shelf<Deal>;
  /** Units that a buyer has of a deal, by `buyerKey`. */
  readonly buyers: Shelf<number>;
  readonly orders: Shelf<Order>;
  readonly payments: Shelf<Payment>;
  readonly accounts: Shelf<Account>;
  readonly lots: Shelf<Lot>;
  readonly holds: Shelf<Hold>;
  /** The first answer of each request id that is remembered. */
  readonly requests: Shelf<RememberedRequest>;
  /** What was written to the journals of stock and points since the last `settle`. */
  readonly journal: Shelf<string>;
  now: number;
  /** What the holds that were made since the last `settle` took, as the database has it. */
  seenShares: ReadonlyMap<string, readonly LotShare[]>;
  /** A point to come back to. */
  mark(): number;
  /** Differs, but for bad luck, between two worlds that differ. */
  fingerprint(): number;
  undoTo(mark: number): void;
  /** Makes what happened so far final. */
  settle(): void;
}

export interface RememberedRequest {
  readonly input: string;
  /** The id of what was made, a stock row as JSON, or the refusal. */
  readonly answer: string;
}

export function createWorld(now: number): World {
  const undos: (() => void)[] = [];
  const print = { sum: 0 };
  // Rows of journals have no order, so their places don't count.
  const lines = createShelf<string>(undos, print, () => '');
  return {
    skus: createShelf(undos, print),
    products: createShelf(undos, print),
    broadcasts: createShelf(undos, print),
    deals: createShelf(undos, print),
    buyers: createShelf(undos, print),
    orders: createShelf(undos, print),
    payments: createShelf(undos, print),
    accounts: createShelf(undos, print),
    lots: createShelf(undos, print),
    holds: createShelf(undos, print),
    requests: createShelf(undos, print),
    journal: lines,
    now,
    seenShares: new Map(),
    mark: () => undos.length,
    fingerprint: () => print.sum,
    undoTo(mark) {
      while (undos.length > mark) undos.pop()?.();
    },
    settle() {
      undos.length = 0;
      lines.clear();
    },
  };
}

function createShelf<Value>(
  undos: (() => void)[],
  print: { sum: number },
  placeOf = (id: string) => id,
): Shelf<Value> & { clear(): void } {
  const values = new Map<string, Value>();
  return {
    get: (id) => values.get(id),
    need(id) {
      const value = values.get(id);
      if (value === undefined) throw new Error(`the model knows no ${id}`);
      return value;
    },
    set(id, value) {
      const before = values.get(id);
      const printBefore = print.sum;
      const place = placeOf(id);
      const gone = before === undefined ? 0 : hashOf(place, before);
      print.sum = (print.sum - gone + hashOf(place, value)) >>> 0;
      undos.push(() => {
        print.sum = printBefore;
        if (before === undefined) values.delete(id);
        else values.set(id, before);
      });
      values.set(id, value);
    },
    values: () => [...values.values()],
    clear: () => values.clear(),
  };
}

/** FNV-1a. */
function hashOf(place: string, value: unknown): number {
  let hash = 2_166_136_261;
  for (const letter of `${place} ${JSON.stringify(value)}`) {
    hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 16_777_619);
  }
  return hash >>> 0;
}

export function buyerKey(dealId: string, userId: string): string {
  return `${dealId} ${userId}`;
}

/** Notes a row that the platform's journals must have gained. */
export function note(world: World, line: string): void {
  world.journal.set(`${world.mark()}`, line);
}
