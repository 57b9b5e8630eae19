import { placeholders, type Reader } from '../../../grpc/db/index.ts';
import type { Account, Deal, Payment, Sku, World } from '../model/world.ts';

type SkuRow = Omit<Sku, 'id' | 'productId' | 'price'> & { readonly skuId: string };

interface Status {
  readonly id: string;
  readonly status: string;
  readonly version: number;
}

/** An order as its row has it. */
interface OrderRow extends Status {
  readonly amount: number;
  readonly paymentDeadline: number;
}

/** A payment as its row has it. */
export interface PaymentRow extends Status {
  readonly status: Payment['status'];
  readonly orderId: string;
  readonly reference: string | null;
  readonly capturedAt: number | null;
}

/** What the database says, read while nothing runs. */
export interface Evidence {
  readonly skus: readonly SkuRow[];
  readonly products: readonly Status[];
  readonly broadcasts: readonly Status[];
  /** Products on show. */
  readonly shown: readonly { broadcastId: string; productId: string }[];
  readonly deals: readonly Deal[];
  readonly buyers: readonly { dealId: string; userId: string; quantity: number }[];
  readonly accounts: readonly (Account & { readonly id: string })[];
  /** Lots that hold something, by their charge. */
  readonly lots: readonly { id: string; userId: string; remaining: number; expiresAt: number }[];
  readonly orders: readonly OrderRow[];
  readonly payments: readonly PaymentRow[];
  /** What holds took from lots, since the last look. */
  readonly uses: readonly { transferId: string; lotId: string; amount: number }[];
  /** Rows of the journals of stock and points since the last look, in the model's words. */
  readonly journal: readonly string[];
}

/** What to look at; everything of it that exists is read. */
export interface Scope {
  readonly broadcastIds: readonly string[];
  readonly dealIds: readonly string[];
  readonly orderIds: readonly string[];
  readonly paymentIds: readonly string[];
}

/** Everything that the model knows. */
export function wholeScope(world: World): Scope {
  const ids = (shelf: { values(): { readonly id: string }[] }) =>
    shelf.values().map(({ id }) => id);
  return {
    broadcastIds: ids(world.broadcasts),
    dealIds: ids(world.deals),
    orderIds: ids(world.orders),
    paymentIds: ids(world.payments),
  };
}

/** Reads the database, and remembers how far its journals were read. */
export interface Witness {
  look(scope: Scope): Promise<Evidence>;
}

interface TransferRow {
  readonly id: string;
  readonly kind: string;
  readonly userId: string;
  readonly amount: number;
}

interface MovementRow {
  readonly id: string;
  readonly kind: string;
  readonly skuId: string;
  readonly quantity: number;
  readonly orderId: string | null;
}

export function createWitness(read: Reader): Witness {
  let lastTransfer = '';
  let lastMovement = '';

  async function some<Row>(select: string, column: string, ids: readonly string[]): Promise<Row[]> {
    const rows: Row[] = [];
    const unique = [...new Set(ids)];
    for (let from = 0; from < unique.length; from += 5_000) {
      const chunk = unique.slice(from, from + 5_000);
      const sql = `${select} WHERE ${column} IN (${placeholders(chunk)})`;
      rows.push(...(await read.rows<Row>(sql, chunk)));
    }
    return rows;
  }

  async function journals(): Promise<Pick<Evidence, 'uses' | 'journal'>> {
    const transfers = await read.rows<TransferRow>(
      'SELECT id, kind, userId, amount FROM point_transfers WHERE id > ? ORDER BY id',
      [lastTransfer],
    );
    const uses = await read.rows<Evidence['uses'][number]>(
      `SELECT u.transferId AS transferId, l.chargeId AS lotId, u.amount AS amount
       FROM point_lot_uses u JOIN point_lots l ON l.id = u.lotId WHERE u.transferId > ?`,
      [lastTransfer],
    );
    const movements = await read.rows<MovementRow>(
      'SELECT id, kind, skuId, quantity, orderId FROM stock_movements WHERE id > ? ORDER BY id',
      [lastMovement],
    );
    lastTransfer = transfers.at(-1)?.id ?? lastTransfer;
    lastMovement = movements.at(-1)?.id ?? lastMovement;
    const journal = [
      ...transfers.map(({ kind, userId, amount }) => `points ${kind} ${userId} ${amount}`),
      ...movements.map(({ kind, skuId, quantity, orderId }) => {
        return `stock ${kind} ${skuId} ${quantity} ${orderId ?? ''}`;
      }),
    ];
    return { uses, journal };
  }

  return {
    async look({ broadcastIds, dealIds, orderIds, paymentIds }) {
      return {
        skus: await read.rows<SkuRow>('SELECT * FROM stock'),
        products: await read.rows<Status>('SELECT id, status, version FROM products'),
        broadcasts: await some('SELECT id, status, version FROM broadcasts', 'id', broadcastIds),
        shown: await some(
          'SELECT broadcastId, productId FROM broadcast_products',
          'broadcastId',
          broadcastIds,
        ),
        deals: await some('SELECT * FROM deals', 'id', dealIds),
        buyers: await some('SELECT * FROM deal_buyers', 'dealId', dealIds),
        accounts: await read.rows('SELECT id, posted, pendingOut FROM point_accounts'),
        lots: await read.rows(
          `SELECT chargeId AS id, userId, remaining, expiresAt FROM point_lots WHERE live = 1`,
        ),
        orders: await some(
          'SELECT id, status, version, amount, paymentDeadline FROM orders',
          'id',
          orderIds,
        ),
        payments: await some('SELECT * FROM payments', 'id', paymentIds),
        ...(await journals()),
      };
    },
  };
}
