import { toWon } from '../../../common/money.ts';
import { type Answer, mismatch, textOf } from '../model/answer.ts';
import type { Thread } from '../model/explain.ts';
import { enterPayment, leavePayment } from '../model/orders.ts';
import { hold, spend } from '../model/points.ts';
import type { Payment, World } from '../model/world.ts';
import { type Call, type Keyed, nothingNamed, remember, repeatOf, type Told } from './call.ts';

export interface Pay {
  readonly requestId: string;
  readonly userId: string;
  readonly orderId: string;
  readonly amount: number;
  /** Absent for points. */
  readonly cardKey?: string;
}

export function payOrder(pay: Pay): Call {
  const { requestId, userId, orderId, amount, cardKey } = pay;
  const method = cardKey === undefined ? 'points' : 'card';
  const label = `pay ${requestId} ${orderId} by ${method}`;
  const keyed = {
    key: `pay ${userId} ${requestId}`,
    input: JSON.stringify([orderId, amount, cardKey ?? null]),
    keepsRefusals: true,
    identify: (answer: Answer) => textOf(answer, 'id'),
  };
  return {
    label,
    run: ({ payments }) =>
      payments.payOrder({
        requestId,
        userId,
        orderId,
        method,
        amount: toWon(amount),
        providerKey: cardKey ?? null,
      }),
    threads: (told) => [payThread(label, keyed, pay, told)],
    names: (answer) => ({
      orderIds: orderId.includes('NOSUCH') ? [] : [orderId],
      paymentIds: answer.ok ? [textOf(answer, 'id')] : [],
    }),
    twisted: () => payOrder({ ...pay, amount: amount + 1 }),
  };
}

let turns = 0;

/**
 * A payment begins in two moves, between which others of its batch are decided: the order goes
 * under payment, then the money is set aside. What the provider says comes later, see progress.ts.
 */
function payThread(label: string, keyed: Keyed, pay: Pay, { answer }: Told): Thread {
  turns += 1;
  const turn = `turn ${turns}`;
  const underWay = `${keyed.key} under way`;
  const lacksPoints = !answer.ok && answer.code === 'INSUFFICIENT_POINTS';
  return [
    {
      label,
      apply(world) {
        const repeated = repeatOf(world, keyed, answer);
        if (repeated !== 'new') return repeated.problem;
        const refused = enterPayment(world, pay);
        const problem =
          lacksPoints && refused === undefined ? undefined : mismatch(answer, refused);
        if (problem !== undefined) return problem;
        remember(world, keyed, answer);
        if (refused === undefined) world.requests.set(underWay, { input: turn, answer: '' });
        return undefined;
      },
    },
    {
      label: `${label}, its money`,
      apply(world) {
        if (world.requests.get(underWay)?.input !== turn) return undefined;
        return pay.cardKey === undefined
          ? reserve(world, pay, answer)
          : begin(world, pay, answer, 'card', pay.cardKey);
      },
    },
  ];
}

function reserve(world: World, pay: Pay, answer: Answer): string | undefined {
  const { userId, orderId, amount } = pay;
  const spent = spend(world, userId, amount);
  if ('refusal' in spent) {
    leavePayment(world, orderId);
    return mismatch(answer, spent.refusal);
  }
  const id = textOf(answer, 'reference');
  const problem = begin(world, pay, answer, 'points', id);
  if (problem === undefined) hold(world, { id, userId, amount, shares: spent.shares });
  return problem;
}

function begin(
  world: World,
  { orderId, amount }: Pay,
  answer: Answer,
  method: Payment['method'],
  reference: string,
): string | undefined {
  const problem = mismatch(answer, undefined);
  if (problem !== undefined) return problem;
  const id = textOf(answer, 'id');
  world.payments.set(id, {
    id,
    orderId,
    method,
    amount,
    reference,
    status: 'confirming',
    version: 1,
  });
  return undefined;
}

/** What it makes of the payments is seen from their rows. */
export function settlePayments(paymentIds: readonly string[]): Call {
  return {
    label: `settle ${paymentIds.join(' ')}`,
    run: ({ payments }) => payments.settlePayments(paymentIds),
    threads: () => [],
    names: () => ({ paymentIds }),
  };
}

/** As settlePayments. */
export function refundOrders(orderIds: readonly string[], paymentIds: readonly string[]): Call {
  return {
    label: `refund ${orderIds.join(' ')}`,
    run: ({ payments }) => payments.refundOrders(orderIds),
    threads: () => [],
    names: () => ({ orderIds, paymentIds }),
  };
}

/** Announces a tick of the schedule, which changes nothing of what the model knows. */
export function tick(kind: string, at: number): Call {
  return {
    label: `tick ${kind}`,
    run: ({ jobs }) => jobs.enqueueTick(kind, at),
    threads: () => [],
    names: nothingNamed,
  };
}
