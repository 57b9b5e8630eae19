export { accepted, type Batcher, createBatcher, type Outcome, refused } from './batcher.ts';
export { humanText, idText, nullable, shortText, time, whole } from './columns.ts';
export type { Database, Schema } from './database.ts';
export { isDuplicateKey } from './database-errors.ts';
export { dbSchema } from './db-schema.ts';
export {
  completeJobs,
  enqueueJobs,
  failJob,
  insertJobs,
  type JobFailure,
  JobRow,
  leaseJobs,
  listDeadJobs,
  type NewJob,
  pruneDoneJobs,
  reviveJob,
} from './jobs.ts';
export { openDatabase } from './open-database.ts';
export { outcomeOf } from './outcome-of.ts';
export { createReading } from './reading.ts';
export {
  findRequests,
  hashInput,
  once,
  onceOrRefused,
  RequestRow,
  recordRequests,
  requestMapKey,
  scopeOf,
} from './requests.ts';
export {
  type InsertRow,
  placeholders,
  type Reader,
  type SqlValue,
  type Tx,
  type Writer,
} from './tx.ts';
