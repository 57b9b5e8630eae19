import { readFileSync } from 'node:fs';

/** Milliseconds of all processors since the machine started. */
export interface MachineUsage {
  /** Used by anyone, or withheld by the host of a virtual machine. */
  readonly takenMs: number;
  readonly totalMs: number;
}

/** What /proc/stat counts on Linux; a clock tick is 10 ms. */
export function machineUsage(): MachineUsage {
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n');
  // user nice system idle iowait irq softirq steal; what guests take is in user already.
  const ticks = line.trim().split(/\s+/).slice(1, 9).map(Number);
  const [, , , idle = 0, iowait = 0] = ticks;
  const total = ticks.reduce((sum, value) => sum + value, 0);
  return { takenMs: (total - idle - iowait) * 10, totalMs: total * 10 };
}

/** Percent of the machine that others than us took between two looks, when we took `ownMs`. */
export function othersPercent(before: MachineUsage, after: MachineUsage, ownMs: number): number {
  const others = after.takenMs - before.takenMs - ownMs;
  return Math.max(0, Math.round((others / (after.totalMs - before.totalMs)) * 100));
}
