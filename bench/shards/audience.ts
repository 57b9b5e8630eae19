import { inParallel } from '../../demo/in-parallel.ts';
import { joiningAtOnce, numbersIn, stillOpen } from '../chat/hall.ts';
import { createLedger } from '../chat/ledger.ts';
import { createMeter, type Meter } from '../chat/meter.ts';
import { createScreen } from '../chat/read-live.ts';
import { frames, takeLightSeat } from '../kit/light-seat.ts';
import type { OurSystem } from '../recovery/ours.ts';

/** Viewers in all rooms of one broadcast. */
export interface Audience {
  readonly meter: Meter;
  readonly rooms: number;
  /** Messages that every room has shown, the least of them. */
  shown(): number;
  /**
   * Deliveries that were lost, repeated or out of order within a room, and places at which the
   * order of one room's messages is another than that of the first room's, for each viewer there.
   */
  mismatches(): number;
  leave(): void;
}

interface Shard {
  readonly screen: ReturnType<typeof createScreen>;
  readonly ledger: ReturnType<typeof createLedger>;
  viewers: number;
}

/** Seats viewers by every process in turn. What each room sends is read once, and compared for all. */
export async function seatAudience(system: OurSystem, viewers: number): Promise<Audience> {
  const meter = createMeter();
  const shards = new Map<string, Shard>();
  let settled = false;
  const { realtimeUrls, broadcastId } = system.viewers;

  function enter(roomId: string): { readonly shard: Shard; readonly first: boolean } {
    const known = shards.get(roomId);
    if (known !== undefined) {
      known.viewers += 1;
      return { shard: known, first: false };
    }
    const screen = createScreen();
    const ledger = createLedger((frame) => screen.read(frame).flatMap(numbersIn));
    const shard = { screen, ledger, viewers: 1 };
    shards.set(roomId, shard);
    return { shard, first: true };
  }

  async function seat(index: number) {
    let entered: ReturnType<typeof enter> | undefined;
    let check: ((frame: Buffer) => void) | undefined;
    let bytes = 0;
    return takeLightSeat({
      url: new URL(realtimeUrls[index % realtimeUrls.length] ?? ''),
      roomName: 'live',
      joinOptions: { broadcastId },
      onRoom(roomId) {
        entered = enter(roomId);
        check = entered.shard.ledger.seat((messages) => meter.delivered(messages, bytes));
      },
      onFrame(frame, wireBytes) {
        bytes = wireBytes;
        // Until all are in, everybody got different patches; whoever was first reads them.
        if (!settled) {
          if (entered?.first === true) entered.shard.screen.read(frame);
        } else if (frame[0] === frames.patch) check?.(frame);
      },
    });
  }

  const sockets = await inParallel(
    Array.from({ length: viewers }, (_, i) => i),
    joiningAtOnce,
    seat,
  );
  settled = true;
  return {
    meter,
    rooms: shards.size,
    shown: () => Math.min(...[...shards.values()].map(({ ledger }) => ledger.messages.length)),
    mismatches() {
      const [first, ...others] = [...shards.values()];
      const within = [...shards.values()].map(({ ledger }) => {
        const { lost, repeated, outOfOrder } = ledger.faults;
        return lost + repeated + outOfOrder;
      });
      const between = others.map((shard) => {
        const [one, other] = [first?.ledger.messages ?? [], shard.ledger.messages];
        const places = Array.from({ length: Math.max(one.length, other.length) }, (_, i) => i);
        return places.filter((i) => one[i] !== other[i]).length * shard.viewers;
      });
      return [...within, ...between].reduce((sum, count) => sum + count, 0);
    },
    leave() {
      stillOpen(sockets, system.name);
      for (const socket of sockets) socket.cut();
    },
  };
}
