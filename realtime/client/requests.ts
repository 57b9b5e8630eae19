import { type BackoffOptions, backoffMs, pause } from './backoff.ts';
import { clientError, LiveError, roomRefusal } from './refusal.ts';

/** A room as requests know it. */
export interface AskedRoom {
  request(type: string, payload: unknown, options: { readonly timeout: number }): Promise<unknown>;
}

export interface RequestOptions {
  /**
   * Whether the request may be sent again when its answer was lost. By default where the payload
   * has an `id` of the client's own, by which the server knows it again, and for `upvote`, which
   * changes nothing the second time.
   */
  readonly idempotent?: boolean;
  /** Milliseconds after which it is given up, over all tries. */
  readonly timeoutMs?: number;
}

/** Requests that outlive the connection they were sent on. */
export interface Requests {
  /**
   * @throws LiveError as the room refuses, OUTCOME_UNKNOWN, NO_ANSWER, CLOSED
   */
  ask(type: string, payload: unknown, options?: RequestOptions): Promise<unknown>;
  /**
   * The room to ask from now on. Of the requests that wait for an answer those are sent to it that
   * may be sent again; the others are answered by the room that was left, if it still answers.
   */
  moveTo(room: AskedRoom): void;
  /** Resolves when nobody waits for an answer of this room any more, or as soon as `end` does. */
  answered(room: AskedRoom, end: Promise<unknown>): Promise<void>;
  /** There is no room to ask for the time being. */
  detach(): void;
  /** Fails what is pending with CLOSED. */
  close(): void;
}

const defaultTimeoutMs = 30_000;
/** Milliseconds after which an answer counts as lost, on a connection that seems alive. */
const answerMs = 10_000;

/**
 * What passes by itself, without anything for a person to know or to do. Other refusals that may pass
 * (slow mode, a freeze) are theirs to see, with the time that is left.
 */
const passing: ReadonlySet<string> = new Set([
  ...['OUTCOME_UNKNOWN', 'OVERLOADED', 'UNAVAILABLE', 'DEADLINE_EXCEEDED'],
]);

/** Someone who waits for an answer of a room. */
interface Asking {
  readonly idempotent: boolean;
  /** Waits no longer. */
  readonly giveUp: () => void;
}

export function createRequests(backoff: BackoffOptions): Requests {
  let room: AskedRoom | undefined;
  const asking = new Map<AskedRoom, Set<Asking>>();
  /** Told when nobody waits for an answer of a room any more. */
  const onQuiet = new Map<AskedRoom, () => void>();
  let closed = false;
  /** Settles at the next change of `room`. */
  let moved = Promise.withResolvers<void>();

  function change(next: AskedRoom | undefined): void {
    const left = room === undefined ? [] : [...(asking.get(room) ?? [])];
    room = next;
    // An answer by the room that was left would count still, but nobody waits for it.
    for (const one of left) if (next === undefined || one.idempotent) one.giveUp();
    moved.resolve();
    moved = Promise.withResolvers();
  }

  async function ask(
    type: string,
    payload: unknown,
    { idempotent = maySendAgain(type, payload), timeoutMs = defaultTimeoutMs }: RequestOptions = {},
  ): Promise<unknown> {
    const deadline = performance.now() + timeoutMs;
    for (let failures = 0; ; failures += 1) {
      const here = await someRoom(deadline);
      const restMs = deadline - performance.now();
      const timeout = Math.min(restMs, answerMs);
      const refusal = await tryAsking(here, { type, payload, idempotent, timeout });
      if (!(refusal instanceof LiveError)) return refusal.answer;
      // A room that refused did nothing; where no answer came, only an id makes it safe.
      if (!idempotent || !passing.has(refusal.code)) throw refusal;
      const waitMs = backoffMs(backoff, failures, refusal.retryAfterMs);
      if (performance.now() + waitMs >= deadline) {
        throw refusal.code === 'OUTCOME_UNKNOWN' ? clientError('NO_ANSWER', true) : refusal;
      }
      // A room that is gone is not asked again: the next one is, as soon as there is one.
      if (room === here) await pause(waitMs, moved.promise);
    }
  }

  async function someRoom(deadline: number): Promise<AskedRoom> {
    for (;;) {
      if (closed) throw clientError('CLOSED');
      if (room !== undefined) return room;
      const restMs = deadline - performance.now();
      if (restMs <= 0) throw clientError('NO_ANSWER', true);
      await pause(restMs, moved.promise);
    }
  }

  function tryAsking(
    here: AskedRoom,
    { type, payload, idempotent, timeout }: Question,
  ): Promise<{ readonly answer: unknown } | LiveError> {
    const { promise, resolve } = Promise.withResolvers<{ readonly answer: unknown } | LiveError>();
    const one: Asking = { idempotent, giveUp: () => settle(clientError('OUTCOME_UNKNOWN')) };
    const others = asking.get(here) ?? new Set();
    asking.set(here, others.add(one));

    function settle(outcome: { readonly answer: unknown } | LiveError): void {
      resolve(outcome);
      others.delete(one);
      if (others.size > 0 || asking.get(here) !== others) return;
      asking.delete(here);
      onQuiet.get(here)?.();
    }

    here.request(type, payload, { timeout }).then(
      (answer) => settle({ answer }),
      (error: unknown) => settle(roomRefusal(error) ?? clientError('OUTCOME_UNKNOWN')),
    );
    return promise;
  }

  return {
    ask,
    moveTo: change,
    detach: () => change(undefined),
    async answered(left, end) {
      if (!asking.has(left)) return;
      const quiet = Promise.withResolvers<void>();
      onQuiet.set(left, quiet.resolve);
      await Promise.race([quiet.promise, end]);
      onQuiet.delete(left);
    },
    close() {
      closed = true;
      change(undefined);
      for (const left of [...asking.values()]) for (const one of [...left]) one.giveUp();
    },
  };
}

interface Question {
  readonly type: string;
  readonly payload: unknown;
  readonly idempotent: boolean;
  readonly timeout: number;
}

/** Requests that change nothing the second time, though they carry no id. */
const repeatable: ReadonlySet<string> = new Set(['upvote']);

function maySendAgain(type: string, payload: unknown): boolean {
  if (repeatable.has(type)) return true;
  return (
    typeof payload === 'object' &&
    payload !== null &&
    typeof Reflect.get(payload, 'id') === 'string'
  );
}
