import { DomainError } from '../../common/errors/index.ts';
import { createBatcher } from '../db/index.ts';
import type { DomainDeps } from '../domain-deps.ts';
import type { Orders } from '../orders/index.ts';
import type { PersonalData } from '../personal-data.ts';
import type { Points } from '../points/index.ts';
import { type BegunPayment, beginPaymentsIn } from './begin-payments.ts';
import type { PaymentHistoryRow, PaymentRow } from './entities.ts';
import { payOrder } from './pay-order.ts';
import type { PayOrderInput } from './pay-request.ts';
import type { PaymentsDeps } from './payments-deps.ts';
import { createPaymentsPersonalData } from './personal-data.ts';
import { createProviders } from './providers/create-providers.ts';
import { type PaymentNews, recordOutcomesIn } from './record-outcomes.ts';
import { refundOrder } from './refund-order.ts';
import type { PaymentsParts } from './settle-outcome.ts';
import { settlePayment } from './settle-payment.ts';
import { readPaymentHistory, readPayments, readPaymentsOfOrder } from './store.ts';

export { paymentsEntities } from './entities.ts';
export { createPaymentsService } from './service.ts';
export { verifyPayments } from './verify-payments.ts';

/** Payments of orders: an outcome that is not known is never guessed, but asked for. */
export interface Payments {
  /** Pays an order; see pay-order.ts for what it answers and refuses. */
  payOrder(input: PayOrderInput): Promise<PaymentRow>;
  /** Settles payments by asking their providers; answers those that are still open. */
  settlePayments(paymentIds: readonly string[]): Promise<string[]>;
  /** Gives the money of cancelled paid orders back; answers those that are still on their way. */
  refundOrders(orderIds: readonly string[]): Promise<string[]>;
  readPayment(paymentId: string): Promise<PaymentRow | undefined>;
  readHistory(paymentId: string): Promise<PaymentHistoryRow[]>;
  /** Payments of an order, oldest first. */
  listPayments(orderId: string): Promise<PaymentRow[]>;
  /** Whose order it is. */
  buyerOf(orderId: string): Promise<string | undefined>;
  readonly personalData: PersonalData;
  /** Resolves when no payment waits for its transaction. */
  drain(): Promise<void>;
}

/** Payments over orders, by points and by card. */
export function createPayments(domainDeps: DomainDeps, orders: Orders, points: Points): Payments {
  const { db, config } = domainDeps;
  const deps: PaymentsDeps = {
    ...domainDeps,
    orders,
    providers: createProviders(domainDeps, points),
  };
  const maxQueue = config.QUEUE_LIMIT;
  const parts: PaymentsParts = {
    ...deps,
    beginning: createBatcher<PayOrderInput, BegunPayment>({
      name: 'payments',
      db,
      maxQueue,
      maxWaitMs: config.QUEUE_WAIT_MS,
      run: (tx, inputs) => beginPaymentsIn(deps, tx, inputs),
    }),
    recording: createBatcher<PaymentNews, PaymentRow>({
      name: 'payment outcomes',
      db,
      // Money has moved already: however late, what is known of it is recorded.
      maxQueue,
      run: (tx, news) => recordOutcomesIn(deps, tx, news),
    }),
  };
  return {
    payOrder: (input) => payOrder(parts, input),
    settlePayments: (ids) => unfinished(parts, ids, (id) => settlePayment(parts, id)),
    refundOrders: (ids) => unfinished(parts, ids, (id) => refundOrder(parts, id)),
    readPayment: async (id) => (await readPayments(db.primary, [id]))[0],
    readHistory: (id) => readPaymentHistory(db.primary, id),
    listPayments: (orderId) => readPaymentsOfOrder(db.primary, orderId),
    buyerOf: async (orderId) => (await orders.readOrder(orderId))?.userId,
    personalData: createPaymentsPersonalData(orders),
    async drain() {
      await parts.beginning.drain();
      await parts.recording.drain();
    },
  };
}

/** Works on each by itself; those that did not get done, or failed, are answered. */
async function unfinished(
  { log }: PaymentsParts,
  ids: readonly string[],
  work: (id: string) => Promise<boolean>,
): Promise<string[]> {
  const isDone = async (id: string): Promise<boolean> => {
    try {
      return await work(id);
    } catch (error) {
      const level = error instanceof DomainError ? 'warn' : 'error';
      log[level]({ err: error, id }, 'a payment could not be worked on');
      return false;
    }
  };
  const unique = [...new Set(ids)];
  const done = await Promise.all(unique.map(isDone));
  return unique.filter((_id, i) => done[i] === false);
}
