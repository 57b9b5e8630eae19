import { placeholders, type Reader, type Tx } from '../db/index.ts';
import type { PaymentHistoryRow, PaymentRow } from './entities.ts';

/** Payments by id, locked in sorted order; unknown ids are left out. */
export async function lockPayments(tx: Tx, ids: readonly string[]): Promise<PaymentRow[]> {
  const sorted = [...new Set(ids)].sort();
  if (sorted.length === 0) return [];
  return tx.rows<PaymentRow>(
    `SELECT * FROM payments WHERE id IN (${placeholders(sorted)})
     ORDER BY id${tx.dialect.forUpdate}`,
    sorted,
  );
}

/** Payments by id; unknown ids are left out. */
export async function readPayments(read: Reader, ids: readonly string[]): Promise<PaymentRow[]> {
  if (ids.length === 0) return [];
  return read.rows<PaymentRow>(`SELECT * FROM payments WHERE id IN (${placeholders(ids)})`, ids);
}

/** Payments of an order, oldest first. */
export function readPaymentsOfOrder(read: Reader, orderId: string): Promise<PaymentRow[]> {
  return read.rows<PaymentRow>('SELECT * FROM payments WHERE orderId = ? ORDER BY id', [orderId]);
}

export function readPaymentHistory(read: Reader, paymentId: string): Promise<PaymentHistoryRow[]> {
  return read.rows<PaymentHistoryRow>(
    'SELECT * FROM payment_history WHERE paymentId = ? ORDER BY version',
    [paymentId],
  );
}

/** Writes new payments with the first row of their history. */
export async function insertPayments(tx: Tx, payments: readonly PaymentRow[]): Promise<void> {
  await tx.insert(
    'payments',
    payments.map((payment) => ({ ...payment })),
  );
  await insertPaymentHistory(
    tx,
    payments.map((payment) => ({
      paymentId: payment.id,
      version: payment.version,
      fromStatus: null,
      toStatus: payment.status,
      actor: payment.userId,
      reason: null,
      at: payment.createdAt,
    })),
  );
}

export async function insertPaymentHistory(
  tx: Tx,
  rows: readonly PaymentHistoryRow[],
): Promise<void> {
  await tx.insert(
    'payment_history',
    rows.map((row) => ({ ...row })),
  );
}

const fixed = [
  'id',
  'orderId',
  'userId',
  'method',
  'amount',
  'providerKey',
  'createdAt',
] as const satisfies readonly (keyof PaymentRow)[];

const changing = [
  'status',
  'reference',
  'failureCode',
  'failureMessage',
  'refusedRefunds',
  'capturedAt',
  'version',
] as const satisfies readonly (keyof PaymentRow)[];

const columns = [...fixed, ...changing];

/** Writes what can change of payments that this transaction has locked, with one statement. */
export async function writePayments(tx: Tx, payments: readonly PaymentRow[]): Promise<void> {
  if (payments.length === 0) return;
  const slot = `(${placeholders(columns)})`;
  const assignments = changing.map((column) => `${column} = ${tx.dialect.inserted(column)}`);
  await tx.execute(
    `INSERT INTO payments (${columns.join(',')}) VALUES ${payments.map(() => slot).join(',')}
     ${tx.dialect.upsert(['id'], assignments.join(', '))}`,
    payments.flatMap((payment) => columns.map((column) => payment[column])),
  );
}
