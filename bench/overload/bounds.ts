/** What an overload came to. */
interface Overload {
  readonly refused: number;
  readonly acceptedP99Ms: number;
  readonly rssFirstHalfMb: number;
  readonly rssSecondHalfMb: number;
}

/** Queues refuse what would wait for more than two seconds; work on it and the way take some more. */
const maxP99Ms = 4_000;

/** What the second half may have beyond the first: a collector is late, a leak is not done. */
const maxGrowth = 1.25;
const slackMb = 32;

/**
 * Holds an overload to its promise.
 * @throws Error when nothing was refused, what was accepted waited too long, or memory went on growing
 */
export function insistOnBounds(overload: Overload): void {
  const { refused, acceptedP99Ms, rssFirstHalfMb, rssSecondHalfMb } = overload;
  const maxMb = Math.round(rssFirstHalfMb * maxGrowth + slackMb);
  const problems = [
    ...(refused > 0 ? [] : ['nothing was refused: this was no overload']),
    ...(acceptedP99Ms <= maxP99Ms ? [] : [`p99 is ${acceptedP99Ms} ms, more than ${maxP99Ms}`]),
    ...(rssSecondHalfMb <= maxMb
      ? []
      : [`memory grew from ${rssFirstHalfMb} to ${rssSecondHalfMb} MB, more than to ${maxMb}`]),
  ];
  if (problems.length > 0) throw new Error(problems.join('; '));
}
