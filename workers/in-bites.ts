/** Rows of one bite: one short transaction. */
const limit = 1_000;
/** No bite is begun after this, so that the job ends within its lease; the next tick goes on. */
const budgetMs = 4_000;

/**
 * Works through what may be a lot in small transactions: calls `bite` until it took fewer than it
 * was allowed to, or until the budget of time is spent.
 */
export async function inBites(
  bite: (limit: number) => Promise<number>,
  signal: AbortSignal,
): Promise<void> {
  const startedAt = performance.now();
  while (!signal.aborted && performance.now() - startedAt < budgetMs) {
    if ((await bite(limit)) < limit) return;
  }
}
