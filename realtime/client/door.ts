import { type BackoffOptions, backoffMs } from './backoff.ts';
import type { LiveOptions } from './options.ts';
import { clientError, LiveError } from './refusal.ts';
import { seatKeptMs, verdictOn } from './rules.ts';
import { type LiveRoom, type Seat, type SeatDeps, takeSeat } from './seat.ts';

/** A seat, and whether it is the one that was kept. */
export interface Entered {
  readonly seat: Seat;
  readonly resumed: boolean;
}

/** A seat that is kept for us, and until when by the local clock. */
export interface Kept {
  readonly room: LiveRoom;
  readonly untilMs: number;
}

export interface DoorDeps {
  readonly options: LiveOptions;
  readonly backoff: BackoffOptions;
  readonly seats: SeatDeps;
  /** Waits so many milliseconds, or less when there is reason to try at once. */
  readonly wait: (ms: number) => Promise<void>;
  readonly onWaiting: (place: { position: number; retryAfterMs: number }) => void;
  readonly isClosed: () => boolean;
}

/** The way in. */
export interface Door {
  /**
   * Comes in, however long it takes: into the kept seat while it is kept, else anywhere.
   * @throws LiveError when refused for good; CLOSED when the client was closed meanwhile
   */
  enter(firstWaitMs: number, kept?: Kept): Promise<Entered>;
}

/** Milliseconds to wait in line where the server does not say. */
const lineMs = 3_000;
/**
 * Where nobody answered, nobody is burdened either, and most absences are short: waits stay below
 * this for as long as a seat would be kept.
 */
const unansweredCeilingMs = 1_000;
/** Connections to a kept seat that may fail before any other seat will do. */
const maxSocketFailures = 2;

export function createDoor(deps: DoorDeps): Door {
  const { options, backoff, seats, wait, onWaiting, isClosed } = deps;
  const urls = [options.realtimeUrl].flat();
  const briefly = { ...backoff, ceilingMs: Math.min(backoff.ceilingMs, unansweredCeilingMs) };
  let turn = 0;
  let ticket: string | undefined;

  function url(): string {
    const at = urls[turn % urls.length];
    if (at === undefined) throw new Error('no address of rooms was given');
    return at;
  }

  /** Whether nobody was there, or about to go, and another address has not been tried since. */
  function isElsewhereUntried({ status, details }: LiveError): boolean {
    const gone = status === 0 ? details.at !== 'socket' : status === 503;
    return gone && details.retryAfterMs === undefined && turn % urls.length !== 0;
  }

  async function tokenFor(refused: boolean): Promise<string | undefined> {
    try {
      return await options.token?.({ refused });
    } catch (cause) {
      throw Object.assign(clientError('UNREACHABLE', true), { cause });
    }
  }

  function joinWith(token: string | undefined): Promise<Seat> {
    const { broadcastId } = options;
    const claim = { broadcastId, ...(ticket === undefined ? {} : { ticket }) };
    return takeSeat(seats, url(), { kind: 'join', options: claim }, token);
  }

  /** Joins; with a fresh token where the one at hand is refused. */
  async function join(): Promise<Seat> {
    const token = await tokenFor(false);
    try {
      return await joinWith(token);
    } catch (error) {
      if (!(error instanceof LiveError) || verdictOn(error) !== 'token') throw error;
      const fresh = await tokenFor(true);
      if (fresh === undefined || fresh === token) throw error;
      return joinWith(fresh);
    }
  }

  /** Milliseconds until the next try after a failure to join. */
  function waitAfter(error: LiveError, failures: number, forMs: number): number {
    switch (verdictOn(error)) {
      case 'wait': {
        ticket = error.details.ticket ?? ticket;
        const retryAfterMs = error.retryAfterMs ?? lineMs;
        onWaiting({ position: Number(error.details.position ?? 0), retryAfterMs });
        return backoffMs(backoff, 0, retryAfterMs);
      }
      case 'later': {
        turn += 1;
        if (isElsewhereUntried(error)) return 0;
        const unanswered = error.status === 0 && forMs < seatKeptMs;
        return backoffMs(unanswered ? briefly : backoff, failures, error.retryAfterMs);
      }
      default:
        throw error;
    }
  }

  /** Comes back to a kept seat; answers undefined when that seat is gone. */
  async function resume({ room, untilMs }: Kept): Promise<Seat | undefined> {
    let socketFailures = 0;
    for (let failures = 0; Date.now() < untilMs && !isClosed(); failures += 1) {
      try {
        return await takeSeat(seats, url(), { kind: 'resume', before: room });
      } catch (error) {
        if (!(error instanceof LiveError)) throw error;
        if (error.status !== 0 && error.status !== 429) return undefined;
        if (error.details.at === 'socket') socketFailures += 1;
        if (socketFailures >= maxSocketFailures) return undefined;
        turn += 1;
        if (isElsewhereUntried(error)) continue;
        await wait(backoffMs(briefly, failures, error.retryAfterMs));
      }
    }
    return undefined;
  }

  return {
    async enter(firstWaitMs, kept) {
      await wait(firstWaitMs);
      const back = kept === undefined ? undefined : await resume(kept);
      if (back !== undefined) return { seat: back, resumed: true };
      const since = performance.now();
      for (let failures = 0; ; failures += 1) {
        if (isClosed()) throw clientError('CLOSED');
        try {
          const seat = await join();
          ticket = undefined;
          return { seat, resumed: false };
        } catch (error) {
          if (!(error instanceof LiveError)) throw error;
          await wait(waitAfter(error, failures, performance.now() - since));
        }
      }
    },
  };
}
