import { setTimeout as delay } from 'node:timers/promises';
import type { Onair } from '../test/kit/onair.ts';
import type { Random } from './random.ts';

/** Something to kill, when, and for how long it stays away. */
export interface Breakage {
  readonly victim: string;
  readonly afterMs: number;
  readonly awayMs: number;
}

/** What can be killed, by name. */
export function victimsOf(onair: Onair): string[] {
  const processes = [...onair.processes.keys()].filter((name) => !name.startsWith('api'));
  return onair.mariaDb === undefined ? processes : [...processes, 'mariadb'];
}

/** One breakage, sometimes two, at moments that the seed chooses. */
export function planBreakages(onair: Onair, random: Random): Breakage[] {
  const victims = victimsOf(onair);
  return Array.from({ length: random.chance(0.3) ? 2 : 1 }, () => ({
    victim: random.pick(victims),
    afterMs: random.below(1_500),
    awayMs: random.below(400),
  }));
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
