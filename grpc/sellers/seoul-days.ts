import type { EpochMs } from '../../common/clock.ts';

const dayMs = 86_400_000;

/** When a day begins in Korea, which has had no summer time since 1988. */
export function startOfDay(day: string): EpochMs {
  return Date.parse(`${day}T00:00:00+09:00`);
}

/** The days from one to another, both included; none when they are the wrong way round. */
export function daysBetween(from: string, to: string): string[] {
  const count = Math.round((startOfDay(to) - startOfDay(from)) / dayMs) + 1;
  return Array.from({ length: Math.max(0, count) }, (_, i) => dayOf(startOfDay(from) + i * dayMs));
}

/** The day that it is in Korea, as 2026-01-31. */
export function dayOf(time: EpochMs): string {
  return new Date(time + 9 * 3_600_000).toISOString().slice(0, 10);
}
