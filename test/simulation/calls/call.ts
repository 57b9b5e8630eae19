import type { Context } from '../../../grpc/context.ts';
import { type Answer, mismatch, type Refusal, said } from '../model/answer.ts';
import type { Move, Thread } from '../model/explain.ts';
import type { World } from '../model/world.ts';
import type { Scope } from '../platform/evidence.ts';

/** What a caller knows in the end. */
export interface Told {
  readonly answer: Answer;
  /** Whether an answer was lost before, so that it may have been done without anyone being told. */
  readonly wasLost: boolean;
}

/** Something that someone asks of the platform. */
export interface Call {
  readonly label: string;
  run(context: Context): Promise<unknown>;
  /** What it did, so that the caller was told this. */
  threads(told: Told): Thread[];
  /** What has to be looked at to know what it did. */
  names(answer: Answer): Partial<Scope>;
  /** The same request id with other input; absent where calls have no id. */
  twisted?(): Call;
}

/** A request with an id, as the platform remembers it. */
export interface Keyed {
  /** Action, asker and id. */
  readonly key: string;
  /** Everything that makes it this request and no other. */
  readonly input: string;
  /** Whether a refusal is remembered too. */
  readonly keepsRefusals: boolean;
  /** What identifies an accepted answer. */
  identify(answer: Answer): string;
}

/**
 * The move of a request that is decided at once: a repeat is answered as the first one was, a new
 * one by `decide`, which makes the change and answers the refusal that is due instead.
 */
export function keyedMove(
  label: string,
  keyed: Keyed,
  { answer }: Told,
  decide: (world: World) => Refusal | undefined,
): Move {
  return {
    label,
    apply(world) {
      const repeated = repeatOf(world, keyed, answer);
      if (repeated !== 'new') return repeated.problem;
      const problem = mismatch(answer, decide(world));
      if (problem === undefined) remember(world, keyed, answer);
      return problem;
    },
  };
}

/** Whether a request is new; if not, what is wrong with its answer. */
export function repeatOf(
  world: World,
  keyed: Keyed,
  answer: Answer,
): 'new' | { problem: string | undefined } {
  const before = world.requests.get(keyed.key);
  if (before === undefined) return 'new';
  if (before.input !== keyed.input) {
    return { problem: mismatch(answer, { code: 'REQUEST_ID_REUSED' }) };
  }
  const word = wordOf(keyed, answer);
  if (word === before.answer) return { problem: undefined };
  return { problem: `answered ${word}, was answered ${before.answer} before` };
}

export function remember(world: World, keyed: Keyed, answer: Answer): void {
  if (!answer.ok && !keyed.keepsRefusals) return;
  world.requests.set(keyed.key, { input: keyed.input, answer: wordOf(keyed, answer) });
}

function wordOf(keyed: Keyed, answer: Answer): string {
  return answer.ok ? keyed.identify(answer) : said(answer);
}

/** A change that nobody was told of may have been made or not. */
export function silently(label: string, wasLost: boolean, apply: (world: World) => void): Thread {
  if (!wasLost) return [];
  return [
    {
      label: `${label}, unheard`,
      optional: true,
      apply(world) {
        apply(world);
        return undefined;
      },
    },
  ];
}

export const nothingNamed = (): Partial<Scope> => ({});
