/**
 * Milliseconds of one turn of the event loop that may go to what connections sent. What promises
 * make of it comes on top, behind the turn: for those who leave, three times as much.
 */
const turnMs = 8;
/** Tasks and bytes that may wait; past them the oldest run at once, so that a flood has an end. */
const maxWaiting = 10_000;
const maxWaitingBytes = 16 * 1024 * 1024;

/**
 * Spreads work over turns of the event loop, in order. When thousands leave at once the system hands
 * over everything that they sent in one turn, and nobody else would be served until it is all done.
 */
export interface Turns {
  /** Runs a task of `owner`, which keeps `bytes`: now, or when this turn has done enough, later. */
  run(owner: object, task: () => void, bytes?: number): void;
  /** Runs now what waits for `owner`. */
  catchUp(owner: object): void;
}

interface Waiting {
  readonly owner: object;
  readonly bytes: number;
  task: (() => void) | undefined;
}

/**
 * A task that throws is told to `onError`, and the others go on.
 *
 * @param now monotonic milliseconds
 */
export function createTurns(
  onError: (error: unknown) => void,
  now: () => number = () => performance.now(),
): Turns {
  let waiting: Waiting[] = [];
  /** Of `waiting`, those before this are done. */
  let next = 0;
  let bytesWaiting = 0;
  const byOwner = new Map<object, Waiting[]>();
  let turnEndsAt: number | undefined;

  function begin(): number {
    turnEndsAt = now() + turnMs;
    setImmediate(endTurn);
    return turnEndsAt;
  }

  function endTurn(): void {
    turnEndsAt = undefined;
    if (waiting.length === 0) return;
    const endsAt = begin();
    while (next < waiting.length && now() < endsAt) takeNext();
    waiting = waiting.slice(next);
    next = 0;
  }

  function takeNext(): void {
    const one = waiting[next];
    next += 1;
    if (one?.task === undefined) return;
    // In order, so it is the first of its owner's.
    const others = byOwner.get(one.owner);
    others?.shift();
    if (others?.length === 0) byOwner.delete(one.owner);
    perform(one);
  }

  function perform(one: Waiting): void {
    const { task } = one;
    one.task = undefined;
    bytesWaiting -= one.bytes;
    if (task !== undefined) attempt(task);
  }

  function attempt(task: () => void): void {
    try {
      task();
    } catch (error) {
      onError(error);
    }
  }

  return {
    run(owner, task, bytes = 0) {
      const endsAt = turnEndsAt ?? begin();
      if (next === waiting.length && now() < endsAt) return attempt(task);
      const one = { owner, task, bytes };
      waiting.push(one);
      bytesWaiting += bytes;
      const others = byOwner.get(owner);
      if (others === undefined) byOwner.set(owner, [one]);
      else others.push(one);
      while (
        next < waiting.length &&
        (waiting.length - next > maxWaiting || bytesWaiting > maxWaitingBytes)
      ) {
        takeNext();
      }
    },
    catchUp(owner) {
      const others = byOwner.get(owner);
      byOwner.delete(owner);
      for (const one of others ?? []) perform(one);
    },
  };
}
