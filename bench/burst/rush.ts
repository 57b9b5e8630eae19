import { setTimeout as delay } from 'node:timers/promises';
import type { Room } from '@colyseus/sdk';
import type { Histogram } from 'hdr-histogram-js';
import { z } from 'zod';
import { newId } from '../../common/ids.ts';
import { latencyHistogram } from '../kit/measure.ts';
import type { Goods } from './goods.ts';

/** What came of everyone ordering at the same moment. */
export interface Rush {
  /** Milliseconds from the first request to the last. */
  readonly sentMs: number;
  /** Milliseconds from the first request to the last answer. */
  readonly lastAnswerMs: number;
  /** Microseconds from each request to its answer. */
  readonly latencies: Histogram;
  readonly orderIds: readonly string[];
  /** Refusals by code. */
  readonly refusals: Readonly<Record<string, number>>;
  /** Requests sent again, with the same id, because their outcome was left open. */
  readonly askedAgain: number;
}

const confirmed = z.object({ orderId: z.string() });
const refused = z.object({
  reason: z.object({
    code: z.string(),
    details: z.object({ retryAfterMs: z.coerce.number().default(0) }).default({ retryAfterMs: 0 }),
  }),
});

/** Milliseconds after which no answer counts as one. */
const patienceMs = 60_000;

/** Codes after which nobody knows what became of the order. */
const open: ReadonlySet<string> = new Set(['DEADLINE_EXCEEDED', 'UNAVAILABLE', 'OVERLOADED']);

/**
 * Each viewer orders one unit, all in one go; whoever is left in the dark asks again when told to, as
 * a client does, so that a service that can't keep up shows in the time of the last answer.
 * @throws what a request failed with other than a typed refusal
 */
export async function rush(rooms: readonly Room[], goods: Goods): Promise<Rush> {
  const lines = [{ skuId: goods.skuId, dealId: goods.dealId, quantity: 1 }];
  const ids = rooms.map(() => newId('req'));
  const latencies = latencyHistogram();
  const orderIds: string[] = [];
  const refusals: Record<string, number> = {};
  let askedAgain = 0;
  let lastAnswerAt = 0;
  const ask = async (room: Room, id: string | undefined) => {
    for (;;) {
      const asked: Promise<unknown> = room.request('order', { id, lines }, { timeout: patienceMs });
      const answer = await asked.then(
        (reply) => confirmed.parse(reply),
        (error: unknown) => refused.parse(error).reason,
      );
      if ('orderId' in answer || !open.has(answer.code)) return answer;
      askedAgain += 1;
      await delay(answer.details.retryAfterMs);
    }
  };
  const order = async (room: Room, id: string | undefined) => {
    const sentAt = performance.now();
    const answer = await ask(room, id);
    lastAnswerAt = performance.now();
    latencies.recordValue(Math.max(1, Math.round((lastAnswerAt - sentAt) * 1_000)));
    if ('orderId' in answer) orderIds.push(answer.orderId);
    else refusals[answer.code] = (refusals[answer.code] ?? 0) + 1;
  };
  const startedAt = performance.now();
  const all = rooms.map((room, i) => order(room, ids[i]));
  const sentMs = performance.now() - startedAt;
  await Promise.all(all);
  const lastAnswerMs = lastAnswerAt - startedAt;
  return { sentMs, lastAnswerMs, latencies, orderIds, refusals, askedAgain };
}
