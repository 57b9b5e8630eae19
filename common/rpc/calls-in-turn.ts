import { DomainError } from '../errors/index.ts';

export interface CallsInTurnOptions<Request, Answer> {
  /** Opens a stream on which each request has one answer, in order. */
  readonly open: (
    requests: AsyncIterable<Request>,
    options: { readonly signal: AbortSignal; readonly deadline: undefined },
  ) => AsyncIterable<Answer>;
  /** Milliseconds until a call is given up. */
  readonly deadlineMs?: number;
  /**
   * Milliseconds that a stream is used for. Then the next call opens another, which is how services
   * that were added get their share.
   */
  readonly maxAgeMs?: number;
}

/** Calls on one open stream, one after another. */
export interface CallsInTurn<Request, Answer> {
  /**
   * One call; the next may be made when it is settled. A call that finds its stream ended by the
   * service is made once more, on a new one: calls must be safe to repeat.
   * @throws DomainError UNAVAILABLE, DEADLINE_EXCEEDED, and then nobody knows whether it was done;
   *   and what the stream was refused with
   */
  call(request: Request): Promise<Answer>;
  /** Ends the stream; a later call opens another. */
  close(): void;
}

/** A quarter of a unary call's cost, which is mostly headers and trailers. */
export function createCallsInTurn<Request, Answer>({
  open,
  deadlineMs = 5_000,
  maxAgeMs = 60_000,
}: CallsInTurnOptions<Request, Answer>): CallsInTurn<Request, Answer> {
  let line: Line<Request, Answer> | undefined;
  let openedAt = 0;

  function close(): void {
    line?.end();
    line = undefined;
  }

  function ready(): Line<Request, Answer> {
    if (line !== undefined && (line.isOver() || performance.now() - openedAt > maxAgeMs)) close();
    if (line === undefined) {
      line = openLine(open);
      openedAt = performance.now();
    }
    return line;
  }

  async function once(request: Request): Promise<IteratorResult<Answer>> {
    const current = ready();
    try {
      return await current.ask(request, deadlineMs);
    } catch (error) {
      current.abort();
      if (line === current) line = undefined;
      throw error;
    }
  }

  return {
    async call(request) {
      for (let tries = 1; tries <= 2; tries += 1) {
        const { done, value } = await once(request);
        if (done !== true) return value;
        line = undefined;
      }
      throw new DomainError('UNAVAILABLE', 'the services end their streams');
    },
    close,
  };
}

/** One stream. */
interface Line<Request, Answer> {
  /** Sends a request and waits for its answer; `done` when the service ended the stream. */
  ask(request: Request, deadlineMs: number): Promise<IteratorResult<Answer>>;
  /** Whether it ended or broke. */
  isOver(): boolean;
  end(): void;
  abort(): void;
}

function openLine<Request, Answer>(
  open: CallsInTurnOptions<Request, Answer>['open'],
): Line<Request, Answer> {
  const outbox = createOutbox<Request>();
  const controller = new AbortController();
  const stream = open(outbox.requests, { signal: controller.signal, deadline: undefined });
  const answers = stream[Symbol.asyncIterator]();
  let over = false;

  /** Always listening, so that a stream that ends between two calls is known to be over. */
  function listen(): Promise<IteratorResult<Answer>> {
    const next = answers.next();
    next.then(
      ({ done }) => {
        over ||= done === true;
      },
      () => {
        over = true;
      },
    );
    return next;
  }

  let coming = listen();
  return {
    async ask(request, deadlineMs) {
      outbox.push(request);
      const answer = await before(deadlineMs, coming);
      if (answer.done !== true) coming = listen();
      return answer;
    },
    isOver: () => over,
    end: outbox.end,
    abort: () => controller.abort(),
  };
}

function before<Result>(deadlineMs: number, result: Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new DomainError('DEADLINE_EXCEEDED', `no answer in ${deadlineMs} ms`)),
      deadlineMs,
    );
    result.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** Requests pushed one at a time, each taken before the next is pushed. */
function createOutbox<Request>() {
  const queue: Request[] = [];
  let ended = false;
  let wake: (() => void) | undefined;

  async function* requests(): AsyncGenerator<Request, void> {
    for (;;) {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) yield next;
      if (ended) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }

  return {
    requests: requests(),
    push(request: Request) {
      queue.push(request);
      wake?.();
    },
    end() {
      ended = true;
      wake?.();
    },
  };
}
