import type { z } from 'zod';
import { DomainError, type ErrorCode } from '../common/errors/index.ts';
import { type JobKind, type JobPayloads, jobPayloads } from '../common/jobs.ts';
import type { Job as LeasedJob } from '../proto/gen/onair/jobs/v1/jobs.ts';
import type { HandlerContext, Job, JobHandler, JobResult } from './job.ts';

const schemas: { readonly [Kind in JobKind]: z.ZodType<JobPayloads[Kind]> } = jobPayloads;

/** What became of each job, by its id. Never throws. */
export async function handleJobs<Kind extends JobKind>(
  kind: Kind,
  handler: JobHandler<Kind>,
  leased: readonly LeasedJob[],
  context: HandlerContext,
): Promise<Map<string, JobResult>> {
  const results = new Map<string, JobResult>();
  const jobs: Job<Kind>[] = [];
  for (const { id, payloadJson, attempts } of leased) {
    const payload = readPayload(kind, payloadJson);
    if (payload.ok) jobs.push({ id, attempts, payload: payload.value });
    else results.set(id, { kind: 'failed', reason: `unreadable payload: ${payload.problem}` });
  }
  for (const [id, result] of await handleIsolating(handler, jobs, context)) results.set(id, result);
  return results;
}

type Payload<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problem: string };

function readPayload<Kind extends JobKind>(kind: Kind, json: string): Payload<JobPayloads[Kind]> {
  let raw: unknown;
  try {
    raw = JSON.parse(json);
  } catch {
    return { ok: false, problem: 'not JSON' };
  }
  const parsed = schemas[kind].safeParse(raw);
  if (parsed.success) return { ok: true, value: parsed.data };
  const problems = parsed.error.issues.map(
    ({ path, message }) => `${path.join('.') || 'payload'}: ${message}`,
  );
  return { ok: false, problem: problems.join('; ') };
}

/** Refusals that no job is to blame for: the other side is away, or has too much to do. */
const transient: ReadonlySet<ErrorCode> = new Set([
  'UNAVAILABLE',
  'DEADLINE_EXCEEDED',
  'OVERLOADED',
]);

/**
 * Hands the jobs to the handler in one list. When that fails as a whole, and it may be because of
 * one of them, each half is tried by itself, so that one bad job keeps no others from being done.
 */
async function handleIsolating<Kind extends JobKind>(
  handler: JobHandler<Kind>,
  jobs: readonly Job<Kind>[],
  context: HandlerContext,
): Promise<[string, JobResult][]> {
  if (jobs.length === 0) return [];
  try {
    const results = await handler(jobs, context);
    if (results.length !== jobs.length) throw new Error('the handler lost a job');
    return jobs.map(({ id }, i) => [id, results[i] ?? retry('the handler lost it')]);
  } catch (error) {
    const isTransient = error instanceof DomainError && transient.has(error.code);
    if (jobs.length === 1 || isTransient || context.options.signal.aborted) {
      context.log.warn({ err: error, jobs: jobs.length }, 'jobs were not done');
      return jobs.map(({ id }) => [id, retry(reasonOf(error))]);
    }
    const middle = Math.ceil(jobs.length / 2);
    const first = await handleIsolating(handler, jobs.slice(0, middle), context);
    return [...first, ...(await handleIsolating(handler, jobs.slice(middle), context))];
  }
}

function retry(reason: string): JobResult {
  return { kind: 'retry', reason };
}

function reasonOf(error: unknown): string {
  if (error instanceof DomainError) return `${error.code}: ${error.message}`;
  return String(error);
}
