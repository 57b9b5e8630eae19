import type { LiveState } from '../state/live-state.ts';

/** A chat message as a client shows it. */
export interface ChatMessage {
  /** Position in the broadcast's chat, from 1, without gaps. */
  readonly seq: number;
  readonly kind: string;
  /** Who said it; empty for purchases and the platform. */
  readonly userId: string;
  readonly name: string;
  readonly text: string;
  /** Epoch milliseconds of the server. */
  readonly sentAt: number;
}

/** The newest messages, as a room's state holds them. */
export interface ChatWindow {
  /** Number of the newest message; 0 if there is none. */
  readonly lastSeq: number;
  /** The number from which on the window holds all that is shown. */
  readonly firstSeq: number;
  /** The messages after a number, in order. */
  after(seq: number): readonly ChatMessage[];
}

/** Reads the ring of a state; what it answers are copies, because slots are used again. */
export function chatWindow(state: LiveState): ChatWindow {
  const { lastSeq, completeFrom, newest, messages, senders } = state;
  const size = messages.length;
  // Behind the newest comes the oldest; a slot that was never used means that none was overwritten.
  const oldest = messages[(newest + 1) % size]?.seq ?? 0;
  return {
    lastSeq,
    firstSeq: Math.max(completeFrom, oldest),
    after(seq) {
      const found: ChatMessage[] = [];
      for (let back = 0; back < size; back += 1) {
        const slot = messages[(newest - back + size) % size];
        if (slot === undefined || slot.seq <= seq) break;
        const { userId = '', name = '' } = senders[slot.from] ?? {};
        const { kind, text, sentAt } = slot;
        found.push({ seq: slot.seq, kind, userId, name, text, sentAt });
      }
      return found.reverse();
    },
  };
}

/** The messages of which states told that they were taken down. */
export interface Removals {
  /** Reads a state; tells of each message that was taken down since. */
  look(state: LiveState): void;
  has(seq: number): boolean;
}

/** Removals that are remembered: several times what a state can hold. */
const maxRemembered = 1_000;

/** Tells once of each message that was taken down, be it still in the ring or not. */
export function createRemovals(onRemoved: (seq: number) => void): Removals {
  const told = new Set<number>();
  let read: { readonly state: LiveState; readonly lastSeq: number } | undefined;

  function learn(seq: number): void {
    if (told.has(seq)) return;
    told.add(seq);
    for (const oldest of told) {
      if (told.size <= maxRemembered) break;
      told.delete(oldest);
    }
    onRemoved(seq);
  }

  return {
    look(state) {
      const { lastSeq, messages, removals } = state;
      let changed = read?.state !== state || read.lastSeq !== lastSeq;
      for (const seq of removals) changed ||= !told.has(seq);
      // Most changes of a state are of something else.
      if (!changed) return;
      read = { state, lastSeq };
      for (const { kind, seq } of messages) if (kind === 'removed') learn(seq);
      for (const seq of removals) learn(seq);
    },
    has: (seq) => told.has(seq),
  };
}
