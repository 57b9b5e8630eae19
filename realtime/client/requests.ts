import { type BackoffOptions, backoffMs, pause } from './backoff.ts';
import { clientError, LiveError, roomRefusal } from './refusal.ts';
import type { LiveRoom } from './seat.ts';

export interface RequestOptions {
  /**
   * Whether the request may be sent again when its answer was lost. By default where the payload
   * has an `id` of the client's own, by which the server knows it again.
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
  /** The room to ask from now on; requests that wait for an answer are sent to it. */
  moveTo(room: LiveRoom): void;
  /** There is no room to ask for the time being. */
  detach(): void;
  /** Fails what is pending with CLOSED. */
  close(): void;
}

const defaultTimeoutMs = 30_000;
/** Milliseconds after which an answer counts as lost, on a connection that seems alive. */
const answerMs = 10_000;

export function createRequests(backoff: BackoffOptions): Requests {
  let room: LiveRoom | undefined;
  let closed = false;
  /** Settles at the next change of `room`. */
  let moved = Promise.withResolvers<void>();

  function change(next: LiveRoom | undefined): void {
    room = next;
    moved.resolve();
    moved = Promise.withResolvers();
  }

  async function ask(
    type: string,
    payload: unknown,
    { idempotent = hasId(payload), timeoutMs = defaultTimeoutMs }: RequestOptions = {},
  ): Promise<unknown> {
    const deadline = performance.now() + timeoutMs;
    for (let failures = 0; ; failures += 1) {
      const here = await someRoom(deadline);
      const restMs = deadline - performance.now();
      const refusal = await tryAsking(here, type, payload, Math.min(restMs, answerMs));
      if (!(refusal instanceof LiveError)) return refusal.answer;
      // A room that refused did nothing; where no answer came, only an id makes it safe.
      const again = refusal.code === 'OUTCOME_UNKNOWN' ? idempotent : refusal.retry && idempotent;
      if (!again) throw refusal;
      const waitMs = backoffMs(backoff, failures, refusal.retryAfterMs);
      if (performance.now() + waitMs >= deadline) {
        throw refusal.code === 'OUTCOME_UNKNOWN' ? clientError('NO_ANSWER', true) : refusal;
      }
      // A room that is gone is not asked again: the next one is, as soon as there is one.
      if (room === here) await pause(waitMs, moved.promise);
    }
  }

  async function someRoom(deadline: number): Promise<LiveRoom> {
    for (;;) {
      if (closed) throw clientError('CLOSED');
      if (room !== undefined) return room;
      const restMs = deadline - performance.now();
      if (restMs <= 0) throw clientError('NO_ANSWER', true);
      await pause(restMs, moved.promise);
    }
  }

  async function tryAsking(
    here: LiveRoom,
    type: string,
    payload: unknown,
    timeout: number,
  ): Promise<{ readonly answer: unknown } | LiveError> {
    // An answer by the room that was left counts still, but nobody waits for it.
    const gone = moved.promise.then(() => clientError('OUTCOME_UNKNOWN'));
    const asked = here.request<unknown, unknown>(type, payload, { timeout }).then(
      (answer) => ({ answer }),
      (error: unknown) => roomRefusal(error) ?? clientError('OUTCOME_UNKNOWN'),
    );
    return Promise.race([asked, gone]);
  }

  return {
    ask,
    moveTo: change,
    detach: () => change(undefined),
    close() {
      closed = true;
      change(undefined);
    },
  };
}

function hasId(payload: unknown): boolean {
  return (
    typeof payload === 'object' &&
    payload !== null &&
    typeof Reflect.get(payload, 'id') === 'string'
  );
}
