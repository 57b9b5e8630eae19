import { newId } from '../../../common/ids.ts';
import { accepted, type Outcome, type Tx } from '../../db/index.ts';
import { type LeavingGuests, takeGuests } from '../attendance/take-guests.ts';
import { giveSeats, lockDoors } from './door-store.ts';
import { grantTermMs } from './seat-viewers.ts';

/** Tickets to the seats that guests had, of those who had one. */
export type Tickets = readonly string[];

/**
 * Lets guests take their seats along, whose room is about to end: for each of them one seat fewer is
 * taken there and one is given, in one transaction under the lock of the door, so that there are
 * neither more nor fewer than before, and nobody else is given it. Whoever does not come in time
 * loses it like any seat that was given. None where seats are not limited.
 */
export async function carrySeats(
  tx: Tx,
  leaving: readonly LeavingGuests[],
  now: number,
): Promise<Outcome<Tickets>[]> {
  const doors = await lockDoors(
    tx,
    leaving.map(({ broadcastId }) => broadcastId),
  );
  const limited = leaving.filter(
    ({ broadcastId }) => (doors.get(broadcastId)?.maxViewers ?? null) !== null,
  );
  if (limited.length === 0) return leaving.map(() => accepted<Tickets>([]));
  const counts = await takeGuests(tx, limited);
  const tickets = new Map(
    limited.map((one, i) => [one, Array.from({ length: counts[i] ?? 0 }, () => newId('tkt'))]),
  );
  for (const [{ broadcastId }, holders] of tickets) {
    const guests = holders.map((holder) => ({ holder, privileged: false, host: false }));
    await giveSeats(tx, broadcastId, guests, now + grantTermMs);
  }
  return leaving.map((one) => accepted(tickets.get(one) ?? []));
}
