import type { World } from './world.ts';

/**
 * One atomic change that a call made. `apply` makes it in the world and answers why it can't have
 * been made there; undefined if it can.
 */
export interface Move {
  readonly label: string;
  /** Whether it may also not have happened. */
  readonly optional?: boolean;
  apply(world: World): string | undefined;
}

/** Moves that happened one after another, with anything of others between them. */
export type Thread = readonly Move[];

/** Orders of events to try before giving up. */
const maxTries = 200_000;

/**
 * Finds an order of events in which every answer is right and that ends where the platform is, and
 * leaves the world there. Answers why there is none: what stood in the way of the longest one.
 */
export function explain(
  world: World,
  threads: readonly Thread[],
  differences: () => readonly string[],
): string | undefined {
  const next = threads.map(() => 0);
  const total = threads.reduce((sum, thread) => sum + thread.length, 0);
  let deepest = -1;
  let why = 'nothing happened';
  let tries = 0;
  // Different ways to where nothing led on are all the same.
  const deadEnds = new Set<string>();

  function blame(depth: number, reason: string): void {
    if (depth <= deepest) return;
    deepest = depth;
    why = reason;
  }

  function search(depth: number): boolean {
    if (tries > maxTries) return false;
    if (depth === total) {
      tries += 1;
      const found = differences();
      if (found.length === 0) return true;
      blame(depth, found.join('; '));
      return false;
    }
    const place = `${next.join(' ')} ${world.fingerprint()}`;
    if (deadEnds.has(place)) return false;
    for (const [i, thread] of threads.entries()) {
      const position = next[i] ?? 0;
      const move = thread[position];
      if (move === undefined) continue;
      tries += 1;
      const mark = world.mark();
      const reason = applyTo(world, move);
      if (reason === undefined) {
        next[i] = position + 1;
        if (search(depth + 1)) return true;
      } else {
        blame(depth, `${move.label}: ${reason}`);
      }
      world.undoTo(mark);
      if (move.optional === true) {
        next[i] = position + 1;
        if (search(depth + 1)) return true;
      }
      next[i] = position;
    }
    deadEnds.add(place);
    return false;
  }

  if (search(0)) return undefined;
  return `${why} (${tries} tries${tries > maxTries ? ', given up' : ''})`;
}

/** A rule of the model that is broken on the way makes this order of events impossible. */
function applyTo(world: World, move: Move): string | undefined {
  try {
    return move.apply(world);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
