import type { Answer, Answers, Call, Calls } from '../../proto/gen/onair/calls/v1/calls.ts';
import { DomainError, isErrorCode } from '../errors/index.ts';

/** A call that waits for its answer. */
export interface Waiting {
  readonly call: Call;
  /** Times that it was sent in vain. */
  sent: number;
  readonly resolve: (response: Uint8Array) => void;
  readonly reject: (error: unknown) => void;
}

/** One stream of calls. */
export interface Lane {
  send(waiting: readonly Waiting[]): void;
  /** Whether it takes no more calls. */
  isOver(): boolean;
  /** Takes no more calls; those that were sent are still answered. */
  end(): void;
}

/** Opens a stream. See CallsService in the protos for what its end means. */
export type OpenLane = (
  requests: AsyncIterable<Calls>,
  options: { readonly deadline: undefined },
) => AsyncIterable<Answers>;

/**
 * Calls on one stream. Those that it left unbegun when it ended are handed to `again`; when it
 * breaks, nobody knows what became of its calls, and they fail with the reason.
 */
export function openLane(open: OpenLane, again: (waiting: readonly Waiting[]) => void): Lane {
  const underWay = new Map<number, Waiting>();
  const outbox = createOutbox();
  let over = false;

  function settle({ id, result }: Answer): void {
    const waiting = underWay.get(id);
    if (waiting === undefined) return;
    underWay.delete(id);
    if (result?.$case === 'response') {
      waiting.resolve(result.value);
      return;
    }
    const { code = 'INTERNAL', message = 'no answer', details = {} } = result?.value ?? {};
    waiting.reject(new DomainError(isErrorCode(code) ? code : 'INTERNAL', message, details));
  }

  function drop(): Waiting[] {
    over = true;
    const left = [...underWay.values()];
    underWay.clear();
    return left;
  }

  async function listen(): Promise<void> {
    try {
      for await (const { answers } of open(outbox.requests, { deadline: undefined }))
        answers.forEach(settle);
      again(drop());
    } catch (error) {
      for (const { reject } of drop()) reject(error);
    } finally {
      outbox.end();
    }
  }

  void listen();
  return {
    send(waiting) {
      for (const each of waiting) underWay.set(each.call.id, each);
      outbox.push({ calls: waiting.map(({ call }) => call) });
    },
    isOver: () => over,
    end() {
      over = true;
      outbox.end();
    },
  };
}

/** What is to be sent, as the stream takes it. */
function createOutbox() {
  const queue: Calls[] = [];
  let ended = false;
  let wake: (() => void) | undefined;

  async function* requests(): AsyncGenerator<Calls, void> {
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
    push(calls: Calls) {
      queue.push(calls);
      wake?.();
    },
    end() {
      ended = true;
      wake?.();
    },
  };
}
