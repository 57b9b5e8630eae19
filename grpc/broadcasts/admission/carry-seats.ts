import { newId } from '../../../common/ids.ts';
import { accepted, type Outcome, type Tx } from '../../db/index.ts';
import { type LeavingGuests, takeGuests } from '../attendance/take-guests.ts';
import { giveSeats, lockDoors } from './door-store.ts';
import { grantTermMs } from './seat-viewers.ts';

/** Guests who are on their way out of a room. */
export interface Carried {
  /** Tickets to the seats of those who had one, where seats are limited. */
  readonly tickets: readonly string[];
  /** How many of them the room must not count any more. */
  readonly uncounted: number;
}

/**
 * Takes guests, whose room is about to end, out of its count before they go: they are known by
 * nothing, and would be counted there and elsewhere. Where seats are limited they take theirs along:
 * for each of them one seat fewer is taken there and one is given, in one transaction under the lock
 * of the door, so that there are neither more nor fewer than before, and nobody else is given it.
 * Whoever does not come in time loses it like any seat that was given.
 */
export async function carrySeats(
  tx: Tx,
  leaving: readonly LeavingGuests[],
  now: number,
): Promise<Outcome<Carried>[]> {
  const doors = await lockDoors(
    tx,
    leaving.map(({ broadcastId }) => broadcastId),
  );
  const counts = await takeGuests(tx, leaving);
  const outcomes: Outcome<Carried>[] = [];
  for (const [i, { broadcastId, guests }] of leaving.entries()) {
    if ((doors.get(broadcastId)?.maxViewers ?? null) === null) {
      outcomes.push(accepted({ tickets: [], uncounted: guests }));
      continue;
    }
    const tickets = Array.from({ length: counts[i] ?? 0 }, () => newId('tkt'));
    const holders = tickets.map((holder) => ({ holder, privileged: false, host: false }));
    await giveSeats(tx, broadcastId, holders, now + grantTermMs);
    outcomes.push(accepted({ tickets, uncounted: tickets.length }));
  }
  return outcomes;
}
