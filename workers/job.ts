import type { JobKind, JobPayloads } from '../common/jobs.ts';
import type { Logger } from '../common/logger.ts';
import type { Clients } from '../common/rpc/clients.ts';

/** A job to handle, its payload parsed. */
export interface Job<Kind extends JobKind> {
  readonly id: string;
  readonly payload: JobPayloads[Kind];
  /** Attempts so far, this one included. */
  readonly attempts: number;
}

/** What became of one job. */
export type JobResult =
  | { readonly kind: 'done' }
  /** Not done yet: again after so many seconds, or after the queue's own back-off. */
  | { readonly kind: 'retry'; readonly reason: string; readonly afterSeconds?: number }
  /** No attempt can succeed: for an operator to look at. */
  | { readonly kind: 'failed'; readonly reason: string };

/** A job that was done. */
export const done: JobResult = { kind: 'done' };

/** What handlers work with. */
export interface HandlerContext {
  /** Clients that act for the workers under the request id of the batch. */
  readonly clients: Clients;
  /** Goes with every call: the deadline that the lease allows, and the end of the process. */
  readonly options: { readonly deadline: number; readonly signal: AbortSignal };
  readonly log: Logger;
}

/**
 * Handles jobs of one kind, as many as were due, and answers one result for each in the same
 * order. Must be idempotent: a job comes again when its lease ran out or its result was lost. What
 * it throws befell all of them, and they are tried again.
 */
export type JobHandler<Kind extends JobKind> = (
  jobs: readonly Job<Kind>[],
  context: HandlerContext,
) => Promise<readonly JobResult[]>;

/** A handler for every kind. */
export type JobHandlers = { readonly [Kind in JobKind]: JobHandler<Kind> };
