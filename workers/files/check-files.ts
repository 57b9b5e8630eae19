import { hash } from 'node:crypto';
import { extensionByType, type ObjectStore, purposeRules } from '../../common/files/index.ts';
import { RejectReason } from '../../proto/gen/onair/files/v1/files.ts';
import { done, type HandlerContext, type Job, type JobHandler, type JobResult } from '../job.ts';
import { type Examined, examineUpload, type Flaw } from './examine-upload.ts';
import { DrawingTimeout } from './pictures.ts';
import { createTurns } from './take-turns.ts';

/** Uploads that a process looks at together: each may take tens of megabytes while it is drawn. */
const parallel = 2;
/** Attempts after which a picture that takes too long is the one to blame. */
const maxTimeouts = 3;

const reasons: Readonly<Record<Flaw | 'missing' | 'too_large', RejectReason>> = {
  missing: RejectReason.MISSING,
  too_large: RejectReason.TOO_LARGE,
  wrong_type: RejectReason.WRONG_TYPE,
  unreadable: RejectReason.UNREADABLE,
  too_many_pixels: RejectReason.TOO_MANY_PIXELS,
};

type CheckJob = Job<'files.check'>;

/**
 * Looks at uploads and puts those that are good in place. What is put in place are the very bytes
 * that were looked at, under a name made of them: an upload that is replaced meanwhile changes
 * nothing, and two workers on one upload don't hurt each other.
 */
export function createCheckFiles(objects: ObjectStore): JobHandler<'files.check'> {
  const inTurn = createTurns(parallel);
  return (jobs, context) =>
    Promise.all(jobs.map((job) => inTurn(() => checkFile(objects, job, context))));
}

async function checkFile(
  objects: ObjectStore,
  job: CheckJob,
  { clients, options, log }: HandlerContext,
): Promise<JobResult> {
  const { fileId, purpose } = job.payload;
  const { area } = purposeRules[purpose];
  options.signal.throwIfAborted();
  try {
    const found = await examine(objects, job);
    if (typeof found === 'string') {
      await clients.files.recordCheck({ fileId, rejectReason: reasons[found] }, options);
      return done;
    }
    const { bytes, contentType, width, height } = found;
    const checksum = hash('sha256', bytes);
    const name = `${fileId}/${checksum.slice(0, 32)}.${extensionByType[contentType]}`;
    await objects.write(area, name, bytes, contentType);
    const stored = { name, contentType, size: bytes.length, checksum, width, height };
    const { keptName } = await clients.files.recordCheck({ fileId, stored }, options);
    if (keptName !== name) await objects.remove(area, name);
    return done;
  } catch (error) {
    log.warn({ err: error, fileId }, 'an upload was not looked at');
    return { kind: 'retry', reason: String(error) };
  }
}

async function examine(
  objects: ObjectStore,
  { payload, attempts }: CheckJob,
): Promise<Examined | keyof typeof reasons> {
  const rules = purposeRules[payload.purpose];
  const bytes = await objects.read('quarantine', payload.fileId, rules.maxBytes);
  if (typeof bytes === 'string') return bytes;
  try {
    return await examineUpload(bytes, payload.contentType, rules);
  } catch (error) {
    if (error instanceof DrawingTimeout && attempts >= maxTimeouts) return 'unreadable';
    throw error;
  }
}
