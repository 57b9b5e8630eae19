import { NotFound } from '../../../common/errors/index.ts';
import { type Batcher, type Outcome, outcomeOf } from '../../db/index.ts';
import type { DomainDeps } from '../../domain-deps.ts';
import { banned } from '../people/banned.ts';
import { type Standing, standingsOf } from '../people/standings.ts';
import { type DoorOfBroadcast, readDoors } from './door-store.ts';
import type { AdmitInput } from './requests.ts';
import type { Seat, SeatRequest } from './seat-viewers.ts';

/** Someone who may come in. */
export interface Admitted {
  readonly role: 'host' | 'moderator' | 'viewer' | 'guest';
  /** Where seats are limited: by what name theirs was given. */
  readonly seat: Seat;
}

export interface AdmitDeps extends Pick<DomainDeps, 'db' | 'clock' | 'log'> {
  /** Seats of broadcasts whose seats are limited. */
  readonly seats: Batcher<SeatRequest, Seat>;
}

/**
 * Decides who comes in, each by itself; one outcome for each. Where seats are not limited it takes
 * two reads for the whole list, and no write: then nothing has to be exact, and who is inside is
 * reported later.
 */
export async function admitViewers(
  { db, clock, log, seats }: AdmitDeps,
  viewers: readonly AdmitInput[],
): Promise<Outcome<Admitted>[]> {
  if (viewers.length === 0) return [];
  const users = viewers.filter((viewer) => viewer.userId !== '');
  const ids = [...new Set(viewers.map((viewer) => viewer.broadcastId))];
  const doorRows = await readDoors(db.primary, ids);
  const doors = new Map(doorRows.map((door) => [door.broadcastId, door]));
  const hosts = new Map(doorRows.map(({ broadcastId, sellerId }) => [broadcastId, sellerId]));
  const standings = await standingsOf(db.primary, users, clock.now(), hosts);
  const standingOf = new Map(users.map((viewer, i) => [viewer, standings[i]]));

  async function admit(viewer: AdmitInput): Promise<Admitted> {
    const door = doors.get(viewer.broadcastId);
    if (door === undefined) throw new NotFound('broadcast', viewer.broadcastId);
    const standing = standingOf.get(viewer);
    refuseBanned(standing);
    const role = standing?.role ?? 'guest';
    return { role, seat: await seatOf(door, viewer, role) };
  }

  async function seatOf(
    { broadcastId, sellerId, maxViewers }: DoorOfBroadcast,
    { userId, ticket }: AdmitInput,
    role: Admitted['role'],
  ): Promise<Seat> {
    if (maxViewers === null) return undefined;
    return seats.submit({ broadcastId, sellerId, userId, ticket, role });
  }

  return Promise.all(viewers.map((viewer) => outcomeOf(log, () => admit(viewer))));
}

/** @throws DomainError BANNED, with `until` unless it is for good */
function refuseBanned(standing: Standing | undefined): void {
  const until = standing?.bannedUntil;
  if (until === undefined) return;
  throw banned(until);
}
