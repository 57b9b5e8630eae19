import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { newId } from '../../common/ids.ts';
import { humanText, idText, nullable, shortText, time } from './columns.ts';
import { placeholders, type Reader, type Tx, type Writer } from './tx.ts';

/** Work that follows from a change, kept until it is done. */
@Entity('jobs')
@Index('ix_jobs_due', ['state', 'availableAt'])
@Index('ux_jobs_dedupe', ['dedupeKey'], { unique: true })
export class JobRow {
  @PrimaryColumn(idText())
  id: string;
  @Column(shortText(60))
  kind: string;
  /** JSON; its shape belongs to the kind. */
  @Column({ type: 'text' })
  payload: string;
  /** `live` until it is `done`, or `dead` after its last attempt. */
  @Column(shortText(10))
  state: 'live' | 'done' | 'dead';
  /** When it may be taken: its due time, or the end of the lease it is under. */
  @Column(time())
  availableAt: number;
  @Column({ type: 'integer' })
  attempts: number;
  @Column({ type: 'integer' })
  maxAttempts: number;
  /** The worker that has it. */
  @Column(nullable(shortText(60)))
  leaseOwner: string | null;
  /** At most one job has a given key, ever. */
  @Column(nullable(shortText(100)))
  dedupeKey: string | null;
  @Column(nullable(humanText(2000)))
  lastError: string | null;
  @Column(time())
  createdAt: number;
}

/** A job to enqueue. */
export interface NewJob {
  readonly kind: string;
  readonly payload: unknown;
  /** Epoch ms from when it may run. */
  readonly runAt: number;
  readonly maxAttempts?: number;
  readonly dedupeKey?: string;
}

const defaultMaxAttempts = 10;

/**
 * Enqueues jobs in the transaction of the change they follow from, so that neither exists without
 * the other. A job whose dedupe key exists is left out.
 */
export async function enqueueJobs(tx: Tx, jobs: readonly NewJob[], now: number): Promise<void> {
  const deduped = jobs.filter((job) => job.dedupeKey !== undefined);
  await Promise.all([
    insertJobs(
      tx,
      jobs.filter((job) => job.dedupeKey === undefined),
      now,
    ),
    tx.insertNew('jobs', toRows(deduped, now)),
  ]);
}

/** As enqueueJobs, of jobs without a dedupe key, which always are new. */
export async function insertJobs(
  tx: Writer,
  jobs: readonly Omit<NewJob, 'dedupeKey'>[],
  now: number,
): Promise<void> {
  await tx.insert('jobs', toRows(jobs, now));
}

function toRows(jobs: readonly NewJob[], now: number) {
  return jobs.map((job) => ({
    id: newId('job'),
    kind: job.kind,
    payload: JSON.stringify(job.payload),
    state: 'live',
    availableAt: job.runAt,
    attempts: 0,
    maxAttempts: job.maxAttempts ?? defaultMaxAttempts,
    leaseOwner: null,
    dedupeKey: job.dedupeKey ?? null,
    lastError: null,
    createdAt: now,
  }));
}

export interface LeaseRequest {
  readonly workerId: string;
  readonly kinds: readonly string[];
  readonly limit: number;
  readonly leaseMs: number;
}

/**
 * Takes due jobs, earliest first, for `leaseMs`; a job whose lease ran out is due again. A job
 * that used up its attempts without anyone saying so (its worker died each time) is buried.
 * Answers the jobs with the new attempt counted, and `availableAt` as it was: when they fell due.
 */
export async function leaseJobs(tx: Tx, request: LeaseRequest, now: number): Promise<JobRow[]> {
  if (request.kinds.length === 0) return [];
  const due = await tx.rows<JobRow>(
    `SELECT * FROM jobs WHERE state = 'live' AND availableAt <= ?
     AND kind IN (${placeholders(request.kinds)})
     ORDER BY availableAt LIMIT ${request.limit}${tx.dialect.forUpdateSkipLocked}`,
    [now, ...request.kinds],
  );
  const spent = due.filter((job) => job.attempts >= job.maxAttempts);
  if (spent.length > 0) await bury(tx, spent, 'its worker died, again and again');
  const taken = due.filter((job) => job.attempts < job.maxAttempts);
  if (taken.length === 0) return [];
  await tx.execute(
    `UPDATE jobs SET leaseOwner = ?, availableAt = ?, attempts = attempts + 1
     WHERE id IN (${placeholders(taken)})`,
    [request.workerId, now + request.leaseMs, ...taken.map((job) => job.id)],
  );
  return taken.map((job) => ({ ...job, attempts: job.attempts + 1 }));
}

/** Ends jobs that this worker still has. Those with a dedupe key stay as its memory. */
export async function completeJobs(
  tx: Tx,
  workerId: string,
  jobIds: readonly string[],
): Promise<void> {
  if (jobIds.length === 0) return;
  const mine = `id IN (${placeholders(jobIds)}) AND leaseOwner = ? AND state = 'live'`;
  await tx.execute(`UPDATE jobs SET state = 'done' WHERE ${mine} AND dedupeKey IS NOT NULL`, [
    ...jobIds,
    workerId,
  ]);
  await tx.execute(`DELETE FROM jobs WHERE ${mine}`, [...jobIds, workerId]);
}

export interface JobFailure {
  readonly jobId: string;
  readonly error: string;
  /** Milliseconds until the next attempt; the queue's own back-off if absent. */
  readonly retryAfterMs?: number;
  /** Whether no attempt can succeed: the job is buried at once. */
  readonly final?: boolean;
}

/** Puts a job that this worker still has back for later, or buries it after its last attempt. */
export async function failJob(
  tx: Tx,
  workerId: string,
  failure: JobFailure,
  now: number,
): Promise<void> {
  const job = await tx.row<JobRow>(
    `SELECT * FROM jobs WHERE id = ? AND leaseOwner = ? AND state = 'live'${tx.dialect.forUpdate}`,
    [failure.jobId, workerId],
  );
  if (job === undefined) return;
  const error = failure.error.slice(0, 2000);
  if (failure.final === true || job.attempts >= job.maxAttempts) {
    await bury(tx, [job], error);
    return;
  }
  await tx.execute(
    'UPDATE jobs SET availableAt = ?, leaseOwner = NULL, lastError = ? WHERE id = ?',
    [now + (failure.retryAfterMs ?? backoffMs(job.attempts)), error, job.id],
  );
}

/** One second after the first failure, twice as long after each, at most an hour; ±20 %. */
export function backoffMs(attempts: number): number {
  const base = Math.min(3_600_000, 1_000 * 2 ** Math.max(0, attempts - 1));
  return Math.round(base * (0.8 + 0.4 * Math.random()));
}

/** Dead jobs, newest first, after the id `before` if given. */
export function listDeadJobs(read: Reader, limit: number, before?: string): Promise<JobRow[]> {
  return read.rows<JobRow>(
    `SELECT * FROM jobs WHERE state = 'dead' AND id < ? ORDER BY id DESC LIMIT ${limit}`,
    [before ?? '~'],
  );
}

/** Gives a dead job another round of attempts. Answers undefined if there is no such dead job. */
export async function reviveJob(tx: Tx, jobId: string, now: number): Promise<JobRow | undefined> {
  const revived = await tx.execute(
    `UPDATE jobs SET state = 'live', attempts = 0, leaseOwner = NULL, availableAt = ?
     WHERE id = ? AND state = 'dead'`,
    [now, jobId],
  );
  if (revived === 0) return undefined;
  return tx.row<JobRow>(`SELECT * FROM jobs WHERE id = ? AND state = 'live'`, [jobId]);
}

/** Forgets done jobs that were enqueued before `before`. Answers how many. */
export function pruneDoneJobs(tx: Tx, before: number): Promise<number> {
  return tx.execute(`DELETE FROM jobs WHERE state = 'done' AND createdAt < ?`, [before]);
}

async function bury(tx: Tx, jobs: readonly JobRow[], error: string): Promise<void> {
  await tx.execute(
    `UPDATE jobs SET state = 'dead', leaseOwner = NULL, lastError = ?
     WHERE id IN (${placeholders(jobs)})`,
    [error, ...jobs.map((job) => job.id)],
  );
}
