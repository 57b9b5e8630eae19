import { DomainError, isErrorCode, RequestIdReused } from '../../common/errors/index.ts';
import {
  accepted,
  findRequests,
  hashInput,
  insertJobs,
  type Outcome,
  type RequestRow,
  recordRequests,
  refused,
  requestMapKey,
  scopeOf,
  type Tx,
} from '../db/index.ts';
import { decideOrder, type Market } from './decide-order.ts';
import { expiryJob } from './expiry-job.ts';
import type { OrdersDeps } from './move-orders.ts';
import type { PlaceOrderInput } from './requests.ts';
import { insertOrders, type OrderWithLines, readOrders } from './store.ts';

/** What is remembered of a request: the order it made, or why it was refused. */
type Answer =
  | { readonly orderId: string }
  | { readonly code: string; readonly message: string; readonly details: Record<string, string> };

/**
 * Decides a batch of orders in one transaction, each by itself, in order of arrival. A request id
 * has one outcome for good: asked again, an accepted one answers its order as it is now, a refused
 * one its refusal; a buyer who wants to try again uses a new id.
 *
 * @param again whether this batch met a request that was answered before. A lone request is not
 *   looked up otherwise: hardly any was asked before, and recording it a second time fails.
 */
export async function placeOrdersIn(
  deps: OrdersDeps,
  tx: Tx,
  inputs: readonly PlaceOrderInput[],
  again: boolean,
): Promise<Outcome<OrderWithLines>[]> {
  const lookUp = again || inputs.length > 1;
  // Asked for at once, so that they travel together; the locks are taken in the order given.
  const [market, known] = await Promise.all([
    openMarket(deps, tx, inputs),
    findRequests(tx, lookUp ? inputs.map(requestKeyOf) : []),
  ]);
  const made: OrderWithLines[] = [];
  const answered: RequestRow[] = [];
  const fresh = new Map<string, OrderWithLines>();

  const outcomes = inputs.map((input): Outcome<OrderWithLines> | RequestRow => {
    const before = known.get(requestMapKey(requestKeyOf(input)));
    if (before !== undefined) return before;
    const outcome = decideOrder(market, input);
    const row = toRequestRow(input, outcome, market.now);
    known.set(requestMapKey(row), row);
    answered.push(row);
    if (outcome.ok) {
      made.push(outcome.value);
      fresh.set(outcome.value.id, outcome.value);
    }
    return outcome;
  });

  // Nothing below reads what is written here, so it may travel with the commit.
  await Promise.all([
    market.stock.flush(tx.atCommit),
    market.deals.flush(tx.atCommit),
    insertOrders(tx.atCommit, made),
    insertJobs(tx.atCommit, made.map(expiryJob), market.now),
    recordRequests(tx.atCommit, answered),
  ]);
  return replay(tx, inputs, outcomes, fresh);
}

async function openMarket(
  deps: OrdersDeps,
  tx: Tx,
  inputs: readonly PlaceOrderInput[],
): Promise<Market> {
  const lines = inputs.flatMap((input) => input.lines);
  const dealIds = lines.map((line) => line.dealId).filter((dealId) => dealId !== '');
  const [broadcasts, stock, deals, suspended] = await Promise.all([
    deps.broadcasts.lockOnSaleIn(
      tx,
      inputs.map((input) => input.broadcastId),
    ),
    deps.catalog.openStockBookIn(
      tx,
      lines.map((line) => line.skuId),
    ),
    deps.broadcasts.openDealBookIn(
      tx,
      dealIds,
      inputs.map((input) => input.userId),
    ),
    deps.suspendedAmong(
      tx,
      inputs.map((input) => input.userId),
    ),
  ]);
  return {
    broadcasts,
    stock,
    deals,
    suspended,
    // Read after the locks: whoever waited for them is judged by the time they got them.
    now: deps.clock.now(),
    paymentTermMs: deps.config.PAYMENT_DEADLINE_SECONDS * 1_000,
  };
}

function requestKeyOf(input: PlaceOrderInput): { scope: string; requestId: string } {
  return { scope: scopeOf('orders.placeOrder', input.userId), requestId: input.requestId };
}

function toRequestRow(
  input: PlaceOrderInput,
  outcome: Outcome<OrderWithLines>,
  now: number,
): RequestRow {
  const answer: Answer = outcome.ok
    ? { orderId: outcome.value.id }
    : {
        code: outcome.error.code,
        message: outcome.error.message,
        details: { ...outcome.error.details },
      };
  return {
    ...requestKeyOf(input),
    inputHash: hashOf(input),
    answer: JSON.stringify(answer),
    createdAt: now,
  };
}

function hashOf({ broadcastId, lines }: PlaceOrderInput): string {
  return hashInput([
    broadcastId,
    lines.map((line) => [line.skuId, line.dealId, line.quantity, line.expectedUnitPrice]),
  ]);
}

/** Answers requests that were decided before, by what was remembered of them. */
async function replay(
  tx: Tx,
  inputs: readonly PlaceOrderInput[],
  outcomes: readonly (Outcome<OrderWithLines> | RequestRow)[],
  fresh: ReadonlyMap<string, OrderWithLines>,
): Promise<Outcome<OrderWithLines>[]> {
  const answers = outcomes.map((outcome) =>
    'ok' in outcome ? undefined : (JSON.parse(outcome.answer) as Answer),
  );
  const oldIds = answers.flatMap((answer) =>
    answer !== undefined && 'orderId' in answer && !fresh.has(answer.orderId) ? answer.orderId : [],
  );
  const old = new Map(
    (await readOrders(tx, [...new Set(oldIds)])).map((order) => [order.id, order]),
  );
  return inputs.map((input, i) => {
    const outcome = outcomes[i];
    const answer = answers[i];
    if (outcome === undefined) throw new Error('an order has no outcome');
    if ('ok' in outcome) return outcome;
    if (outcome.inputHash !== hashOf(input)) return refused(new RequestIdReused(input.requestId));
    if (answer === undefined) throw new Error(`request ${input.requestId} has no answer`);
    if (!('orderId' in answer)) return refused(toError(answer));
    const order = fresh.get(answer.orderId) ?? old.get(answer.orderId);
    if (order === undefined) throw new Error(`order ${answer.orderId} vanished`);
    return accepted(order);
  });
}

function toError(answer: Exclude<Answer, { orderId: string }>): DomainError {
  const code = isErrorCode(answer.code) ? answer.code : 'INTERNAL';
  return new DomainError(code, answer.message, answer.details);
}
