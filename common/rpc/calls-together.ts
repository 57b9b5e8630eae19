import { DomainError, Overloaded } from '../errors/index.ts';
import { byBytes } from './by-bytes.ts';
import { type Lane, type OpenLane, openLane, type Waiting } from './lane.ts';

export interface CallsTogetherOptions {
  readonly open: OpenLane;
  /** Streams in use; the services' replicas share them. */
  readonly lanes?: number;
  /**
   * Milliseconds that a stream is used for. Then another is opened, which is how services that were
   * added get their share.
   */
  readonly maxAgeMs?: number;
}

/** A unary call as it travels with others. */
export interface OneCall {
  readonly path: string;
  readonly actor: string;
  readonly requestId: string;
  readonly request: Buffer;
  /** Milliseconds until it is given up. */
  readonly deadlineMs: number;
}

/** Unary calls on a few open streams: those of one turn of the event loop as one message. */
export interface CallsTogether {
  /**
   * The answer of one call, in bytes.
   * @throws DomainError what the service refused it with; UNAVAILABLE, DEADLINE_EXCEEDED, and then
   *   nobody knows whether it was done; OVERLOADED when too many wait; PAYLOAD_TOO_LARGE
   */
  call(call: OneCall): Promise<Uint8Array>;
  /** Ends the streams once what is under way is answered. */
  close(): void;
}

/** Calls that may wait for answers. */
const maxWaiting = 20_000;
/** Bytes that the names around a request take, about. */
const overheadBytes = 512;
const maxCallId = 2 ** 32;
/** Bytes of a request; a stream that meets a larger one breaks, and others' calls with it. */
const maxRequestBytes = 3 * 1024 * 1024;

/** A call costs a tenth of what it costs alone, which is mostly headers and trailers. */
export function createCallsTogether({
  open,
  lanes: laneCount = 4,
  maxAgeMs = 60_000,
}: CallsTogetherOptions): CallsTogether {
  const lanes = new Array<{ lane: Lane; openedAt: number } | undefined>(laneCount);
  let queue: Waiting[] = [];
  let waitingCount = 0;
  let lastId = 0;
  let turn = 0;

  function nextLane(): Lane {
    turn = (turn + 1) % laneCount;
    const current = lanes[turn];
    if (current !== undefined && !current.lane.isOver()) {
      if (performance.now() - current.openedAt < maxAgeMs) return current.lane;
      current.lane.end();
    }
    const lane = openLane(open, (unbegun) => unbegun.forEach(again));
    lanes[turn] = { lane, openedAt: performance.now() };
    return lane;
  }

  /** Once more: the services that ended are about to be replaced by those that are there. */
  function again(waiting: Waiting): void {
    waiting.sent += 1;
    if (waiting.sent < 3) submit(waiting);
    else waiting.reject(new DomainError('UNAVAILABLE', 'the services end their streams'));
  }

  function submit(waiting: Waiting): void {
    queue.push(waiting);
    if (queue.length === 1) setImmediate(flush);
  }

  function flush(): void {
    const all = queue;
    queue = [];
    for (const some of byBytes(all, ({ call }) => call.request.length + overheadBytes)) {
      nextLane().send(some);
    }
  }

  return {
    call(one) {
      if (one.request.length > maxRequestBytes) {
        return Promise.reject(new DomainError('PAYLOAD_TOO_LARGE', 'the request is too large'));
      }
      if (waitingCount >= maxWaiting) return Promise.reject(new Overloaded('the services', 1_000));
      waitingCount += 1;
      lastId = (lastId + 1) % maxCallId;
      const call = { id: lastId, ...one };
      let timer: NodeJS.Timeout | undefined;
      return new Promise<Uint8Array>((resolve, reject) => {
        timer = setTimeout(() => {
          reject(new DomainError('DEADLINE_EXCEEDED', `no answer in ${one.deadlineMs} ms`));
        }, one.deadlineMs);
        submit({ call, sent: 0, resolve, reject });
      }).finally(() => {
        clearTimeout(timer);
        waitingCount -= 1;
      });
    },
    close() {
      for (const each of lanes) each?.lane.end();
    },
  };
}
