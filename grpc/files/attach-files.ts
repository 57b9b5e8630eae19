import { DomainError } from '../../common/errors/index.ts';
import type { FilePurpose } from '../../common/files/index.ts';
import type { Tx } from '../db/index.ts';
import type { FileRow } from './entities.ts';
import type { FilesDeps } from './files-deps.ts';
import { changeFiles, deleteFiles, eraseIn, fileNotFound, lockFiles } from './store.ts';
import { type StoredFile, toStoredFile } from './stored-file.ts';

/** A file that something wants to use. */
export interface Attachment {
  readonly fileId: string;
  /** Whose it must be. */
  readonly ownerId: string;
  /** What it must have been uploaded for. */
  readonly purpose: FilePurpose;
}

/**
 * Files that something may use, whatever their state, locked: nothing becomes of them until the
 * transaction is over. In the order asked for.
 * @throws DomainError FILE_NOT_FOUND for a file that is not the owner's, FILE_WRONG_PURPOSE
 */
export async function lockFor(
  { objects }: FilesDeps,
  tx: Tx,
  wanted: readonly Attachment[],
): Promise<StoredFile[]> {
  const locked = await lockFiles(
    tx,
    wanted.map(({ fileId }) => fileId),
  );
  return wanted.map(({ fileId, ownerId, purpose }) => {
    const row = locked.get(fileId);
    if (row?.ownerId !== ownerId) throw fileNotFound(fileId);
    if (row.purpose !== purpose) {
      throw new DomainError('FILE_WRONG_PURPOSE', `${fileId} was uploaded as ${row.purpose}`);
    }
    return toStoredFile(row, objects);
  });
}

/**
 * Notes that something uses files, so that they stay until they are discarded. Attaching again
 * changes nothing. Answers the files in the order asked for.
 * @throws DomainError FILE_NOT_FOUND for a file that is not the owner's, FILE_WRONG_PURPOSE,
 *   FILE_NOT_READY for one that was not found good, or not yet
 */
export async function attachIn(
  deps: FilesDeps,
  tx: Tx,
  wanted: readonly Attachment[],
): Promise<StoredFile[]> {
  const files = await lockFor(deps, tx, wanted);
  for (const { id, state } of files) {
    if (state !== 'ready') throw new DomainError('FILE_NOT_READY', `${id} is ${state}`);
  }
  const ids = files.filter(({ attached }) => !attached).map(({ id }) => id);
  await changeFiles(tx, ids, { attachedAt: deps.clock.now(), sweepAt: null });
  return files.map((file) => ({ ...file, attached: true }));
}

/** Forgets files that nothing uses any more, and has their objects erased. Unknown ids are fine. */
export async function discardIn(
  { clock }: FilesDeps,
  tx: Tx,
  fileIds: readonly string[],
): Promise<void> {
  await discard(tx, [...(await lockFiles(tx, fileIds)).values()], clock.now());
}

/** Forgets all files of an account, whatever uses them, and has their objects erased. */
export async function deleteAllOfIn({ clock }: FilesDeps, tx: Tx, ownerId: string): Promise<void> {
  const rows = await tx.rows<FileRow>(
    `SELECT * FROM files WHERE ownerId = ? ORDER BY id${tx.dialect.forUpdate}`,
    [ownerId],
  );
  await discard(tx, rows, clock.now());
}

async function discard(tx: Tx, files: readonly FileRow[], now: number): Promise<void> {
  await deleteFiles(
    tx,
    files.map(({ id }) => id),
  );
  await eraseIn(tx, files, 'all', now);
}
