import type { EpochMs } from '../../common/clock.ts';
import { RequestIdReused } from '../../common/errors/index.ts';
import { newId } from '../../common/ids.ts';
import { jobOf } from '../../common/jobs.ts';
import {
  accepted,
  enqueueJobs,
  type Outcome,
  recordRequests,
  refused,
  type Tx,
} from '../db/index.ts';
import type { PaymentRow } from './entities.ts';
import {
  hashOf,
  loadPayAnswers,
  type PayOrderInput,
  requestKeyOf,
  toRequestRow,
} from './pay-request.ts';
import { byMethod, type PaymentsDeps, providerOf } from './payments-deps.ts';
import { insertPayments } from './store.ts';

/** The payment of a request, and whether this very call began it. */
export interface BegunPayment {
  readonly payment: PaymentRow;
  readonly isNew: boolean;
}

/** Milliseconds beyond the longest confirm after which a payment is looked at. */
const settleMarginMs = 2_000;

/**
 * Begins a batch of payments in one transaction, each decided by itself in order of arrival: the
 * order goes under payment, the money is set aside where we keep it ourselves, and a job is left
 * that finds out what became of the payment should this process not live to see it.
 *
 * Refuses NOT_FOUND, INVALID_STATE, PAYMENT_DEADLINE_PASSED, AMOUNT_MISMATCH, INSUFFICIENT_POINTS,
 * REQUEST_ID_REUSED. A request id has one outcome for good: asked again, an accepted one answers
 * its payment as it is now, a refused one its refusal.
 */
export async function beginPaymentsIn(
  deps: PaymentsDeps,
  tx: Tx,
  inputs: readonly PayOrderInput[],
): Promise<Outcome<BegunPayment>[]> {
  const answers = await loadPayAnswers(tx, inputs);
  const keys = inputs.map(requestKeyOf);
  // Of a request that came twice in this batch the first is decided, and the others repeat it.
  const isNew = keys.map((key, i) => !answers.has(key) && keys.indexOf(key) === i);
  const outcomes = await decide(
    deps,
    tx,
    inputs.filter((_input, i) => isNew[i]),
  );
  for (const [input, outcome] of outcomes) {
    answers.set(requestKeyOf(input), { inputHash: hashOf(input), outcome });
  }
  return inputs.map((input, i): Outcome<BegunPayment> => {
    const answer = answers.get(requestKeyOf(input));
    if (answer === undefined) throw new Error(`request ${input.requestId} was not decided`);
    const { inputHash, outcome } = answer;
    if (inputHash !== hashOf(input)) return refused(new RequestIdReused(input.requestId));
    return outcome.ok ? accepted({ payment: outcome.value, isNew: isNew[i] === true }) : outcome;
  });
}

type Outcomes = Map<PayOrderInput, Outcome<PaymentRow>>;

/** Decides requests that are new, and writes the payments that they begin. */
async function decide(
  deps: PaymentsDeps,
  tx: Tx,
  inputs: readonly PayOrderInput[],
): Promise<Outcomes> {
  if (inputs.length === 0) return new Map();
  const starts = await deps.orders.beginPaymentIn(tx, inputs);
  const now = deps.clock.now();
  const outcomes: Outcomes = new Map();
  const drafts: Draft[] = [];
  inputs.forEach((input, i) => {
    const start = starts[i];
    if (start === undefined) throw new Error(`order ${input.orderId} was not decided`);
    if (start.ok) drafts.push({ input, method: input.method, payment: draftOf(input, now) });
    else outcomes.set(input, start);
  });
  for (const [input, outcome] of await reserve(deps, tx, drafts)) outcomes.set(input, outcome);
  await write(deps, tx, outcomes, now);
  return outcomes;
}

interface Draft extends Pick<PaymentRow, 'method'> {
  readonly input: PayOrderInput;
  readonly payment: PaymentRow;
}

function draftOf(input: PayOrderInput, now: EpochMs): PaymentRow {
  const { orderId, userId, method, amount, providerKey } = input;
  return {
    id: newId('pay'),
    orderId,
    userId,
    method,
    amount,
    status: 'confirming',
    providerKey,
    reference: null,
    failureCode: null,
    failureMessage: null,
    refusedRefunds: 0,
    createdAt: now,
    capturedAt: null,
    version: 1,
  };
}

/** Sets money aside. Orders whose buyer hasn't got it go out of payment again. */
async function reserve(deps: PaymentsDeps, tx: Tx, drafts: readonly Draft[]): Promise<Outcomes> {
  const outcomes: Outcomes = new Map();
  const turnedAway: string[] = [];
  for (const [method, group] of byMethod(drafts)) {
    const reservations = await deps.providers[method].reserveIn(
      tx,
      group.map((draft) => draft.payment),
    );
    group.forEach(({ input, payment }, i) => {
      const reservation = reservations[i];
      if (reservation === undefined) throw new Error(`payment ${payment.id} was not decided`);
      if (!reservation.ok) turnedAway.push(payment.orderId);
      outcomes.set(
        input,
        reservation.ok ? accepted({ ...payment, reference: reservation.value }) : reservation,
      );
    });
  }
  if (turnedAway.length > 0) await deps.orders.turnAwayIn(tx, turnedAway);
  return outcomes;
}

async function write(deps: PaymentsDeps, tx: Tx, outcomes: Outcomes, now: EpochMs): Promise<void> {
  const payments = [...outcomes.values()].flatMap((outcome) => (outcome.ok ? outcome.value : []));
  await insertPayments(tx, payments);
  await enqueueJobs(
    tx,
    payments.map((payment) => {
      const runAt = now + providerOf(deps, payment).maxConfirmMs + settleMarginMs;
      return jobOf('payments.settle', { paymentId: payment.id }, runAt);
    }),
    now,
  );
  await recordRequests(
    tx,
    [...outcomes].map(([input, outcome]) =>
      toRequestRow(input, { inputHash: hashOf(input), outcome }, now),
    ),
  );
}
