interface Numbered {
  readonly seq: number;
}

/** Brings numbered messages that arrive in any order, some twice, some never, into order. */
export interface MessageOrder<M extends Numbered> {
  /** Number of the last message that was handed out. */
  readonly last: number;
  /** Whether later messages are here and wait for one that is missing. */
  readonly gap: boolean;
  /** Takes messages in any order; answers those whose turn it now is, in order. */
  offer(messages: readonly M[]): readonly M[];
  /**
   * Gives up on what is missing: continues after the newest of `messages`, which follow each other.
   * Answers those of them that were not handed out yet, and what waited behind them. Never goes
   * back.
   */
  restart(messages: readonly M[]): readonly M[];
}

/**
 * @param maxWaiting messages kept while one before them is missing; beyond it the farthest are
 *   dropped, to be fetched when their turn comes
 */
export function createMessageOrder<M extends Numbered>(maxWaiting: number): MessageOrder<M> {
  let last = 0;
  const waiting = new Map<number, M>();

  function take(): M[] {
    const ready: M[] = [];
    for (;;) {
      const next = waiting.get(last + 1);
      if (next === undefined) return ready;
      waiting.delete(next.seq);
      last = next.seq;
      ready.push(next);
    }
  }

  function offer(messages: readonly M[]): M[] {
    for (const message of messages) if (message.seq > last) waiting.set(message.seq, message);
    const ready = take();
    if (waiting.size > maxWaiting) {
      const farthest = [...waiting.keys()].sort((a, b) => b - a);
      for (const seq of farthest.slice(0, waiting.size - maxWaiting)) waiting.delete(seq);
    }
    return ready;
  }

  return {
    get last() {
      return last;
    },
    get gap() {
      return waiting.size > 0;
    },
    offer,
    restart(messages) {
      const fresh = messages.filter((message) => message.seq > last).sort((a, b) => a.seq - b.seq);
      const newest = fresh.at(-1);
      if (newest !== undefined) last = newest.seq;
      for (const seq of waiting.keys()) if (seq <= last) waiting.delete(seq);
      return [...fresh, ...take()];
    },
  };
}
