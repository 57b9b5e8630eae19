import { field, LiveError } from './refusal.ts';

export interface HeldMessagesDeps {
  /** Says a message again, under its id: answered as what became of it. */
  readonly ask: (payload: unknown) => Promise<unknown>;
  /** Takes the answer of one that was approved. */
  readonly onSaid: (answer: unknown) => void;
  readonly wait: (ms: number) => Promise<void>;
  readonly isClosed: () => boolean;
}

/**
 * What this viewer said that waits for approval. Once approved it is a message like any other, under
 * a number that nobody tells its author, and a sample may leave it out.
 */
export interface HeldMessages {
  /** The room answered `payload` so. */
  answered(payload: unknown, answer: unknown): void;
  /** Numbers were left out, of which one may be of a message that was approved. */
  omitted(): void;
}

/** Milliseconds from numbers that were left out to the first look; each further one waits twice. */
const firstWaitMs = 3_000;
const maxWaitMs = 60_000;
/** Looks after which a message counts as rejected, which nobody is told. */
const maxLooks = 15;
const maxRemembered = 10;

/**
 * Looks after messages that wait whenever numbers are left out: only their author asks, at most once
 * in three seconds, and nothing is asked where everything that is said is shown.
 */
export function createHeldMessages(deps: HeldMessagesDeps): HeldMessages {
  const waiting: unknown[] = [];
  let looks = 0;
  let looking = false;

  function settle(payload: unknown): void {
    const at = waiting.indexOf(payload);
    if (at >= 0) waiting.splice(at, 1);
  }

  async function askAgain(payload: unknown): Promise<void> {
    try {
      const answer = await deps.ask(payload);
      if (field(answer, 'held') === true) return;
      settle(payload);
      deps.onSaid(answer);
    } catch (error) {
      if (!(error instanceof LiveError)) throw error;
      if (!error.retry) settle(payload);
    }
  }

  async function look(): Promise<void> {
    await deps.wait(Math.min(maxWaitMs, firstWaitMs * 2 ** looks));
    looks += 1;
    looking = false;
    if (deps.isClosed()) return;
    await Promise.all([...waiting].map(askAgain));
    if (looks >= maxLooks) waiting.length = 0;
  }

  return {
    answered(payload, answer) {
      if (field(answer, 'held') !== true) return;
      waiting.push(payload);
      if (waiting.length > maxRemembered) waiting.shift();
      looks = 0;
    },
    omitted() {
      if (looking || waiting.length === 0) return;
      looking = true;
      void look();
    },
  };
}
