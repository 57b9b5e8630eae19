import type { Logger } from '../common/logger.ts';
import type { Clients } from '../common/rpc/clients.ts';
import type { JobFailure } from '../proto/gen/onair/jobs/v1/jobs.ts';
import type { JobResult } from './job.ts';
import { backOffMs, pause } from './pause.ts';

export interface ReportDeps {
  readonly clients: Clients;
  readonly workerId: string;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/** Tries to tell the queue; a job whose result stays unknown comes again when its lease is over. */
const maxTries = 3;
const firstPauseMs = 100;

/** Tells the queue what became of jobs. Never throws. */
export async function report(
  { clients, workerId, log, signal }: ReportDeps,
  results: ReadonlyMap<string, JobResult>,
): Promise<void> {
  const jobIds: string[] = [];
  const failures: JobFailure[] = [];
  for (const [jobId, result] of results) {
    if (result.kind === 'done') jobIds.push(jobId);
    else failures.push(toFailure(jobId, result));
  }
  const final = failures.filter((failure) => failure.final);
  if (final.length > 0) log.error({ failures: final }, 'jobs failed for good');
  const { jobs } = clients;
  const complete = () => jobs.completeJobs({ workerId, jobIds }, { signal });
  const fail = () => jobs.failJobs({ workerId, failures }, { signal });
  if (jobIds.length > 0) await tell(complete);
  if (failures.length > 0) await tell(fail);

  async function tell(call: () => Promise<unknown>): Promise<void> {
    for (let tries = 1; !signal.aborted; tries += 1) {
      try {
        await call();
        return;
      } catch (error) {
        if (tries === maxTries) {
          log.warn({ err: error }, 'results of jobs were not told; they will come again');
          return;
        }
        await pause(backOffMs(tries, firstPauseMs), signal);
      }
    }
  }
}

function toFailure(jobId: string, result: Exclude<JobResult, { kind: 'done' }>): JobFailure {
  const afterSeconds = result.kind === 'retry' ? (result.afterSeconds ?? 0) : 0;
  return {
    jobId,
    error: result.reason.slice(0, 2_000),
    retryAfterSeconds: Math.ceil(afterSeconds),
    final: result.kind === 'failed',
  };
}
