import type { EpochMs } from '../../common/clock.ts';
import { jobOf } from '../../common/jobs.ts';
import { accepted, enqueueJobs, type Outcome, type Tx } from '../db/index.ts';
import type { PaymentRow } from './entities.ts';
import { type PaymentChange, type PaymentStep, stepOn, writeSteps } from './move-payments.ts';
import { isOpen, type PaymentEvent } from './payment-state.ts';
import { byMethod, type PaymentsDeps, providerOf } from './payments-deps.ts';
import type { ProviderOutcome } from './providers/provider.ts';
import { lockPayments } from './store.ts';

/** What a provider said of a payment. */
export interface PaymentNews {
  readonly paymentId: string;
  readonly outcome: ProviderOutcome;
}

/**
 * Writes what providers said, in one transaction with what follows for the orders: paid, or out of
 * payment. News of a payment that was settled before changes nothing; whoever brings it gets the
 * payment as it is. Money that was taken and can't pay its order is marked to go back.
 *
 * Payments are locked before orders here, as it is they that name the orders. No circle can arise:
 * whoever locks orders first never waits for a payment that exists. After them the locks are taken
 * in the usual order, those of each kind once for all news.
 * @throws InvalidState about an order that can't leave its payment so; then nothing is written
 */
export async function recordOutcomesIn(
  deps: PaymentsDeps,
  tx: Tx,
  news: readonly PaymentNews[],
): Promise<Outcome<PaymentRow>[]> {
  const now = deps.clock.now();
  const ids = news.map(({ paymentId }) => paymentId);
  const payments = new Map((await lockPayments(tx, ids)).map((payment) => [payment.id, payment]));
  const find = (id: string): PaymentRow => {
    const payment = payments.get(id);
    if (payment === undefined) throw new Error(`payment ${id} does not exist`);
    return payment;
  };
  const steps = news.flatMap(({ paymentId, outcome }) => {
    const payment = find(paymentId);
    noteContradiction(deps, payment, outcome);
    const step = stepOnOutcome(deps, payment, outcome, now);
    if (step === undefined) return [];
    payments.set(paymentId, step.to);
    return [step];
  });
  await settleOrders(deps, tx, steps);
  await settleMoney(deps, tx, steps);
  await writeSteps(tx, steps, now);
  await enqueueReturns(tx, steps, now);
  return ids.map((id) => accepted(find(id)));
}

/** The step that an outcome makes a payment take; undefined when it was settled before. */
function stepOnOutcome(
  deps: PaymentsDeps,
  payment: PaymentRow,
  outcome: ProviderOutcome,
  now: EpochMs,
): PaymentStep | undefined {
  const event = eventOf(deps, payment, outcome);
  const change = event === 'approved' ? { capturedAt: now } : {};
  return stepOn(payment, event, { ...changeOf(outcome), ...change }, reasonOf(outcome));
}

function eventOf(deps: PaymentsDeps, payment: PaymentRow, outcome: ProviderOutcome): PaymentEvent {
  if (outcome.kind === 'declined') return 'declined';
  if (outcome.kind === 'unknown') return 'unanswered';
  // What we take ourselves is not taken yet, so there is nothing that would have to go back.
  if (providerOf(deps, payment).takesAt === 'capture') return 'approved';
  const isWanted = payment.status !== 'failed' && outcome.amount === payment.amount;
  return isWanted ? 'approved' : 'unwanted';
}

/** What an outcome leaves on the payment. */
export function changeOf(outcome: ProviderOutcome): PaymentChange {
  if (outcome.kind === 'approved') {
    return outcome.reference === null ? {} : { reference: outcome.reference };
  }
  return outcome.kind === 'declined' ? failureOf(outcome) : {};
}

/** A provider's refusal, cut to what the columns hold. */
export function failureOf(failure: { code: string; message: string }): PaymentChange {
  return {
    failureCode: failure.code.replaceAll(/[^\x21-\x7e]/g, '').slice(0, 60),
    failureMessage: failure.message.slice(0, 300),
  };
}

/** Words for the history. */
export function reasonOf(outcome: ProviderOutcome): string | null {
  if (outcome.kind === 'unknown') return outcome.reason.slice(0, 400);
  return outcome.kind === 'declined' ? outcome.code.slice(0, 400) : null;
}

async function settleOrders(
  { orders }: PaymentsDeps,
  tx: Tx,
  steps: readonly PaymentStep[],
): Promise<void> {
  const closing = steps.filter(({ from, to }) => isOpen(from.status) && !isOpen(to.status));
  const orderIds = (paid: boolean) =>
    closing.filter(({ to }) => (to.status === 'captured') === paid).map(({ to }) => to.orderId);
  await orders.endPaymentsIn(tx, { paid: orderIds(true), unpaid: orderIds(false) });
}

async function settleMoney(
  { providers }: PaymentsDeps,
  tx: Tx,
  steps: readonly PaymentStep[],
): Promise<void> {
  const isCaptured = ({ status }: PaymentRow) => status === 'captured';
  const ended = steps.map(({ to }) => to).filter((to) => isCaptured(to) || to.status === 'failed');
  for (const [method, group] of byMethod(ended)) {
    const released = group.filter((to) => !isCaptured(to));
    await providers[method].endReservesIn(tx, { captured: group.filter(isCaptured), released });
  }
}

/** Leaves jobs that give money back which pays nothing. */
export async function enqueueReturns(
  tx: Tx,
  steps: readonly PaymentStep[],
  now: EpochMs,
): Promise<void> {
  const unwanted = steps.filter(({ to }) => to.status === 'refunding' && to.capturedAt === null);
  const jobs = unwanted.map(({ to }) => jobOf('payments.settle', { paymentId: to.id }, now));
  await enqueueJobs(tx, jobs, now);
}

/** What a provider says at last should never differ from what it said for good before. */
function noteContradiction(
  { log }: PaymentsDeps,
  payment: PaymentRow,
  outcome: ProviderOutcome,
): void {
  const { id: paymentId, orderId, status, amount } = payment;
  const isGone = status === 'captured' && outcome.kind === 'declined';
  const isOther = outcome.kind === 'approved' && (status === 'failed' || outcome.amount !== amount);
  if (!isGone && !isOther) return;
  log.error({ paymentId, orderId, status, amount, outcome }, 'the provider contradicts our books');
}
