/**
 * Wraps `run` so that it never overlaps itself: asked for while it runs, it runs once more
 * afterwards, however often it was asked. Each promise settles with a run that began after the
 * asking.
 */
export function createRerun(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;

  function start(): Promise<void> {
    running = run().finally(() => {
      running = undefined;
    });
    return running;
  }

  return () => {
    if (running === undefined) return start();
    next ??= running
      .catch(() => undefined)
      .then(() => {
        next = undefined;
        return start();
      });
    return next;
  };
}
