import { z } from 'zod';
import type { EpochMs } from '../../common/clock.ts';
import { DomainError, isErrorCode } from '../../common/errors/index.ts';
import type { Won } from '../../common/money.ts';
import {
  accepted,
  findRequests,
  hashInput,
  type Outcome,
  type RequestRow,
  refused,
  requestMapKey,
  scopeOf,
  type Tx,
} from '../db/index.ts';
import type { PaymentMethod, PaymentRow } from './entities.ts';
import { readPayments } from './store.ts';

/** An order to pay. */
export interface PayOrderInput {
  readonly requestId: string;
  readonly userId: string;
  readonly orderId: string;
  readonly method: PaymentMethod;
  readonly amount: Won;
  /** What the provider knows the payment by, if it has to know it before. */
  readonly providerKey: string | null;
}

/** What a request was answered, and the hash that tells it from another one with the same id. */
export interface PayAnswer {
  readonly inputHash: string;
  readonly outcome: Outcome<PaymentRow>;
}

/** The answer column of a request: the payment that it began, or why it began none. */
const answerColumn = z.union([
  z.object({ paymentId: z.string() }),
  z.object({ code: z.string(), message: z.string(), details: z.record(z.string(), z.string()) }),
]);

type StoredAnswer = z.output<typeof answerColumn>;

/** Tells requests apart in a map. */
export function requestKeyOf(input: PayOrderInput): string {
  return requestMapKey(keyColumnsOf(input));
}

export function hashOf({ orderId, method, amount, providerKey }: PayOrderInput): string {
  return hashInput([orderId, method, amount, providerKey]);
}

/**
 * What requests of these were answered before, by requestKeyOf: accepted ones with their payment
 * as it is now.
 */
export async function loadPayAnswers(
  tx: Tx,
  inputs: readonly PayOrderInput[],
): Promise<Map<string, PayAnswer>> {
  const rows = await findRequests(tx, inputs.map(keyColumnsOf));
  const stored = [...rows].map(([key, row]) => {
    return { key, inputHash: row.inputHash, answer: answerColumn.parse(JSON.parse(row.answer)) };
  });
  const ids = stored.flatMap(({ answer }) => ('paymentId' in answer ? answer.paymentId : []));
  const payments = new Map((await readPayments(tx, ids)).map((row) => [row.id, row]));
  return new Map(
    stored.map(({ key, inputHash, answer }) => [
      key,
      { inputHash, outcome: toOutcome(answer, payments) },
    ]),
  );
}

/** The memory of a request. */
export function toRequestRow(
  input: PayOrderInput,
  { inputHash, outcome }: PayAnswer,
  createdAt: EpochMs,
): RequestRow {
  const answer = JSON.stringify(toStored(outcome));
  return { ...keyColumnsOf(input), inputHash, answer, createdAt };
}

function keyColumnsOf(input: PayOrderInput): { scope: string; requestId: string } {
  return { scope: scopeOf('payments.payOrder', input.userId), requestId: input.requestId };
}

function toStored(outcome: Outcome<PaymentRow>): StoredAnswer {
  if (outcome.ok) return { paymentId: outcome.value.id };
  const { code, message, details } = outcome.error;
  return { code, message, details: { ...details } };
}

function toOutcome(
  answer: StoredAnswer,
  payments: ReadonlyMap<string, PaymentRow>,
): Outcome<PaymentRow> {
  if ('paymentId' in answer) {
    const payment = payments.get(answer.paymentId);
    if (payment === undefined) throw new Error(`payment ${answer.paymentId} vanished`);
    return accepted(payment);
  }
  const code = isErrorCode(answer.code) ? answer.code : 'INTERNAL';
  return refused(new DomainError(code, answer.message, answer.details));
}
