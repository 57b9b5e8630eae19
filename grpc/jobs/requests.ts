import { z } from 'zod';
import { idOf, requestId, timestamp } from '../rpc/fields.ts';
import { pageSize } from '../rpc/paging.ts';

/** Printable ASCII, as the column holds it. */
const workerId = z.string().regex(/^[\x21-\x7e]{1,60}$/, 'must be 1 to 60 visible characters');
const kind = z.string().regex(/^[a-z.-]{1,60}$/, 'must be a kind of job');

export const leaseJobsSchema = z.object({
  workerId,
  kinds: z.array(kind).min(1).max(100),
  limit: z.number().int().min(1).max(500),
  leaseSeconds: z.number().int().min(1).max(3600),
});

export const completeJobsSchema = z.object({
  workerId,
  jobIds: z.array(idOf('job')).max(500),
});

export const failJobsSchema = z.object({
  workerId,
  failures: z
    .array(
      z.object({
        jobId: idOf('job'),
        error: z.string().max(100_000),
        retryAfterSeconds: z
          .number()
          .int()
          .min(0)
          .max(30 * 86_400),
        final: z.boolean(),
      }),
    )
    .max(500),
});

export const enqueueTickSchema = z.object({ kind, tick: timestamp });

export const listDeadJobsSchema = z.object({ pageSize, pageToken: z.string() });

export const retryDeadJobSchema = z.object({ requestId, jobId: idOf('job') });

export const pruneSchema = z.object({ limit: z.number().int().min(1).max(10_000) });
