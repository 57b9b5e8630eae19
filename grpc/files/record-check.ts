import { isObjectName, purposeRules, type StoredType } from '../../common/files/index.ts';
import { jobOf } from '../../common/jobs.ts';
import { insertJobs, type Tx } from '../db/index.ts';
import type { FileRow, RejectReason } from './entities.ts';
import { memoryMs, unusedMs } from './file-times.ts';
import type { FilesDeps } from './files-deps.ts';
import { changeFiles, eraseIn, lockFiles } from './store.ts';

/** What a worker put in place. */
export interface StoredObject {
  readonly name: string;
  readonly contentType: StoredType;
  readonly size: number;
  readonly checksum: string;
  readonly width: number;
  readonly height: number;
}

/** What looking at an upload brought. */
export type CheckResult =
  | { readonly kind: 'stored'; readonly object: StoredObject }
  | { readonly kind: 'rejected'; readonly reason: RejectReason };

/**
 * Notes what looking at an upload brought. Of several reports the first one counts, so a worker
 * that was taken for dead changes nothing. Answers the name of the object that the file has, if
 * any: what else a worker has put in place belongs to nobody.
 */
export async function recordCheck(
  { db, clock }: FilesDeps,
  fileId: string,
  result: CheckResult,
): Promise<string | undefined> {
  return db.transaction(async (tx) => {
    const file = (await lockFiles(tx, [fileId])).get(fileId);
    if (file?.state !== 'checking') return file?.objectName ?? undefined;
    const now = clock.now();
    const kept = result.kind === 'stored' ? result.object.name : undefined;
    if (result.kind === 'stored') await keepIn(tx, file, result.object, now);
    else await rejectIn(tx, file, result.reason, now);
    await eraseIn(tx, [file], 'quarantine', now);
    if (file.purpose === 'profile_image') {
      const payload = { userId: file.ownerId, fileId };
      await insertJobs(tx, [jobOf('users.show-image', payload, now)], now);
    }
    return kept;
  });
}

async function keepIn(tx: Tx, file: FileRow, object: StoredObject, now: number): Promise<void> {
  const { area } = purposeRules[file.purpose];
  if (!isObjectName(area, object.name) || !object.name.startsWith(`${file.id}/`)) {
    throw new Error(`${object.name} is no name for an object of ${file.id}`);
  }
  const { name: objectName, contentType, size, checksum, width, height } = object;
  await changeFiles(tx, [file.id], {
    ...{ objectName, contentType, size, checksum, width, height },
    state: 'ready',
    sweepAt: now + unusedMs,
  });
}

async function rejectIn(tx: Tx, file: FileRow, reason: RejectReason, now: number): Promise<void> {
  const change = { state: 'rejected', rejectReason: reason, sweepAt: now + memoryMs } as const;
  await changeFiles(tx, [file.id], change);
}
