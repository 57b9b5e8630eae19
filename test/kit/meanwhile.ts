/**
 * Begins with the suite what mostly waits, such as for a timeout of half a minute. The suite's other
 * tests go on beside it, so nothing that they use may be touched.
 *
 * @param work begins once the hooks that were declared before have run
 * @returns what the test of it is: it waits for the end, and fails with it
 */
export function meanwhile(work: () => Promise<void>): () => Promise<void> {
  let working: Promise<void> | undefined;
  beforeAll(() => {
    working = work();
    // Its test tells of a failure, when its turn comes.
    working.catch(() => undefined);
  });
  return async () => working;
}
