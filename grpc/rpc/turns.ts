/** The requests one after another; undefined when there are no more or `closing` is aborted. */
export function createTurns<Request>(requests: AsyncIterable<Request>, closing: AbortSignal) {
  const iterator = requests[Symbol.asyncIterator]();
  let end: (() => void) | undefined;
  const onClosing = () => end?.();
  closing.addEventListener('abort', onClosing);
  return {
    // A race against one promise for all turns would keep a reaction for each of them.
    next: () =>
      new Promise<Request | undefined>((resolve, reject) => {
        end = () => resolve(undefined);
        if (closing.aborted) return end();
        iterator
          .next()
          .then(({ done, value }) => resolve(done === true ? undefined : value), reject);
      }),
    stop: () => closing.removeEventListener('abort', onClosing),
  };
}
