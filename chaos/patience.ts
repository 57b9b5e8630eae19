import { setTimeout as delay } from 'node:timers/promises';

/** What an attempt came to: an answer that counts, or an outage after which to ask again. */
export type Attempt<Answer> = { readonly answer: Answer } | { readonly outage: string };

/**
 * An outage that lasts longer than this is no outage but a defect: twice as long as the jobs of a
 * worker that was killed stay with it (the lease of those that wait for providers, see workers/).
 */
export const patienceMs = 120_000;

/** Milliseconds between two attempts: at first, and at most. */
const pauseMs = { first: 60, most: 960 };

/**
 * Asks again, with the same request id, until there is an answer that counts: what a client does
 * whose network or server went away.
 * @throws Error when nothing answers for two minutes
 */
export async function persist<Answer>(
  what: string,
  attempt: () => Promise<Attempt<Answer>>,
): Promise<Answer> {
  const deadline = performance.now() + patienceMs;
  for (let pause = pauseMs.first; ; pause = Math.min(2 * pause, pauseMs.most)) {
    const result = await attempt();
    if ('answer' in result) return result.answer;
    if (performance.now() > deadline) throw new Error(`${what}: still ${result.outage}`);
    await delay(pause);
  }
}

/** Codes that say nothing of what became of the request. */
const outages: ReadonlySet<string> = new Set(['UNAVAILABLE', 'DEADLINE_EXCEEDED', 'OVERLOADED']);

/** Whether a refusal by that code leaves open what became of the request. */
export function isOutage(code: string): boolean {
  return outages.has(code);
}
