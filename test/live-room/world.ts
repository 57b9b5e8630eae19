import type { Mode, Onair } from '../kit/onair.ts';
import { makePerson, openShop, type Person, type Shop } from '../rest-shop.ts';
import { type Viewer, watch } from './viewer.ts';

/** Settings under which rooms are small enough to fill, and viewers quick enough to flood. */
export const roomSettings = { ROOM_CAPACITY: '3', ROOM_MESSAGES_PER_SECOND: '60' } as const;

/** The platform with a shop on air and people who watch. */
export interface World {
  readonly mode: Mode;
  readonly onair: Onair;
  readonly shop: Shop;
  readonly ann: Person;
  readonly bob: Person;
}

/** Suites take a function, because the world is made after they are declared. */
export type InWorld = () => World;

export async function makeWorld(mode: Mode, onair: Onair): Promise<World> {
  const [shop, ann, bob] = await Promise.all([
    openShop(onair),
    makePerson(onair, 'ann'),
    makePerson(onair, 'bob'),
  ]);
  return { mode, onair, shop, ann, bob };
}

/** The realtime process that someone comes in by; there are two in a cluster. */
export function door({ onair }: World, index = 0): string {
  const url = onair.realtimeUrls[index % onair.realtimeUrls.length];
  if (url === undefined) throw new Error('no realtime process');
  return url;
}

/** Seats people (or guests) one after another, through every realtime process in turn. */
export async function watchAll(
  world: World,
  people: readonly (Person | undefined)[],
  broadcastId = world.shop.broadcastId,
): Promise<Viewer[]> {
  const viewers: Viewer[] = [];
  for (const [i, person] of people.entries()) {
    viewers.push(await watch(door(world, i), broadcastId, person));
  }
  return viewers;
}

export async function leaveAll(viewers: readonly Viewer[]): Promise<void> {
  await Promise.all(
    viewers.filter((viewer) => viewer.closeCode() === undefined).map((viewer) => viewer.leave()),
  );
}
