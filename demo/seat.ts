import { z } from 'zod';
import { connectToBroadcast, LiveError, type OrderAnswer } from '../realtime/client/index.ts';
import type { Instance } from './instance.ts';
import type { Person } from './people.ts';

const dealState = z.object({ remaining: z.number(), status: z.string() });
const skuState = z.object({ available: z.number() });

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
  /** @throws LiveError the refusal */
  order(requestId: string, line: { skuId: string; dealId: string }): Promise<OrderAnswer>;
  leave(): Promise<void>;
}

/** Told of each message that a seat sees for the first time. */
export type OnMessage = (seat: Seat, message: { seq: number; text: string; kind: string }) => void;

/** Joins the room of a broadcast with the client that apps take, as a person or as a guest. */
export async function takeSeat(
  { apiUrl, realtimeUrl }: Pick<Instance, 'apiUrl'> & { readonly realtimeUrl: string },
  broadcastId: string,
  person: Person | undefined,
  onMessage: OnMessage,
): Promise<Seat> {
  const live = connectToBroadcast({
    ...{ realtimeUrl, apiUrl, broadcastId, startAt: 'now' },
    ...(person === undefined ? {} : { token: () => person.accessToken }),
  });
  const seen = { messages: 0, repeated: 0, missed: 0 };
  const shown = new Set<number>();
  live.on('message', ({ seq, text, kind }) => {
    if (shown.has(seq)) seen.repeated += 1;
    shown.add(seq);
    seen.messages += 1;
    onMessage(seat, { seq, text, kind });
  });
  for (const left of ['omitted', 'notRecovered'] as const) {
    live.on(left, ({ fromSeq, toSeq }) => {
      seen.missed += toSeq - fromSeq + 1;
    });
  }

  const seat: Seat = {
    person,
    seen,
    screen() {
      const state = live.room?.state;
      const [deal] = [...(state?.deals ?? [])].map(([, value]) => dealState.parse(value));
      const skus = [...(state?.products ?? [])].flatMap(([, product]) => [...product.skus]);
      const [sku] = skus.map(([, value]) => skuState.parse(value));
      return {
        status: state?.status ?? '',
        viewers: state?.viewers.now ?? 0,
        dealRemaining: deal?.remaining ?? -1,
        dealStatus: deal?.status ?? '',
        available: sku?.available ?? -1,
        lastSeq: live.lastSeq ?? 0,
      };
    },
    async chat(id, text) {
      const { seq } = await live.chat(text, { id });
      if (seq === undefined) throw new Error(`${text} waits for approval`);
      return seq;
    },
    order: (id, { skuId, dealId }) => live.order([{ skuId, dealId, quantity: 1 }], { id }),
    leave: () => live.close(),
  };
  await live.ready;
  return seat;
}

/** The code of a refusal; anything else as it is. */
export function codeOf(error: unknown): string {
  return error instanceof LiveError ? error.code : String(error);
}
