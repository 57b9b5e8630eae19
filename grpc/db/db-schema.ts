import type { Schema } from './database.ts';
import { JobRow } from './jobs.ts';
import { JobsAndRequests1763770000001 } from './migrations/0001-jobs-and-requests.ts';
import { RequestRow } from './requests.ts';

/** The tables of the database layer itself, which no domain owns. */
export const dbSchema = {
  entities: [JobRow, RequestRow],
  migrations: [JobsAndRequests1763770000001],
} satisfies Schema;
