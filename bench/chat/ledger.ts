/** What one kind of server sends to everybody, read once and compared with what each viewer gets. */
export interface Ledger {
  /** A viewer of its own, who expects every frame from the first one on. */
  seat(onDelivered: (messages: readonly number[]) => void): (frame: Buffer) => void;
  /** What went wrong with deliveries so far, over all viewers. */
  readonly faults: { lost: number; repeated: number; outOfOrder: number };
  /** Numbers of the messages sent to everybody so far, in their order. */
  readonly messages: readonly number[];
  readonly frames: number;
}

interface Sent {
  readonly frame: Buffer;
  readonly messages: readonly number[];
}

/**
 * Everybody gets the same frames, so each is decoded by whoever gets it first; for the others it is
 * enough that it is, byte for byte, the one whose turn it is.
 *
 * @param read the messages in a frame, by the benchmark's own numbers
 */
export function createLedger(read: (frame: Buffer) => readonly number[]): Ledger {
  const sent: Sent[] = [];
  const messages: number[] = [];
  const known = new Set<number>();
  const faults = { lost: 0, repeated: 0, outOfOrder: 0 };

  function append(frame: Buffer): Sent {
    const entry = { frame: Buffer.from(frame), messages: [...read(frame)] };
    sent.push(entry);
    for (const message of entry.messages) {
      if (known.has(message)) faults.repeated += 1;
      known.add(message);
      messages.push(message);
    }
    return entry;
  }

  return {
    faults,
    messages,
    get frames() {
      return sent.length;
    },
    seat(onDelivered) {
      let next = 0;
      return (frame) => {
        const expected = sent[next] ?? append(frame);
        if (expected.frame.equals(frame)) {
          next += 1;
          onDelivered(expected.messages);
          return;
        }
        const found = sent.findIndex((entry) => entry.frame.equals(frame));
        if (found < 0) throw new Error('a viewer got a frame that nobody else got');
        const between = (from: number, to: number) =>
          sent.slice(from, to).reduce((sum, entry) => sum + entry.messages.length, 0);
        if (found > next) {
          faults.lost += between(next, found);
          next = found + 1;
          onDelivered(sent[found]?.messages ?? []);
        } else if (found === next - 1) faults.repeated += between(found, found + 1);
        else faults.outOfOrder += between(found, found + 1);
      };
    },
  };
}
