import type { Finished } from './errand.ts';
import { textOf } from './model/answer.ts';
import type { Thread } from './model/explain.ts';
import { pathOf, stepPayment } from './model/payments.ts';
import type { World } from './model/world.ts';
import type { Evidence, PaymentRow } from './platform/evidence.ts';

/**
 * What payments went through by themselves, as their rows show: what a provider says can come from
 * the call that paid or from any job. Whether each step was right is up to the model.
 */
export function progressOf(world: World, { payments }: Evidence): [string, Thread][] {
  return payments.map((row) => {
    const before = world.payments.get(row.id) ?? { status: 'confirming' as const, version: 1 };
    const path = pathOf(before.status, row.status, row.version - before.version);
    if (path === undefined) {
      const reason = `went from ${before.status} to ${row.status}`;
      return [row.id, [{ label: row.id, apply: () => `${reason}, version ${row.version}` }]];
    }
    const thread = path.map((to) => ({
      label: `${row.id} becomes ${to}`,
      apply(current: World) {
        stepPayment(current, row.id, to);
        return undefined;
      },
    }));
    return [row.id, thread];
  });
}

/** What was said of payments and refunds, held against their rows. */
export function brokenWords(finished: readonly Finished[], evidence: Evidence): string[] {
  return finished.flatMap(({ call, told }) => {
    const { answer } = told;
    if (!answer.ok) return [];
    if (call.label.startsWith('pay')) return brokenPayment(textOf(answer, 'id'), answer, evidence);
    if (!Array.isArray(answer.value)) return [];
    const left = new Set<unknown>(answer.value);
    if (call.label.startsWith('settle')) {
      const settled = (call.names(answer).paymentIds ?? []).filter((id) => !left.has(id));
      return evidence.payments
        .filter((row) => settled.includes(row.id) && isOpen(row))
        .map(({ id, status }) => `${id} is said to be settled and is ${status}`);
    }
    if (!call.label.startsWith('refund')) return [];
    const done = (call.names(answer).orderIds ?? []).filter((id) => !left.has(id));
    return evidence.orders
      .filter(({ id, status }) => done.includes(id) && status !== 'refunded')
      .map(({ id, status }) => `${id} is said to be refunded and is ${status}`);
  });
}

function isOpen({ status, capturedAt }: PaymentRow): boolean {
  if (status === 'confirming' || status === 'unknown') return true;
  return status === 'refunding' && capturedAt === null;
}

/** A payment was answered as it was at some time: never further on than it is now. */
function brokenPayment(
  id: string,
  answer: Finished['told']['answer'],
  evidence: Evidence,
): string[] {
  const row = evidence.payments.find((payment) => payment.id === id);
  if (row === undefined) return [`${id} was answered and is not there`];
  const told = textOf(answer, 'status');
  if (told === 'confirming' || told === 'unknown' || told === row.status) return [];
  const later = told === 'captured' && ['refunding', 'refunded'].includes(row.status);
  const between = told === 'refunding' && row.status === 'refunded';
  return later || between ? [] : [`${id} was answered as ${told} and is ${row.status}`];
}
