import type { ChatMessage, ChatWindow } from './chat-window.ts';

/** Numbers of messages, first and last. */
export interface SeqRange {
  readonly fromSeq: number;
  readonly toSeq: number;
}

/** A page of the history: messages after a number, oldest first. */
export interface HistoryPage {
  readonly items: readonly ChatMessage[];
  /** Number of the newest message that the history knows. */
  readonly lastSeq: number;
  /** Number of the oldest message that the history still has, where it says. */
  readonly firstSeq: number | undefined;
  /** Whether more may follow the last item. */
  readonly more: boolean;
}

export interface ChatFeedDeps {
  /** Where to begin: with what the room holds, with what comes next, or after a number. */
  readonly startAt: 'recent' | 'now' | { readonly afterSeq: number };
  /** The most numbers fetched to close one gap; older ones are given up. */
  readonly maxRecovered: number;
  /** The history after a number. Rejects when it can't be had for good. */
  readonly fetchAfter: (afterSeq: number) => Promise<HistoryPage>;
  /** Waits until a history that is behind may have caught up. */
  readonly waitForHistory: (tries: number) => Promise<void>;
  /** Takes each message once, in order of the numbers. */
  readonly deliver: (message: ChatMessage) => void;
  /** Numbers that the platform leaves out: not in the sample that is shown, or taken down. */
  readonly onOmitted: (range: SeqRange) => void;
  /** Numbers that are not to be had any more. */
  readonly onLost: (range: SeqRange) => void;
}

/** Chat in order and complete, whatever room it is read from. */
export interface ChatFeed {
  /** Looks at a room's state after each change of it; any room of the broadcast will do. */
  show(window: ChatWindow): void;
  /** The last number that was dealt with; undefined before the first state. */
  readonly lastSeq: number | undefined;
  stop(): void;
}

/** Numbers of which everything is here, waiting for what comes before. */
interface Stretch {
  readonly from: number;
  to: number;
  readonly messages: ChatMessage[];
}

/** Tries after which a history that does not have what the room has counts as without it. */
const maxLagTries = 5;

/**
 * Deals with every number once and in order: delivers its message, or says why there is none. What
 * the state no longer holds is fetched; meanwhile what the state brings waits, so that nothing
 * overtakes.
 */
export function createChatFeed(deps: ChatFeedDeps): ChatFeed {
  let stretches: Stretch[] = [];
  let last: number | undefined;
  /** The newest number that any state told of. */
  let newest = 0;
  let filling = false;
  let stopped = false;

  const at = () => last ?? 0;
  /** The last number of the gap that comes next. */
  const gapEnd = () => (stretches[0]?.from ?? newest + 1) - 1;

  function show(window: ChatWindow): void {
    if (stopped) return;
    last ??= startOf(window);
    newest = Math.max(newest, window.lastSeq);
    const covered = stretches.at(-1)?.to ?? last;
    if (window.lastSeq > covered) keep(window, covered);
    drain();
    if (at() < newest && !filling) void fill();
  }

  function startOf({ lastSeq, firstSeq }: ChatWindow): number {
    if (deps.startAt === 'now') return lastSeq;
    return deps.startAt === 'recent' ? firstSeq - 1 : deps.startAt.afterSeq;
  }

  function keep(window: ChatWindow, covered: number): void {
    const waiting = stretches.reduce((sum, { messages }) => sum + messages.length, 0);
    // What there is no room for is fetched when its turn comes.
    if (waiting > deps.maxRecovered) return;
    const from = Math.max(window.firstSeq, covered + 1);
    const messages = window.after(from - 1);
    const before = stretches.at(-1);
    if (before !== undefined && before.to === from - 1) {
      before.to = window.lastSeq;
      before.messages.push(...messages);
    } else {
      stretches.push({ from, to: window.lastSeq, messages: [...messages] });
    }
  }

  /** Delivers what is here and no longer waits for anything. */
  function drain(): void {
    for (
      let next = stretches[0];
      next !== undefined && next.from <= at() + 1;
      next = stretches[0]
    ) {
      stretches.shift();
      pass(next.messages, next.to, deps.onOmitted);
    }
  }

  /** Deals with all numbers up to `to`: with `messages` among them, and `absent` for the others. */
  function pass(
    messages: readonly ChatMessage[],
    to: number,
    absent: (range: SeqRange) => void,
  ): void {
    for (const message of messages) {
      if (stopped) return;
      if (message.seq <= at() || message.seq > to) continue;
      // Taken down before it could be shown.
      if (message.kind === 'removed') continue;
      skip(message.seq - 1, absent);
      last = message.seq;
      deps.deliver(message);
    }
    skip(to, absent);
  }

  function skip(to: number, absent: (range: SeqRange) => void): void {
    if (to <= at() || stopped) return;
    const range = { fromSeq: at() + 1, toSeq: to };
    last = to;
    absent(range);
  }

  async function fill(): Promise<void> {
    filling = true;
    try {
      let lagging = 0;
      while (!stopped && at() < newest) {
        skip(gapEnd() - deps.maxRecovered, deps.onLost);
        const before = at();
        const page = await deps.fetchAfter(before);
        take(page);
        if (at() > before) lagging = 0;
        else if (lagging < maxLagTries) await deps.waitForHistory(++lagging);
        else giveUp();
      }
    } catch {
      giveUp();
    } finally {
      filling = false;
    }
    if (!stopped && at() < newest) void fill();
  }

  function take({ items, lastSeq, firstSeq, more }: HistoryPage): void {
    const [end, from, through] = [gapEnd(), items[0]?.seq, items.at(-1)?.seq];
    // A history lets go of its oldest messages first. Where it does not say what its oldest is,
    // everything before what it has counts as gone.
    skip(Math.min(end, (firstSeq ?? from ?? Math.min(lastSeq, end) + 1) - 1), deps.onLost);
    const known = more && through !== undefined ? through : lastSeq;
    pass(items, Math.min(end, known), deps.onOmitted);
    drain();
  }

  function giveUp(): void {
    skip(gapEnd(), deps.onLost);
    drain();
  }

  return {
    show,
    get lastSeq() {
      return last;
    },
    stop() {
      stopped = true;
      stretches = [];
    },
  };
}
