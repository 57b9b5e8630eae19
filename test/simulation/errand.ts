import { DomainError } from '../../common/errors/index.ts';
import type { Call, Told } from './calls/call.ts';
import type { Answer } from './model/answer.ts';
import { Death } from './platform/mortal-database.ts';
import type { Process } from './platform/platform.ts';

/** A call on its way to one of the processes. */
export interface Errand {
  readonly call: Call;
  readonly process: Process;
}

/** An errand that came to its end. */
export interface Finished extends Errand {
  /** Its place among the answers. */
  readonly rank: number;
  readonly told: Told;
}

/** Times that a caller asks again before that is a defect. */
const maxAttempts = 8;

/**
 * Sends all errands at once. Whoever hears nothing, because a process died, asks again once that
 * process is up again, until everybody was told something.
 */
export async function runErrands(
  errands: readonly Errand[],
  processes: readonly Process[],
): Promise<Finished[]> {
  const answers: (Answer | undefined)[] = errands.map(() => undefined);
  const lost = errands.map(() => false);
  const ranks = errands.map(() => 0);
  let answered = 0;
  for (let attempt = 1; answers.includes(undefined); attempt += 1) {
    if (attempt > maxAttempts) throw new Error('nobody answers');
    const asked = errands.map(async ({ call, process }, i) => {
      if (answers[i] !== undefined) return;
      answers[i] = await ask(call, process);
      answered += 1;
      ranks[i] = answered;
      if (answers[i] === undefined) lost[i] = true;
    });
    await Promise.all(asked);
    for (const process of processes) if (process.isDead) process.restart();
  }
  // Who was to die later lives on.
  for (const process of processes) process.doom(undefined);
  return errands.map((errand, i) => {
    const answer = answers[i];
    if (answer === undefined) throw new Error('an answer vanished');
    const rank = ranks[i] ?? 0;
    return { ...errand, rank, told: { answer, wasLost: lost[i] === true } };
  });
}

/** Answers undefined when nothing was heard. */
async function ask(call: Call, process: Process): Promise<Answer | undefined> {
  try {
    return { ok: true, value: await call.run(process.context) };
  } catch (error) {
    if (error instanceof Death) return undefined;
    if (!(error instanceof DomainError))
      return { ok: false, code: 'DEFECT', details: inWords(error) };
    // Whoever hears one of these can't know whether it was done.
    if (error.code === 'UNAVAILABLE' || error.code === 'OVERLOADED') return undefined;
    return { ok: false, code: error.code, details: error.details };
  }
}

function inWords(error: unknown): Record<string, string> {
  return { error: error instanceof Error ? `${error.stack}` : String(error) };
}
