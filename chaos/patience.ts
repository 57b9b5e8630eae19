import { setTimeout as delay } from 'node:timers/promises';

/** What an attempt came to: an answer that counts, or an outage after which to ask again. */
export type Attempt<Answer> = { readonly answer: Answer } | { readonly outage: string };

/** An outage that lasts longer than this is no outage but a defect. */
const patienceMs = 60_000;

/**
 * Asks again, with the same request id, until there is an answer that counts: what a client does
 * whose network or server went away.
 * @throws Error when nothing answers for a minute
 */
export async function persist<Answer>(
  what: string,
  attempt: () => Promise<Attempt<Answer>>,
): Promise<Answer> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const result = await attempt();
    if ('answer' in result) return result.answer;
    if (performance.now() > deadline) throw new Error(`${what}: still ${result.outage}`);
    await delay(60);
  }
}

/** Codes that say nothing of what became of the request. */
const outages: ReadonlySet<string> = new Set(['UNAVAILABLE', 'DEADLINE_EXCEEDED', 'OVERLOADED']);

/** Whether a refusal by that code leaves open what became of the request. */
export function isOutage(code: string): boolean {
  return outages.has(code);
}
