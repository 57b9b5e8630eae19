import { setTimeout as delay } from 'node:timers/promises';
import type { Onair } from '../test/kit/onair.ts';
import type { Random } from './random.ts';

/** Something to kill, when, and for how long it stays away. */
export interface Breakage {
  readonly victim: string;
  /** Milliseconds after the round began, or after the breakage before it was over. */
  readonly afterMs: number;
  readonly awayMs: number;
}

/** What is left without a kill: it holds nothing that a crash could take. */
const spared = /^api/;

/** What can be killed, by kind: each process of a kind does the same. */
function victimsOf(onair: Onair): string[][] {
  const names = [...onair.processes.keys()].filter((name) => !spared.test(name));
  const kinds = Map.groupBy(names, (name) => name.replace(/-\d+$/, ''));
  return [...kinds.values(), ...(onair.mariaDb === undefined ? [] : [['mariadb']])];
}

/**
 * Answers what plans a round's breakages: one of the next kind in turn, so that each kind is killed
 * in as many rounds on end as there are kinds, and often another after it, of any kind. Who and when
 * follows from the seed; by 1,300 ms buyers are at it.
 */
export function createPlanner(onair: Onair, random: Random): () => Breakage[] {
  const kinds = victimsOf(onair);
  let turn = random.below(kinds.length);
  const breakage = (kind: readonly string[]): Breakage => ({
    victim: random.pick(kind),
    afterMs: 100 + random.below(1_200),
    awayMs: random.below(400),
  });
  return () => {
    const next = kinds[turn % kinds.length] ?? [];
    turn += 1;
    const more = random.chance(0.3) ? [breakage(random.pick(kinds))] : [];
    return [breakage(next), ...more];
  };
}

/** Kills with SIGKILL and starts again, one breakage after the other. */
export async function breakThings(onair: Onair, plan: readonly Breakage[]): Promise<void> {
  for (const { victim, afterMs, awayMs } of plan) {
    await delay(afterMs);
    const process = onair.processes.get(victim);
    if (process !== undefined) {
      await process.kill();
      await delay(awayMs);
      await process.start();
    } else {
      await onair.mariaDb?.kill();
      await delay(awayMs);
      await onair.mariaDb?.restart();
    }
  }
}
