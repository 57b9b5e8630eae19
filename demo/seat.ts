import { setTimeout as delay } from 'node:timers/promises';
import { Client, MatchMakeError, type Room } from '@colyseus/sdk';
import { z } from 'zod';
import type { Person } from './people.ts';

const dealState = z.object({ remaining: z.number(), status: z.string() });
const skuState = z.object({ available: z.number() });

const orderAnswer = z.object({
  orderId: z.string(),
  number: z.string(),
  amount: z.number(),
  paymentDeadline: z.number(),
});

/** A placed order as the room answers it. */
export type OrderAnswer = z.output<typeof orderAnswer>;

/** What a viewer's screen shows of the sale. */
export interface Screen {
  readonly status: string;
  readonly dealRemaining: number;
  readonly dealStatus: string;
  readonly available: number;
  readonly lastSeq: number;
  readonly viewers: number;
}

/** A viewer in the room. */
export interface Seat {
  readonly person: Person | undefined;
  /** Messages seen since joining, repeated ones and gaps among them counted. */
  readonly seen: { messages: number; repeated: number; missed: number };
  screen(): Screen;
  /** Says something; resolves with its number. */
  chat(id: string, text: string): Promise<number>;
  /** @throws the refusal, with its code in the message */
  order(requestId: string, line: { skuId: string; dealId: string }): Promise<OrderAnswer>;
  leave(): Promise<void>;
}

/** Told of each message that a seat sees for the first time. */
export type OnMessage = (seat: Seat, message: { seq: number; text: string; kind: string }) => void;

interface LiveState {
  readonly status: string;
  readonly viewers: { readonly now: number };
  readonly lastSeq: number;
  readonly newest: number;
  readonly messages: {
    readonly length: number;
    at(index: number): { seq: number; text: string; kind: string } | undefined;
  };
  readonly products: Iterable<
    readonly [string, { readonly skus: Iterable<readonly [string, unknown]> }]
  >;
  readonly deals: Iterable<readonly [string, unknown]>;
}

/** Joins the room of a broadcast, as a person or as a guest. */
export async function takeSeat(
  realtimeUrl: string,
  broadcastId: string,
  person: Person | undefined,
  onMessage: OnMessage,
): Promise<Seat> {
  const client = new Client(realtimeUrl);
  if (person !== undefined) client.auth.token = person.accessToken;
  const room = await join(client, broadcastId);
  const seen = { messages: 0, repeated: 0, missed: 0 };
  const shown = new Set<number>();
  let lastSeq: number | undefined;

  /** Reads back from the newest message to the last one seen. */
  function look({ lastSeq: last, newest, messages }: LiveState): void {
    const size = messages.length;
    const fresh: { seq: number; text: string; kind: string }[] = [];
    for (let back = 0; back < size; back += 1) {
      const message = messages.at((newest - back + size) % size);
      if (message === undefined || message.seq <= (lastSeq ?? last)) break;
      fresh.unshift(message);
    }
    // All of the ring is new: there may have been more between two patches than it keeps.
    const oldest = fresh.length === size ? fresh[0]?.seq : undefined;
    if (lastSeq !== undefined && oldest !== undefined) seen.missed += oldest - lastSeq - 1;
    for (const { seq, text, kind } of fresh) {
      if (shown.has(seq)) seen.repeated += 1;
      shown.add(seq);
      seen.messages += 1;
      onMessage(seat, { seq, text, kind });
    }
    lastSeq = last;
  }

  const seat: Seat = {
    person,
    seen,
    screen() {
      const { status, viewers, deals, products } = room.state;
      const [deal] = [...deals].map(([, value]) => dealState.parse(value));
      const skus = [...products].flatMap(([, product]) => [...product.skus]);
      const [sku] = skus.map(([, value]) => skuState.parse(value));
      return {
        status,
        viewers: viewers.now,
        dealRemaining: deal?.remaining ?? -1,
        dealStatus: deal?.status ?? '',
        available: sku?.available ?? -1,
        lastSeq: lastSeq ?? 0,
      };
    },
    async chat(id, text) {
      const answer: unknown = await room.request('chat', { id, text });
      return z.object({ seq: z.number() }).parse(answer).seq;
    },
    async order(id, { skuId, dealId }) {
      const lines = [{ skuId, dealId, quantity: 1 }];
      const answer: unknown = await room.request('order', { id, lines });
      return orderAnswer.parse(answer);
    },
    async leave() {
      await room.leave();
    },
  };
  room.onStateChange(look);
  return seat;
}

/** Asks again when nothing answered, as an app does; a refusal by the room is final. */
async function join(client: Client, broadcastId: string): Promise<Room<unknown, LiveState>> {
  for (let tries = 1; ; tries += 1) {
    try {
      const room: Room<unknown, LiveState> = await client.joinOrCreate('live', { broadcastId });
      // What the room tells beside its state is of no use here.
      room.onMessage('*', () => undefined);
      return room;
    } catch (error) {
      const refused = error instanceof MatchMakeError && error.message !== 'fetch failed';
      if (refused || tries === 3) throw error;
      await delay(200 * tries);
    }
  }
}
