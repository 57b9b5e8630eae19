import { createCoalescer } from './coalesce.ts';
import { DomainError, Overloaded } from './errors/index.ts';

const fulfilled = <T>(value: T) => ({ status: 'fulfilled', value }) as const;
const rejected = (reason: unknown) => ({ status: 'rejected', reason }) as const;

interface Setup {
  readonly maxBatch?: number;
  readonly maxQueue?: number;
  /** The first batch waits until `release` is called. */
  readonly held?: boolean;
}

/** A coalescer that answers each number with its double, and notes its batches. */
function doubling({ maxBatch = 100, maxQueue = 10_000, held = false }: Setup = {}) {
  const batches: number[][] = [];
  let release: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  if (!held) release();
  const doubler = createCoalescer<number, number>({
    name: 'doubling',
    maxBatch,
    maxQueue,
    run: async (items) => {
      batches.push([...items]);
      await gate;
      return items.map((item) => fulfilled(item * 2));
    },
  });
  return { doubler, batches, release };
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

/** Waits until the first batch is being handled. */
async function underWay(batches: readonly number[][]): Promise<void> {
  while (batches.length === 0) await new Promise<void>((resolve) => setImmediate(resolve));
}

describe('a coalescer', () => {
  it('hands over in one batch what was submitted in one turn, and each gets its own answer', async () => {
    const { doubler, batches } = doubling();
    const answers = await Promise.all(range(0, 50).map((item) => doubler.submit(item)));
    expect(answers).toEqual(range(0, 50).map((item) => item * 2));
    expect(batches).toEqual([range(0, 50)]);
  });

  it('makes the next batch of what arrives while one runs, in order of arrival', async () => {
    const { doubler, batches, release } = doubling({ held: true });
    const first = doubler.submit(0);
    await underWay(batches);
    const rest = range(1, 20).map((item) => doubler.submit(item));
    expect(doubler.queued).toBe(19);
    release();
    expect(await Promise.all([first, ...rest])).toEqual(range(0, 20).map((item) => item * 2));
    expect(batches).toEqual([[0], range(1, 20)]);
    expect(doubler.queued).toBe(0);
  });

  it('never hands over more than maxBatch at once, nor two batches at a time', async () => {
    let running = 0;
    let most = 0;
    const sizes: number[] = [];
    const coalescer = createCoalescer<number, number>({
      name: 'counting',
      maxBatch: 64,
      maxQueue: 10_000,
      run: async (items) => {
        running += 1;
        most = Math.max(most, running);
        sizes.push(items.length);
        await new Promise<void>((resolve) => setImmediate(resolve));
        running -= 1;
        return items.map(fulfilled);
      },
    });
    const answers = await Promise.all(range(0, 1_000).map((item) => coalescer.submit(item)));
    expect(answers).toEqual(range(0, 1_000));
    expect(most).toBe(1);
    expect(sizes).toEqual([...new Array<number>(15).fill(64), 40]);
  });

  /** A coalescer that notes when its batches began, and their sizes. */
  function pacedBy(everyMs: number) {
    const startedAt: number[] = [];
    const sizes: number[] = [];
    const paced = createCoalescer<number, number>({
      name: 'paced',
      maxBatch: 3,
      maxQueue: 100,
      everyMs,
      run: async (items) => {
        startedAt.push(performance.now());
        sizes.push(items.length);
        return items.map(fulfilled);
      },
    });
    return { paced, startedAt, sizes };
  }

  it('keeps batches apart by everyMs', async () => {
    const { paced, startedAt, sizes } = pacedBy(50);
    await paced.submit(0);
    await Promise.all([paced.submit(1), paced.submit(2)]);
    const [first = 0, second = 0] = startedAt;
    // Timers may be early by a little.
    expect(second - first).toBeGreaterThan(45);
    expect(sizes).toEqual([1, 2]);
  });

  it('makes the first batch and full ones wait for nothing', async () => {
    // They would wait past the time that a test has.
    const { paced, sizes } = pacedBy(3_600_000);
    await paced.submit(0);
    await Promise.all([1, 2, 3].map((item) => paced.submit(item)));
    expect(sizes).toEqual([1, 3]);
  });

  it('starts again after it was idle', async () => {
    const { doubler, batches } = doubling();
    expect(await doubler.submit(1)).toBe(2);
    await doubler.drain();
    expect(await doubler.submit(2)).toBe(4);
    expect(batches).toEqual([[1], [2]]);
  });

  it('takes a submit made by whoever just got an answer', async () => {
    const { doubler } = doubling();
    const chain = doubler.submit(1).then((two) => doubler.submit(two));
    expect(await chain).toBe(4);
  });

  it('rejects an item without failing its neighbours', async () => {
    const odd = new DomainError('INVALID_ARGUMENT', 'odd');
    const coalescer = createCoalescer<number, number>({
      name: 'even only',
      maxBatch: 10,
      maxQueue: 10,
      run: async (items) => items.map((item) => (item % 2 ? rejected(odd) : fulfilled(item))),
    });
    const settled = await Promise.allSettled([2, 3, 4].map((item) => coalescer.submit(item)));
    expect(settled).toEqual([fulfilled(2), rejected(odd), fulfilled(4)]);
  });

  it.each([
    ['rejects', () => Promise.reject(new Error('down'))],
    [
      'throws',
      () => {
        throw new Error('down');
      },
    ],
  ])('goes on after a batch whose run %s, which all its items hear of', async (_how, fail) => {
    let failing = true;
    const coalescer = createCoalescer<number, number>({
      name: 'shaky',
      maxBatch: 2,
      maxQueue: 10,
      run: (items) => {
        if (!failing) return Promise.resolve(items.map(fulfilled));
        failing = false;
        return fail();
      },
    });
    const settled = await Promise.allSettled([1, 2, 3].map((item) => coalescer.submit(item)));
    expect(settled).toEqual([
      rejected(new Error('down')),
      rejected(new Error('down')),
      fulfilled(3),
    ]);
  });

  it('leaves no caller waiting when run answers too few', async () => {
    const coalescer = createCoalescer<number, number>({
      name: 'forgetful',
      maxBatch: 10,
      maxQueue: 10,
      run: async (items) => items.slice(1).map(fulfilled),
    });
    const settled = await Promise.allSettled([1, 2].map((item) => coalescer.submit(item)));
    expect(settled).toEqual([fulfilled(2), rejected(new Error('forgetful lost an item'))]);
  });
});

describe('a full queue', () => {
  it('refuses at once with OVERLOADED and says when to come back; what waits is served', async () => {
    const { doubler, batches, release } = doubling({ held: true, maxQueue: 3, maxBatch: 2 });
    const first = doubler.submit(0);
    await underWay(batches);
    const waiting = [1, 2, 3].map((item) => doubler.submit(item));
    const refusal: unknown = await doubler.submit(4).catch((error: unknown) => error);
    if (!(refusal instanceof Overloaded)) throw new Error('was not refused');
    expect(refusal.code).toBe('OVERLOADED');
    expect(refusal.message).toContain('doubling');
    expect(refusal.retryAfterMs).toBeGreaterThanOrEqual(1);
    expect(refusal.retryAfterMs).toBeLessThanOrEqual(5_000);
    expect(refusal.details.retryAfterMs).toBe(String(refusal.retryAfterMs));
    release();
    expect(await Promise.all([first, ...waiting])).toEqual([0, 2, 4, 6]);
    expect(batches).toEqual([[0], [1, 2], [3]]);
    expect(await doubler.submit(5)).toBe(10);
  });
});

describe('a queue that is long in time', () => {
  /** Batches of two that take as long as is said, on a clock that moves only with them. */
  function timed(maxWaitMs: number) {
    let time = 0;
    let tookMs = 10;
    let gate = Promise.resolve();
    const queue = createCoalescer<number, number>({
      name: 'timed',
      maxBatch: 2,
      maxQueue: 1_000,
      maxWaitMs,
      now: () => time,
      run: async (items) => {
        await gate;
        time += tookMs;
        return items.map(fulfilled);
      },
    });
    return {
      queue,
      async batches(count: number, ms: number) {
        tookMs = ms;
        for (const item of range(0, count)) await queue.submit(item);
        await queue.drain();
      },
      /** Begins a batch that goes on until it is released. */
      async hold() {
        const { promise, resolve } = Promise.withResolvers<void>();
        gate = promise;
        const first = queue.submit(0);
        while (queue.queued > 0) await new Promise<void>((turn) => setImmediate(turn));
        return async () => {
          resolve();
          await first;
        };
      },
    };
  }

  const codesOf = (answers: readonly Promise<unknown>[]) =>
    Promise.all(
      answers.map((answer) =>
        answer.then(
          () => 'ok',
          (error: unknown) => (error instanceof Overloaded ? error.retryAfterMs : error),
        ),
      ),
    );

  it('refuses who would wait too long, though there is room, and says when to come back', async () => {
    const { queue, batches, hold } = timed(1_000);
    await batches(100, 400);
    const release = await hold();
    const rest = codesOf(range(0, 6).map((item) => queue.submit(item)));
    await release();
    // One batch runs and one waits before the third pair: 1,200 ms with theirs before it begins.
    expect(await rest).toEqual(['ok', 'ok', 'ok', 'ok', 800, 800]);
    expect(await codesOf([queue.submit(1)])).toEqual(['ok']);
  });

  it('takes whoever goes with the next batch, however slow the last one was', async () => {
    const { queue, batches, hold } = timed(1_000);
    await batches(1, 3_600_000);
    const release = await hold();
    const next = codesOf([1, 2].map((item) => queue.submit(item)));
    await release();
    expect(await next).toEqual(['ok', 'ok']);
  });

  it('turns nobody away for a single slow batch', async () => {
    const { queue, batches, hold } = timed(1_000);
    await batches(100, 10);
    await batches(1, 1_000);
    const release = await hold();
    // By that batch alone, the last of these would wait for 4,000 ms.
    const rest = codesOf(range(0, 8).map((item) => queue.submit(item)));
    await release();
    expect(await rest).toEqual(new Array(8).fill('ok'));
  });

  it('has no end without such a limit', async () => {
    const { queue, batches, hold } = timed(Number.POSITIVE_INFINITY);
    await batches(100, 60_000);
    const release = await hold();
    const rest = codesOf(range(0, 500).map((item) => queue.submit(item)));
    await release();
    expect(await rest).toEqual(new Array(500).fill('ok'));
  });
});

describe('drain', () => {
  it('resolves at once when nothing is under way', async () => {
    const { doubler, batches } = doubling();
    await doubler.drain();
    expect(batches).toEqual([]);
  });

  it('waits for what runs and for what waits, also for more than one who drains', async () => {
    const { doubler, batches, release } = doubling({ held: true, maxBatch: 2 });
    const order: string[] = [];
    const first = doubler.submit(0);
    await underWay(batches);
    const answered = [first, ...[1, 2, 3].map((item) => doubler.submit(item))].map((answer) =>
      answer.then((value) => order.push(`answer ${value}`)),
    );
    const drained = [1, 2].map(() => doubler.drain().then(() => order.push('drained')));
    release();
    await Promise.all([...answered, ...drained]);
    expect(order).toEqual([
      ...['answer 0', 'answer 2', 'answer 4', 'answer 6'],
      ...['drained', 'drained'],
    ]);
  });
});
