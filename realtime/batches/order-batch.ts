import { type Coalescer, createCoalescer } from '../../common/coalesce.ts';
import type {
  Order,
  PlaceOrderOutcome,
  PlaceOrderRequest,
} from '../../proto/gen/onair/orders/v1/orders.ts';
import { type BatchDeps, callerFor, maxBatch } from './batch-caller.ts';
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
  return createCoalescer({
    name: 'orders',
    maxBatch,
    maxQueue: deps.queueLimit,
    async run(placements) {
      const orders = placements.map((placement) => placement.order);
      const { outcomes } = await callerFor(deps, placements).orders.placeOrders({ orders });
      return outcomes.map(outcomeOf);
    },
  });
}

function outcomeOf({ result }: PlaceOrderOutcome): PromiseSettledResult<Order> {
  if (result?.$case !== 'order') return refused(result?.value);
  return { status: 'fulfilled', value: result.value };
}
