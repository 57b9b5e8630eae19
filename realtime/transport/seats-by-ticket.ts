import { z } from 'zod';
import { idOf } from '../requests/fields.ts';
import type { Seating } from './matchmaking.ts';

/** Milliseconds for which the framework keeps a seat for whoever asked for it. */
const keptMs = 15_000;
/** Answers that are remembered; of more, the oldest are forgotten. */
const maxAnswers = 10_000;

const ticketed = z.object({
  broadcastId: idOf('brc'),
  ticket: idOf('tkt'),
  back: z.undefined().optional(),
});

/** Answers who asks for a seat with these options, by `ask` unless a ticket was answered before. */
export type SeatsByTicket = (options: unknown, ask: () => Promise<Seating>) => Promise<Seating>;

/**
 * Gives one seat for one ticket: who shows it again, because the answer was lost or the connection
 * to the seat failed, is told of the same seat, which one connection can take. The services would
 * not know the ticket any more, and send a guest who has waited to the end of the line. What was
 * refused is asked again.
 */
export function createSeatsByTicket(now: () => number = () => performance.now()): SeatsByTicket {
  const given = new Map<string, { readonly seating: Promise<Seating>; readonly until: number }>();

  function forget(): void {
    for (const [key, { until }] of given) {
      if (given.size < maxAnswers && until > now()) break;
      given.delete(key);
    }
  }

  return (options, ask) => {
    const asked = ticketed.safeParse(options);
    if (!asked.success) return ask();
    const key = `${asked.data.broadcastId} ${asked.data.ticket}`;
    const before = given.get(key);
    if (before !== undefined && before.until > now()) return before.seating;
    forget();
    const seating = ask();
    const answer = { seating, until: now() + keptMs };
    given.delete(key);
    given.set(key, answer);
    const drop = () => {
      if (given.get(key) === answer) given.delete(key);
    };
    seating.then(({ status }) => {
      if (status !== 200) drop();
    }, drop);
    return seating;
  };
}
