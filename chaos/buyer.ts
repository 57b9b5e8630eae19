import { Client, type Room } from '@colyseus/sdk';
import { z } from 'zod';
import type { OnairClient } from '../api/client/index.ts';
import type { Onair } from '../test/kit/onair.ts';
import type { Person } from '../test/rest-shop.ts';
import { type Attempt, isOutage, persist } from './patience.ts';

/** What a buyer wants, and by which way. */
export interface Wish {
  readonly requestId: string;
  readonly way: 'room' | 'rest';
  readonly broadcastId: string;
  readonly skuId: string;
  readonly dealId: string;
  readonly quantity: number;
}

/** An order's id, or the code it was refused with. */
export type OrderOutcome = `ord_${string}` | `refused ${string}`;

/** A buyer who keeps asking until answered, over crashes of everything in between. */
export interface Buyer {
  readonly person: Person;
  order(wish: Wish): Promise<OrderOutcome>;
  /** Pays with points, or by card; answers the payment's last state or the refusal. */
  pay(orderId: string, amount: number, method: 'points' | 'card'): Promise<string>;
  /** Answers the order's state or the refusal. */
  cancel(orderId: string): Promise<string>;
  leave(): Promise<void>;
}

const orderAnswer = z.object({ orderId: z.string() });
const rejection = z.object({ reason: z.object({ code: z.string() }) });
const cardPage = z.object({ paymentKey: z.string() });

/** Milliseconds after which a room's silence counts as an outage. */
const roomPatienceMs = 4_000;

export function createBuyer(onair: Onair, person: Person, index: number): Buyer {
  let room: Room | undefined;
  let turn = index;

  /** Another process each time, so that one that is down is not asked for ever. */
  const api = (): OnairClient => {
    turn += 1;
    return onair.rest(person.accessToken, turn % onair.apiUrls.length);
  };

  async function enter(broadcastId: string): Promise<Room> {
    if (room !== undefined) return room;
    turn += 1;
    const client = new Client(onair.realtimeUrls[turn % onair.realtimeUrls.length]);
    client.auth.token = person.accessToken;
    const joined: Room = await client.joinOrCreate('live', { broadcastId });
    joined.reconnection.enabled = false;
    joined.onLeave(() => {
      if (room === joined) room = undefined;
    });
    joined.onMessage('*', () => undefined);
    room = joined;
    return joined;
  }

  async function orderInRoom(wish: Wish): Promise<Attempt<OrderOutcome>> {
    try {
      const { skuId, dealId, quantity } = wish;
      const entered = await enter(wish.broadcastId);
      const request = { id: wish.requestId, lines: [{ skuId, dealId, quantity }] };
      const reply: unknown = await entered.request('order', request, { timeout: roomPatienceMs });
      return { answer: orderAnswer.parse(reply).orderId as OrderOutcome };
    } catch (error) {
      const refused = rejection.safeParse(error).data?.reason.code;
      if (refused !== undefined && !isOutage(refused)) return { answer: `refused ${refused}` };
      if (refused === undefined) {
        const left = room;
        room = undefined;
        await left?.leave(false).catch(() => undefined);
      }
      return { outage: refused ?? String(error) };
    }
  }

  async function orderByRest(wish: Wish): Promise<Attempt<OrderOutcome>> {
    const { broadcastId, skuId, dealId, quantity, requestId } = wish;
    return settle(() =>
      api().POST('/v1/broadcasts/{broadcastId}/orders', {
        params: { path: { broadcastId }, header: { 'Idempotency-Key': requestId } },
        body: { lines: [{ skuId, dealId, quantity }] },
      }),
    ).then((result) => mapAnswer(result, (order) => order.id as OrderOutcome));
  }

  async function cardKey(orderId: string, amount: number): Promise<Attempt<string>> {
    try {
      const response = await fetch(`${onair.sandboxUrl}/sandbox/toss/payments`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ orderId, amount }),
      });
      return { answer: cardPage.parse(await response.json()).paymentKey };
    } catch (error) {
      return { outage: String(error) };
    }
  }

  return {
    person,
    order: (wish) =>
      persist(`order ${wish.requestId}`, () =>
        wish.way === 'room' ? orderInRoom(wish) : orderByRest(wish),
      ),
    async pay(orderId, amount, method) {
      const body =
        method === 'points'
          ? { method, amount }
          : {
              method,
              amount,
              paymentKey: await persist('the card page', () => cardKey(orderId, amount)),
            };
      return persist(`payment of ${orderId}`, async () => {
        const result = await settle(() =>
          api().POST('/v1/orders/{orderId}/payments', {
            params: { path: { orderId }, header: { 'Idempotency-Key': `pay-${orderId}` } },
            body,
          }),
        );
        const answer = mapAnswer(result, (payment) => payment.status);
        // Not settled yet: the same request asks how it stands.
        const open = 'answer' in answer && /^(confirming|unknown)$/.test(answer.answer);
        return open ? { outage: answer.answer } : answer;
      });
    },
    cancel: (orderId) =>
      persist(`cancelling ${orderId}`, async () =>
        mapAnswer(
          await settle(() =>
            api().POST('/v1/orders/{orderId}/cancel', {
              params: { path: { orderId }, header: { 'Idempotency-Key': `cancel-${orderId}` } },
              body: { reason: '마음이 바뀌었어요' },
            }),
          ),
          (order) => order.status,
        ),
      ),
    async leave() {
      await room?.leave().catch(() => undefined);
    },
  };
}

/** One REST call: its data, its refusal, or an outage. */
async function settle<Data>(
  call: () => Promise<{ data?: Data; error?: { code: string } }>,
): Promise<Attempt<{ data: Data } | { refused: string }>> {
  try {
    const { data, error } = await call();
    if (data !== undefined) return { answer: { data } };
    const code = error?.code ?? 'nothing';
    return isOutage(code) ? { outage: code } : { answer: { refused: code } };
  } catch (error) {
    return { outage: String(error) };
  }
}

function mapAnswer<Data, Answer extends string>(
  result: Attempt<{ data: Data } | { refused: string }>,
  read: (data: Data) => Answer,
): Attempt<Answer | `refused ${string}`> {
  if ('outage' in result) return result;
  const { answer } = result;
  return { answer: 'data' in answer ? read(answer.data) : `refused ${answer.refused}` };
}
