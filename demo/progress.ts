/** Live progress: one line that changes on a terminal, a line a step elsewhere. */
export interface Progress {
  step(text: string): void;
  /** Changes the line of the current step. */
  update(text: string): void;
}

export function createProgress(): Progress {
  const startedAt = performance.now();
  const live = process.stdout.isTTY;
  let open = false;
  const stamp = () => `${((performance.now() - startedAt) / 1_000).toFixed(1).padStart(5)} s`;
  return {
    step(text) {
      if (open) process.stdout.write('\n');
      process.stdout.write(live ? `${stamp()}  ${text}` : `${stamp()}  ${text}\n`);
      open = live;
    },
    update(text) {
      if (live) process.stdout.write(`\r\u001b[K${stamp()}  ${text}`);
    },
  };
}
