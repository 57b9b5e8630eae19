import { randomUUID } from 'node:crypto';
import type { OrderAnswer } from '../realtime/client/index.ts';
import type { Person } from './people.ts';
import { codeOf, type Seat } from './seat.ts';

/** A buyer with the order that the room confirmed. */
export interface Win {
  readonly seat: Seat;
  readonly person: Person;
  readonly order: OrderAnswer;
}

/** What came of a rush on the deal. */
export interface Rush {
  readonly wins: readonly Win[];
  readonly refused: readonly Seat[];
  /** Refusals by code. */
  readonly refusals: ReadonlyMap<string, number>;
  /** Request ids, sent twice, that were answered with two different orders. */
  readonly duplicates: number;
  /** Milliseconds from request to answer. */
  readonly latencies: readonly number[];
}

interface Tries {
  readonly seat: Seat;
  readonly answers: readonly (OrderAnswer | string)[];
  readonly latencies: readonly number[];
}

/**
 * All seats order one unit at the same moment; every third sends its request twice with the same
 * request id, as a client does whose answer is late.
 */
export async function rush(
  seats: readonly Seat[],
  line: { skuId: string; dealId: string },
  twiceEvery = 3,
): Promise<Rush> {
  const all = await Promise.all(
    seats.map((seat, i) => tryToBuy(seat, line, i % twiceEvery === 0 ? 2 : 1)),
  );
  const wins: Win[] = [];
  const refused: Seat[] = [];
  const refusals = new Map<string, number>();
  let duplicates = 0;
  for (const { seat, answers } of all) {
    const orders = answers.filter((answer) => typeof answer !== 'string');
    const [order] = orders;
    if (new Set(orders.map((each) => each.orderId)).size > 1) duplicates += 1;
    if (orders.length > 0 && orders.length < answers.length) duplicates += 1;
    if (order !== undefined && seat.person !== undefined) {
      wins.push({ seat, person: seat.person, order });
      continue;
    }
    refused.push(seat);
    for (const code of new Set(answers)) {
      if (typeof code === 'string') refusals.set(code, (refusals.get(code) ?? 0) + 1);
    }
  }
  return { wins, refused, refusals, duplicates, latencies: all.flatMap((one) => one.latencies) };
}

async function tryToBuy(
  seat: Seat,
  line: { skuId: string; dealId: string },
  times: number,
): Promise<Tries> {
  const requestId = randomUUID();
  const latencies: number[] = [];
  const answers = await Promise.all(
    Array.from({ length: times }, async () => {
      const startedAt = performance.now();
      try {
        return await seat.order(requestId, line);
      } catch (error) {
        return codeOf(error);
      } finally {
        latencies.push(performance.now() - startedAt);
      }
    }),
  );
  return { seat, answers, latencies };
}
