import './light-websockets.ts';
import { Client, type Room } from '@colyseus/sdk';
import { inParallel } from '../../demo/in-parallel.ts';
import type { Person } from '../kit/cast.ts';

/** Everyone in a room. */
export interface Crowd {
  readonly rooms: readonly Room[];
  /** How much of a deal the first viewer's screen shows; undefined while it shows no such deal. */
  remaining(dealId: string): number | undefined;
  leave(): Promise<void>;
}

interface LiveState {
  readonly deals?: {
    get(dealId: string): { readonly remaining: number; readonly status: string } | undefined;
  };
}

/** Viewers who join at the same time. */
const joiningAtOnce = 24;

/**
 * Seats people in the room of a broadcast. All get every patch, but only the first one's client
 * decodes it: the others' would take the processor of the machine that is being measured.
 */
export async function seatCrowd(
  url: string,
  broadcastId: string,
  people: readonly Person[],
): Promise<Crowd> {
  let screen: LiveState = {};
  let leaving = false;
  const rooms = await inParallel([...people.entries()], joiningAtOnce, async ([i, person]) => {
    const client = new Client(url);
    client.auth.token = person.accessToken;
    const room: Room<unknown, LiveState> = await client.joinOrCreate('live', { broadcastId });
    room.reconnection.enabled = false;
    room.onLeave((code) => {
      if (!leaving) console.error(`viewer ${i} was thrown out: ${code}`);
    });
    if (i === 0) {
      room.onStateChange((state) => {
        screen = state;
      });
    } else {
      room.serializer = blind;
    }
    return room;
  });
  const [first] = rooms;
  if (rooms.some((room) => room.roomId !== first?.roomId)) throw new Error('one room did not do');
  return {
    rooms,
    remaining: (dealId) => screen.deals?.get(dealId)?.remaining,
    async leave() {
      leaving = true;
      await inParallel(rooms, joiningAtOnce, (room) => room.leave());
    },
  };
}

/** Takes patches and looks at none. */
const blind: Room<unknown, LiveState>['serializer'] = {
  setState: () => undefined,
  getState: () => ({}),
  patch: () => undefined,
  teardown: () => undefined,
  handshake: () => undefined,
};
