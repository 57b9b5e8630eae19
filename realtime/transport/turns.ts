/**
 * Milliseconds of one turn of the event loop that may go to what connections sent. What promises
 * make of it comes on top, behind the turn: for those who leave, three times as much.
 */
const turnMs = 8;
/** Tasks that may wait; past them each new one makes the oldest run, so that a flood has an end. */
const maxWaiting = 10_000;

/**
 * Spreads work over turns of the event loop, in order. When thousands leave at once the system hands
 * over everything that they sent in one turn, and nobody else would be served until it is all done.
 */
export interface Turns {
  /** Runs a task of `owner`: now, or when this turn has done enough, in a later one. */
  run(owner: object, task: () => void): void;
  /** Runs now what waits for `owner`. */
  catchUp(owner: object): void;
}

interface Waiting {
  readonly owner: object;
  task: (() => void) | undefined;
}

/** @param now monotonic milliseconds */
export function createTurns(now: () => number = () => performance.now()): Turns {
  let waiting: Waiting[] = [];
  const ownersWaiting = new Map<object, Waiting[]>();
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
    let done = 0;
    while (done < waiting.length && now() < endsAt) take(waiting[done++]);
    waiting = waiting.slice(done);
  }

  function take(one: Waiting | undefined): void {
    if (one === undefined) return;
    const { task } = one;
    if (task === undefined) return;
    one.task = undefined;
    const others = ownersWaiting.get(one.owner);
    if (others?.at(-1) === one) ownersWaiting.delete(one.owner);
    task();
  }

  return {
    run(owner, task) {
      const endsAt = turnEndsAt ?? begin();
      if (waiting.length === 0 && now() < endsAt) return task();
      const one = { owner, task };
      if (waiting.length >= maxWaiting) take(waiting.shift());
      waiting.push(one);
      const others = ownersWaiting.get(owner);
      if (others === undefined) ownersWaiting.set(owner, [one]);
      else others.push(one);
    },
    catchUp(owner) {
      for (const one of ownersWaiting.get(owner) ?? []) take(one);
    },
  };
}
