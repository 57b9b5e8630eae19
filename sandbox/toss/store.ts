import { z } from 'zod';
import { openJournal } from '../journal.ts';
import { at, type Payment, paymentSchema } from './payment.ts';

const answerSchema = z.object({
  /** Idempotency key, method and path: what Toss tells requests apart by. */
  scope: z.string(),
  status: z.number().int(),
  body: z.unknown(),
  /** The caller never hears it, the second time as little as the first. */
  silent: z.boolean(),
});

/** An answer that is kept to be given again. */
export type Answer = z.output<typeof answerSchema>;

const entrySchema = z.union([
  z.object({ payment: paymentSchema }),
  z.object({ answer: answerSchema }),
]);

/** The stand-in's books. They outlive its process. */
export interface TossStore {
  byKey(paymentKey: string): Payment | undefined;
  /** The order's payment: the approved one if there is one, else the latest. */
  byOrder(orderId: string): Payment | undefined;
  answerTo(scope: string): Answer | undefined;
  /** Keeps a payment and the answer that goes with it; both are kept or neither. */
  save(payment: Payment, answer?: Answer): void;
  close(): void;
}

/** Opens the books in `file`, and continues where they ended. */
export function openTossStore(file: string, now: () => number): TossStore {
  const payments = new Map<string, Payment>();
  const keysByOrder = new Map<string, string[]>();
  const answers = new Map<string, Answer>();

  function remember(payment: Payment): void {
    if (!payments.has(payment.paymentKey)) {
      const keys = keysByOrder.get(payment.orderId) ?? [];
      keysByOrder.set(payment.orderId, [...keys, payment.paymentKey]);
    }
    payments.set(payment.paymentKey, payment);
  }

  const opened = openJournal(file, entrySchema);
  for (const entry of opened.entries) {
    if ('payment' in entry) remember(entry.payment);
    else answers.set(entry.answer.scope, entry.answer);
  }
  const journal = opened.compact([
    ...[...payments.values()].map((payment) => ({ payment })),
    ...[...answers.values()].map((answer) => ({ answer })),
  ]);

  function byKey(paymentKey: string): Payment | undefined {
    const payment = payments.get(paymentKey);
    return payment === undefined ? undefined : at(payment, now());
  }

  return {
    byKey,
    byOrder(orderId) {
      const found = (keysByOrder.get(orderId) ?? []).flatMap((key) => byKey(key) ?? []);
      return found.findLast((payment) => payment.approvedAt !== null) ?? found.at(-1);
    },
    answerTo: (scope) => answers.get(scope),
    save(payment, answer) {
      journal.append([{ payment }, ...(answer === undefined ? [] : [{ answer }])]);
      remember(payment);
      if (answer !== undefined) answers.set(answer.scope, answer);
    },
    close: () => journal.close(),
  };
}
