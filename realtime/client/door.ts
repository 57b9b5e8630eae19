import { type BackoffOptions, backoffMs } from './backoff.ts';
import type { LiveOptions } from './options.ts';
import { clientError, LiveError } from './refusal.ts';
import { seatKeptMs, verdictOn } from './rules.ts';
import { type LiveRoom, type Seat, type SeatDeps, takeSeat } from './seat.ts';

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
   * Comes in, however long it takes: into the kept seat while it is kept, else anywhere, by the
   * ticket to a seat or a place in line where there is one.
   * @throws LiveError when refused for good; CLOSED when the client was closed meanwhile
   */
  enter(firstWaitMs: number, kept?: Kept, ticket?: string): Promise<Seat>;
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

/**
 * Tries that failed, each kind for itself: who was without network for a moment has burdened nobody,
 * and must not wait for long at the first refusal after it.
 */
interface Failures {
  answered: number;
  unanswered: number;
}

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

  function joinWith(token: string | undefined, before: LiveRoom | undefined): Promise<Seat> {
    const { broadcastId } = options;
    const claim = { broadcastId, ...(ticket === undefined ? {} : { ticket }) };
    return takeSeat(seats, url(), { options: claim, before }, token);
  }

  /** Takes the seat before: what is kept needs no token. */
  async function takeKept(before: LiveRoom, orElse: unknown): Promise<Seat> {
    try {
      return await takeSeat(seats, url(), { before });
    } catch (error) {
      // Answered: it is gone.
      throw error instanceof LiveError && error.status !== 0 ? orElse : error;
    }
  }

  /** Takes the seat before, or else any; with a fresh token where the one at hand is refused. */
  async function join(before: LiveRoom | undefined): Promise<Seat> {
    let token: string | undefined;
    try {
      token = await tokenFor(false);
    } catch (error) {
      if (before === undefined) throw error;
      return takeKept(before, error);
    }
    try {
      return await joinWith(token, before);
    } catch (error) {
      if (!(error instanceof LiveError) || verdictOn(error) !== 'token') throw error;
      const fresh = await tokenFor(true);
      if (fresh === undefined || fresh === token) throw error;
      return joinWith(fresh, before);
    }
  }

  /** Milliseconds until the next try after a failure to join. */
  function waitAfter(error: LiveError, failures: Failures, forMs: number): number {
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
        if (error.status !== 0) return backoffMs(backoff, failures.answered++, error.retryAfterMs);
        return backoffMs(forMs < seatKeptMs ? briefly : backoff, failures.unanswered++);
      }
      default:
        throw error;
    }
  }

  return {
    async enter(firstWaitMs, kept, given) {
      ticket = given ?? ticket;
      await wait(firstWaitMs);
      const since = performance.now();
      const failures = { answered: 0, unanswered: 0 };
      let socketFailures = 0;
      for (;;) {
        if (isClosed()) throw clientError('CLOSED');
        const isKept = kept !== undefined && Date.now() < kept.untilMs;
        const before = isKept && socketFailures < maxSocketFailures ? kept.room : undefined;
        try {
          const seat = await join(before);
          ticket = undefined;
          return seat;
        } catch (error) {
          if (!(error instanceof LiveError)) throw error;
          if (error.details.at === 'socket') socketFailures += 1;
          await wait(waitAfter(error, failures, performance.now() - since));
        }
      }
    },
  };
}
