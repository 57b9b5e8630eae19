import { type LiveState, Sender, senderSlots } from './live-state.ts';

/** Who stands behind the messages of a ring: each person once, however much they say. */
export interface SenderList {
  /** The place of someone, for one more message that points to it. */
  take(userId: string, name: string): number;
  /** A message that pointed to this place is gone. */
  release(place: number): void;
}

interface Place {
  readonly index: number;
  /** Messages that point to it. */
  uses: number;
}

/** A list over the senders of a state, of which there are none yet. */
export function createSenderList(senders: LiveState['senders']): SenderList {
  /** By name and account; whoever spoke longest ago comes first. */
  const places = new Map<string, Place>();
  const byIndex: Place[] = [];

  function placeFor(userId: string, name: string): Place {
    if (byIndex.length < senderSlots) {
      const place = { index: byIndex.length, uses: 0 };
      byIndex.push(place);
      senders.push(new Sender({ userId, name }));
      return place;
    }
    for (const [key, place] of places) {
      if (place.uses > 0) continue;
      places.delete(key);
      senders[place.index]?.assign({ userId, name });
      return place;
    }
    throw new Error('more messages point to senders than there are slots');
  }

  return {
    take(userId, name) {
      const key = `${userId} ${name}`;
      const place = places.get(key) ?? placeFor(userId, name);
      places.delete(key);
      places.set(key, place);
      place.uses += 1;
      return place.index;
    },
    release(index) {
      const place = byIndex[index];
      if (place !== undefined) place.uses -= 1;
    },
  };
}
