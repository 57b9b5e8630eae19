import type { Coalescer } from '../../common/coalesce.ts';
import { createCallsInTurn } from '../../common/rpc/calls-in-turn.ts';
import type {
  Order,
  PlaceOrderOutcome,
  PlaceOrderRequest,
} from '../../proto/gen/onair/orders/v1/orders.ts';
import { type BatchDeps, maxBatch, realtimeActor, traceOf, untilDrained } from './batch-caller.ts';
import { refused } from './refused.ts';

/** An order to place, and the room request that brought it. */
export interface OrderPlacement {
  readonly order: PlaceOrderRequest;
  readonly requestId: string;
}

/**
 * All orders from this process's rooms: what arrives while a call runs goes with the next one.
 * Rejects with what OrdersService.PlaceOrders said of the order, or OVERLOADED.
 */
export function createOrderBatch(deps: BatchDeps): Coalescer<OrderPlacement, Order> {
  const { orders } = deps.clients.as({ actor: realtimeActor });
  const calls = createCallsInTurn({ open: orders.placeOrdersInTurn });
  return untilDrained(calls, {
    name: 'orders',
    maxBatch,
    maxQueue: deps.queueLimit,
    maxWaitMs: deps.queueWaitMs,
    async run(placements) {
      const { outcomes } = await calls.call({
        orders: placements.map((placement) => placement.order),
        traceId: traceOf(deps, placements),
      });
      return outcomes.map(outcomeOf);
    },
  });
}

function outcomeOf({ result }: PlaceOrderOutcome): PromiseSettledResult<Order> {
  if (result?.$case !== 'order') return refused(result?.value);
  return { status: 'fulfilled', value: result.value };
}
