import { setTimeout as delay } from 'node:timers/promises';
import { Client, type Room } from '@colyseus/sdk';
import { z } from 'zod';
import type { OnairClient } from '../api/client/index.ts';
import type { Onair } from '../test/kit/onair.ts';
import type { Person } from '../test/rest-shop.ts';
import { chooseCard } from './card-page.ts';
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
  /** Chooses a card on the provider's page; answers its key. */
  chooseCard(orderId: string, amount: number): Promise<string>;
  /**
   * Pays by a card of that key, or with points without one. An order has one such request, however
   * often it is made; answers the payment and its state once it is settled, or the refusal.
   */
  pay(orderId: string, amount: number, cardKey?: string): Promise<string>;
  /** Likewise one request an order; answers the order and its state, or the refusal. */
  cancel(orderId: string): Promise<string>;
  leave(): Promise<void>;
}

const orderAnswer = z.object({ orderId: z.string() });
const rejection = z.object({ reason: z.object({ code: z.string() }) });

/** Milliseconds after which a room's silence counts as an outage. */
const roomPatienceMs = 4_000;

export function createBuyer(onair: Onair, person: Person, index: number): Buyer {
  let room: Promise<Room> | undefined;
  let turn = index;

  /** Another process each time, so that one that is down is not asked for ever. */
  const api = (): OnairClient => {
    turn += 1;
    return onair.rest(person.accessToken, turn % onair.apiUrls.length);
  };

  /** Everything that is wanted at the same time goes through one seat. */
  function enter(broadcastId: string): Promise<Room> {
    if (room !== undefined) return room;
    const seat = join(broadcastId);
    room = seat;
    const forget = () => {
      if (room === seat) room = undefined;
    };
    seat.then((joined) => joined.onLeave(forget), forget);
    return seat;
  }

  async function join(broadcastId: string): Promise<Room> {
    turn += 1;
    const client = new Client(onair.realtimeUrls[turn % onair.realtimeUrls.length]);
    client.auth.token = person.accessToken;
    const joined: Room = await client.joinOrCreate('live', { broadcastId });
    joined.reconnection.enabled = false;
    joined.onMessage('*', () => undefined);
    return joined;
  }

  /** Gives a seat up that does not answer. Whether the room hears of it is nobody's concern. */
  function abandon(seat: Promise<Room>): void {
    if (room === seat) room = undefined;
    seat.then((joined) => void joined.leave(false).catch(() => undefined)).catch(() => undefined);
  }

  async function orderInRoom(wish: Wish): Promise<Attempt<OrderOutcome>> {
    const seat = enter(wish.broadcastId);
    try {
      const { skuId, dealId, quantity } = wish;
      const request = { id: wish.requestId, lines: [{ skuId, dealId, quantity }] };
      const entered = await inTime(seat);
      const reply: unknown = await entered.request('order', request, { timeout: roomPatienceMs });
      return { answer: orderAnswer.parse(reply).orderId as OrderOutcome };
    } catch (error) {
      const refused = rejection.safeParse(error).data?.reason.code;
      if (refused !== undefined && !isOutage(refused)) return { answer: `refused ${refused}` };
      if (refused === undefined) abandon(seat);
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

  return {
    person,
    order: (wish) =>
      persist(`order ${wish.requestId}`, () =>
        wish.way === 'room' ? orderInRoom(wish) : orderByRest(wish),
      ),
    chooseCard: (orderId, amount) =>
      persist('the card page', () =>
        chooseCard(onair.sandboxUrl, { orderId, amount }).then(
          (answer) => ({ answer }),
          (error: unknown) => ({ outage: String(error) }),
        ),
      ),
    pay(orderId, amount, paymentKey) {
      const body =
        paymentKey === undefined
          ? ({ method: 'points', amount } as const)
          : ({ method: 'card', amount, paymentKey } as const);
      return persist(`payment of ${orderId}`, async () => {
        const result = await settle(() =>
          api().POST('/v1/orders/{orderId}/payments', {
            params: { path: { orderId }, header: { 'Idempotency-Key': `pay-${orderId}` } },
            body,
          }),
        );
        const answer = mapAnswer(result, stateOf);
        // Not settled yet: the same request asks how it stands.
        const open = 'answer' in answer && /(confirming|unknown)$/.test(answer.answer);
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
          stateOf,
        ),
      ),
    async leave() {
      if (room !== undefined)
        await inTime(room.then((joined) => joined.leave())).catch(() => undefined);
    },
  };
}

/** @throws Error when a room is silent for longer than that */
async function inTime<Answer>(answer: Promise<Answer>): Promise<Answer> {
  const given = new AbortController();
  const silence = delay(roomPatienceMs, undefined, { signal: given.signal }).then(() => {
    throw new Error('the room is silent');
  });
  try {
    return await Promise.race([answer, silence]);
  } finally {
    silence.catch(() => undefined);
    given.abort();
  }
}

function stateOf({ id, status }: { readonly id: string; readonly status: string }): string {
  return `${id} ${status}`;
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
