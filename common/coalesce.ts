import { Overloaded } from './errors/index.ts';

export interface CoalesceOptions<Item, Result> {
  /** Names the queue in errors. */
  readonly name: string;
  /** Most items handed to `run` at once. */
  readonly maxBatch: number;
  /** Items that may wait; one more is refused with OVERLOADED. */
  readonly maxQueue: number;
  /**
   * Milliseconds from the start of one batch to that of the next at least; 0 unless given. A batch
   * that is full doesn't wait, and neither does the first item after a pause.
   */
  readonly everyMs?: number;
  /** Handles a batch. Must answer one settled result for each item, in the same order. */
  readonly run: (items: readonly Item[]) => Promise<readonly PromiseSettledResult<Result>[]>;
}

/** Turns many small calls into few large ones. */
export interface Coalescer<Item, Result> {
  /** Resolves or rejects with what `run` said of this item. Rejects OVERLOADED when full. */
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

/**
 * Items that arrive while a batch runs form the next one: an idle queue adds no delay, a busy one
 * grows its batches until they keep up. Batches run one after another, in order of arrival.
 */
export function createCoalescer<Item, Result>(
  options: CoalesceOptions<Item, Result>,
): Coalescer<Item, Result> {
  let queue: Waiting<Item, Result>[] = [];
  let running = false;
  const idle: (() => void)[] = [];
  let lastBatchMs = 10;
  let startedAt = Number.NEGATIVE_INFINITY;

  async function loop(): Promise<void> {
    running = true;
    // One turn of the event loop: calls made in the same turn share the first batch too.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (queue.length > 0) {
      await untilDue();
      const batch = queue.slice(0, options.maxBatch);
      queue = queue.slice(batch.length);
      startedAt = performance.now();
      await settle(batch);
      lastBatchMs = performance.now() - startedAt;
    }
    running = false;
    for (const done of idle.splice(0)) done();
  }

  async function untilDue(): Promise<void> {
    const dueInMs = startedAt + (options.everyMs ?? 0) - performance.now();
    if (dueInMs <= 0 || queue.length >= options.maxBatch) return;
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

  function retryAfterMs(): number {
    const batches = Math.ceil(options.maxQueue / options.maxBatch);
    return Math.min(5_000, Math.ceil(lastBatchMs * batches));
  }

  return {
    submit(item) {
      if (queue.length >= options.maxQueue) {
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
