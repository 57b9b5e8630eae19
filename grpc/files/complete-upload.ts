import type { UserActor } from '../../common/auth/index.ts';
import { DomainError } from '../../common/errors/index.ts';
import { jobOf } from '../../common/jobs.ts';
import { insertJobs } from '../db/index.ts';
import type { FileRow } from './entities.ts';
import { checkMs } from './file-times.ts';
import type { FilesDeps } from './files-deps.ts';
import { changeFiles, fileNotFound, findFile, lockFiles } from './store.ts';
import { type StoredFile, toStoredFile } from './stored-file.ts';

/**
 * Has workers look at an upload, once, however often and by however many it is asked for.
 * @throws DomainError FILE_NOT_FOUND for a file that is not the actor's; FILE_NOT_UPLOADED while
 *   the store has none; INVALID_STATE when the upload has expired
 */
export async function completeUpload(
  deps: FilesDeps,
  actor: UserActor,
  fileId: string,
): Promise<StoredFile> {
  const { db, clock, objects } = deps;
  const own = (row: FileRow | undefined): FileRow => {
    if (row?.ownerId !== actor.userId) throw fileNotFound(fileId);
    return row;
  };
  const seen = own(await findFile(db.primary, fileId));
  if (seen.state !== 'pending') return toStoredFile(refuseExpired(seen), objects);
  if ((await objects.sizeOf('quarantine', fileId)) === undefined) {
    throw new DomainError('FILE_NOT_UPLOADED', 'the store has no such file');
  }
  const row = await db.transaction(async (tx) => {
    const now = clock.now();
    const file = refuseExpired(own((await lockFiles(tx, [fileId])).get(fileId)));
    if (file.state !== 'pending') return file;
    const { purpose, contentType } = file;
    const change = { state: 'checking', sweepAt: now + checkMs } as const;
    await changeFiles(tx, [fileId], change);
    await insertJobs(tx, [jobOf('files.check', { fileId, purpose, contentType }, now)], now);
    return { ...file, ...change };
  });
  return toStoredFile(row, objects);
}

function refuseExpired(file: FileRow): FileRow {
  if (file.state !== 'expired') return file;
  throw new DomainError('INVALID_STATE', 'the upload has expired');
}
