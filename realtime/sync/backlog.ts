import type { ChatNews } from '../../common/pulse/index.ts';
import { ringSize } from '../state/live-state.ts';
import type { MessageRing } from '../state/message-ring.ts';

/** Messages of one patch: fewer than the ring has, so that each is seen before it is overwritten. */
const perTick = Math.floor(ringSize * 0.8);
/** Messages that may wait; with more, clients do better to fetch what they missed. */
const most = ringSize * 5;

/** Messages on their way into the ring. */
export interface Backlog {
  /**
   * Takes messages in order; `lastSeq` is of the newest message, be it among them or left out.
   *
   * @param completeFrom where they don't follow those before: the first number of which everything
   *   was read from there on. What still waits is left to the history then, as what is between is.
   */
  add(messages: readonly ChatNews[], lastSeq: number | undefined, completeFrom?: number): void;
  /** Shows those that have their turn. */
  tick(): void;
}

/**
 * What arrives at once after a delay is shown over several patches: a ring that turned over within
 * one would make every client fetch what it never saw.
 */
export function createBacklog(ring: Pick<MessageRing, 'show'>): Backlog {
  let waiting: ChatNews[] = [];
  let newest: number | undefined;
  let from: number | undefined;
  let begun = false;
  return {
    add(messages, lastSeq, completeFrom) {
      if (completeFrom !== undefined) waiting = [];
      from = completeFrom ?? from;
      for (const message of messages) waiting.push(message);
      newest = lastSeq ?? newest;
    },
    tick() {
      if (newest === undefined) return;
      // What there was before the room opened nobody has waited for.
      const all = !begun || waiting.length <= perTick || waiting.length > most;
      const due = all ? waiting : waiting.slice(0, perTick);
      waiting = all ? [] : waiting.slice(perTick);
      begun = true;
      ring.show(due, all ? newest : due.at(-1)?.seq, from);
      from = undefined;
      if (all) newest = undefined;
    },
  };
}
