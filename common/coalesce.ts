import { Overloaded } from './errors/index.ts';

export interface CoalesceOptions<Item, Result> {
  /** Names the queue in errors. */
  readonly name: string;
  /** Most items handed to `run` at once. */
  readonly maxBatch: number;
  /** Items that may wait; one more is refused with OVERLOADED. */
  readonly maxQueue: number;
  /**
   * Milliseconds after which nobody waits for an answer any more: an item that can be expected to
   * wait longer is refused with OVERLOADED. Without it items wait however long it takes.
   */
  readonly maxWaitMs?: number | undefined;
  /**
   * Milliseconds from the start of one batch to that of the next at least; 0 unless given. A batch
   * that is full doesn't wait, and neither does the first item after a pause.
   */
  readonly everyMs?: number;
  /** Handles a batch. Must answer one settled result for each item, in the same order. */
  readonly run: (items: readonly Item[]) => Promise<readonly PromiseSettledResult<Result>[]>;
  /** Milliseconds of a clock that never goes back; the process's unless given. */
  readonly now?: () => number;
}

/** Turns many small calls into few large ones. */
export interface Coalescer<Item, Result> {
  /**
   * Resolves or rejects with what `run` said of this item. Rejects OVERLOADED, with a time to come
   * back, when too many wait or it would wait too long; never for its wait if it goes with the next
   * batch.
   */
  submit(item: Item): Promise<Result>;
  /** Resolves when nothing waits and nothing runs. */
  drain(): Promise<void>;
  /** Items waiting for the next batch. */
  readonly queued: number;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** How much the time of one batch weighs in what the next ones are expected to take. */
const weightOfLast = 0.2;

/**
 * Items that arrive while a batch runs form the next one: an idle queue adds no delay, a busy one
 * grows its batches until they keep up. Batches run one after another, in order of arrival.
 */
export function createCoalescer<Item, Result>(
  options: CoalesceOptions<Item, Result>,
): Coalescer<Item, Result> {
  const { maxBatch, maxQueue, maxWaitMs = Number.POSITIVE_INFINITY } = options;
  const now = options.now ?? (() => performance.now());
  let queue: Waiting<Item, Result>[] = [];
  let running = false;
  const idle: (() => void)[] = [];
  /** What a batch takes, smoothed, so that a single slow one turns nobody away. */
  let batchMs = 10;
  let startedAt = Number.NEGATIVE_INFINITY;

  async function loop(): Promise<void> {
    running = true;
    // One turn of the event loop: calls made in the same turn share the first batch too.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (queue.length > 0) {
      await untilDue();
      const batch = queue.slice(0, maxBatch);
      queue = queue.slice(batch.length);
      startedAt = now();
      await settle(batch);
      batchMs += weightOfLast * (now() - startedAt - batchMs);
    }
    running = false;
    for (const done of idle.splice(0)) done();
  }

  async function untilDue(): Promise<void> {
    const dueInMs = startedAt + (options.everyMs ?? 0) - now();
    if (dueInMs <= 0 || queue.length >= maxBatch) return;
    await new Promise<void>((resolve) => setTimeout(resolve, dueInMs));
  }

  async function settle(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await options.run(batch.map((waiting) => waiting.item));
      batch.forEach((waiting, i) => {
        const result = results[i];
        if (result === undefined) waiting.reject(new Error(`${options.name} lost an item`));
        else if (result.status === 'fulfilled') waiting.resolve(result.value);
        else waiting.reject(result.reason);
      });
    } catch (error) {
      for (const waiting of batch) waiting.reject(error);
    }
  }

  /** Milliseconds until the batch of whoever comes now begins, by the full ones before it. */
  function expectedWaitMs(): number {
    const ahead = Math.floor(queue.length / maxBatch);
    if (ahead === 0) return 0;
    const restMs = Math.max(0, startedAt + batchMs - now());
    return restMs + ahead * batchMs;
  }

  /** Milliseconds in which what waits now is done. */
  function retryAfterMs(): number {
    const batches = Math.max(1, Math.ceil(queue.length / maxBatch));
    return Math.min(5_000, Math.max(1, Math.ceil(batchMs * batches)));
  }

  return {
    submit(item) {
      if (queue.length >= maxQueue || expectedWaitMs() > maxWaitMs) {
        return Promise.reject(new Overloaded(options.name, retryAfterMs()));
      }
      return new Promise<Result>((resolve, reject) => {
        queue.push({ item, resolve, reject });
        if (!running) void loop();
      });
    },
    drain() {
      if (!running) return Promise.resolve();
      return new Promise<void>((resolve) => idle.push(resolve));
    },
    get queued() {
      return queue.length;
    },
  };
}
