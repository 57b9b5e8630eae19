import { rssMbOf } from '../kit/process-usage.ts';

/** The most memory that a process is seen with in each half of a time, and what it had before. */
export function watchMemory(pid: number) {
  const beforeMb = rssMbOf(pid);
  const peaks = { firstHalfMb: 0, secondHalfMb: 0 };
  return {
    look(half: keyof typeof peaks): void {
      peaks[half] = Math.max(peaks[half], rssMbOf(pid));
    },
    figures: () => ({
      rssBeforeMb: beforeMb,
      rssFirstHalfMb: peaks.firstHalfMb,
      rssSecondHalfMb: peaks.secondHalfMb,
    }),
  };
}
