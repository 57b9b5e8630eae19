import { DomainError } from '../../../common/errors/index.ts';
import { newId } from '../../../common/ids.ts';
import { accepted, type Outcome, refused, type Tx } from '../../db/index.ts';
import { sweepRooms } from '../attendance/report-attendance.ts';
import {
  type Asker,
  type DoorFacts,
  type InLine,
  openDoor,
  placeTermMs,
  retryAfterMs,
} from './door-rules.ts';
import {
  closeDoor,
  giveSeats,
  keepPlaces,
  lockDoors,
  readLine,
  readSeated,
  readTaken,
  readVips,
  useUp,
} from './door-store.ts';

/**
 * Milliseconds for which a given seat waits for its holder. Longer than rooms hold a reservation
 * (15 seconds) and then take to report who came.
 */
export const grantTermMs = 30_000;

/** Someone who wants a seat of a broadcast whose seats are limited. */
export interface SeatRequest {
  readonly broadcastId: string;
  readonly sellerId: string;
  /** Empty for a guest. */
  readonly userId: string;
  /** A guest's from before, or empty. */
  readonly ticket: string;
  readonly role: 'host' | 'moderator' | 'viewer' | 'guest';
}

/** By what name a seat was given; undefined where seats turned out not to be limited. */
export type Seat = string | undefined;

/**
 * Gives seats away, one outcome for each request in the order given. However many ask at once, of
 * however many processes, no more seats are given than there are: the door's row is locked.
 */
export async function seatViewers(
  tx: Tx,
  requests: readonly SeatRequest[],
  now: number,
): Promise<Outcome<Seat>[]> {
  const doors = await lockDoors(
    tx,
    requests.map((request) => request.broadcastId),
  );
  await sweepRooms(tx, [...doors.keys()], now);
  const outcomes = new Map<SeatRequest, Outcome<Seat>>();
  for (const [broadcastId, ours] of Map.groupBy(requests, (request) => request.broadcastId)) {
    const door = doors.get(broadcastId);
    const [first] = ours;
    if (door === undefined || door.maxViewers === null || first === undefined) continue;
    const askers = await askersOf(tx, ours, first.sellerId);
    const facts: DoorFacts = {
      ...{ maxViewers: door.maxViewers, reservedSeats: door.reservedSeats },
      ...(await readTaken(tx, first, now)),
      lastPlace: door.lastPlace,
      seated: await readSeated(
        tx,
        broadcastId,
        askers.map((asker) => asker.holder),
        now,
      ),
      line: await readLine(tx, broadcastId, now),
    };
    const decided = await decide(tx, { broadcastId, facts, askers, now });
    ours.forEach((request, i) => {
      const outcome = decided[i];
      if (outcome !== undefined) outcomes.set(request, outcome);
    });
  }
  // Where nothing was decided the limit was lifted meanwhile.
  return requests.map((request) => outcomes.get(request) ?? accepted(undefined));
}

async function askersOf(
  tx: Tx,
  requests: readonly SeatRequest[],
  sellerId: string,
): Promise<Asker[]> {
  const users = requests.flatMap(({ userId }) => (userId === '' ? [] : [userId]));
  const vips = users.length === 0 ? new Set<string>() : await readVips(tx, sellerId, users);
  return requests.map(({ userId, ticket, role }) => {
    if (role === 'guest') {
      const holder = ticket === '' ? newId('tkt') : ticket;
      return { holder, ticket: holder, privileged: false, host: false };
    }
    const privileged = role !== 'viewer' || vips.has(userId);
    return { holder: userId, privileged, host: role === 'host' };
  });
}

interface Round {
  readonly broadcastId: string;
  readonly facts: DoorFacts;
  readonly askers: readonly Asker[];
  readonly now: number;
}

async function decide(
  tx: Tx,
  { broadcastId, facts, askers, now }: Round,
): Promise<Outcome<Seat>[]> {
  const door = openDoor(facts);
  const seats = new Map<string, Asker>();
  const usedUp: string[] = [];
  const places = new Map<string, { entry: InLine; expiresAt: number }>();
  const outcomes = askers.map((asker): Outcome<Seat> => {
    const answer = door.ask(asker);
    if (answer.kind === 'seat') {
      places.delete(asker.holder);
      if (asker.ticket === undefined) {
        seats.set(asker.holder, asker);
        return accepted(asker.holder);
      }
      // Under a name that nobody outside knows: whoever shows the ticket again has no seat by it.
      const holder = newId('tkt');
      usedUp.push(asker.ticket);
      seats.set(holder, { ...asker, holder });
      return accepted(holder);
    }
    const { position, entry } = answer;
    places.set(asker.holder, { entry, expiresAt: now + placeTermMs(position) });
    return refused(full(position, entry.ticket));
  });
  await useUp(tx, broadcastId, usedUp);
  await giveSeats(tx, broadcastId, [...seats.values()], now + grantTermMs);
  await keepPlaces(tx, broadcastId, [...places.values()]);
  await closeDoor(tx, broadcastId, { lastPlace: door.lastPlace, now });
  return outcomes;
}

function full(position: number, ticket: string): DomainError {
  return new DomainError('BROADCAST_FULL', `number ${position} in line`, {
    position: String(position),
    ticket,
    retryAfterMs: String(retryAfterMs(position)),
  });
}
