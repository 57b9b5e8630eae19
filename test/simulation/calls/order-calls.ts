import type { UserActor } from '../../../common/auth/index.ts';
import { type Answer, textOf } from '../model/answer.ts';
import { cancel, expire, openOrder, priceOrder, type WantedOrder } from '../model/orders.ts';
import { paymentTermMs } from '../platform/platform.ts';
import { type Call, keyedMove, silently } from './call.ts';

export function placeOrder(requestId: string, wanted: WantedOrder): Call {
  const label = `place ${requestId} ${JSON.stringify(wanted.lines)}`;
  const keyed = {
    key: `place ${wanted.userId} ${requestId}`,
    input: JSON.stringify([wanted.broadcastId, wanted.lines]),
    keepsRefusals: true,
    identify: (answer: Answer) => textOf(answer, 'id'),
  };
  return {
    label,
    run: ({ orders }) => orders.placeOrder({ requestId, ...wanted, lines: [...wanted.lines] }),
    threads: (told) => [
      [
        keyedMove(label, keyed, told, (world) => {
          const priced = priceOrder(world, wanted);
          if ('refusal' in priced) return priced.refusal;
          if (!told.answer.ok) return undefined;
          const id = textOf(told.answer, 'id');
          openOrder(world, wanted, { id, amount: priced.amount, termMs: paymentTermMs });
          return undefined;
        }),
      ],
    ],
    names: (answer) => (answer.ok ? { orderIds: [textOf(answer, 'id')] } : {}),
    twisted() {
      const [first, ...rest] = wanted.lines;
      if (first === undefined) throw new Error('an order has lines');
      return placeOrder(requestId, {
        ...wanted,
        lines: [{ ...first, quantity: first.quantity + 1 }, ...rest],
      });
    },
  };
}

export function cancelOrder(
  requestId: string,
  by: UserActor,
  order: { readonly id: string; readonly userId: string },
  reason = 'changed my mind',
): Call {
  const label = `cancel ${requestId} ${order.id}`;
  const keyed = {
    key: `cancel ${by.userId} ${requestId}`,
    input: JSON.stringify([order.id, reason]),
    keepsRefusals: true,
    identify: () => '',
  };
  const mayAct = by.userId === order.userId || by.roles.includes('admin');
  return {
    label,
    run: ({ orders }) => orders.cancelOrder(by, { requestId, orderId: order.id, reason }),
    threads: (told) => [
      [keyedMove(label, keyed, told, (world) => cancel(world, order.id, mayAct))],
    ],
    names: () => ({ orderIds: [order.id] }),
    twisted: () => cancelOrder(requestId, by, order, `${reason}, really`),
  };
}

/** The first of many ids, and how many there are. */
function inShort(ids: readonly string[]): string {
  return ids.length > 3 ? `${ids.slice(0, 3).join(' ')} and ${ids.length - 3} more` : ids.join(' ');
}

export function expireOrders(orderIds: readonly string[]): Call {
  const label = `expire ${inShort(orderIds)}`;
  return {
    label,
    run: ({ orders }) => orders.expireOrders(orderIds),
    threads: ({ answer, wasLost }) => [
      [
        ...silently(label, wasLost, (world) => expire(world, orderIds)),
        {
          label,
          apply(world) {
            const expected = JSON.stringify(expire(world, orderIds).sort());
            const answered: unknown = answer.ok ? answer.value : answer;
            const found = JSON.stringify(Array.isArray(answered) ? answered.sort() : answered);
            return found === expected ? undefined : `expired ${found}, should be ${expected}`;
          },
        },
      ],
    ],
    names: () => ({ orderIds }),
  };
}
