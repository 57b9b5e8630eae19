import { DomainError } from '../../common/errors/index.ts';
import { jobOf } from '../../common/jobs.ts';
import { insertJobs, placeholders, type Reader, type Tx } from '../db/index.ts';
import type { FileRow } from './entities.ts';
import { settledMs } from './file-times.ts';

/** The refusal for a file that there isn't, or not for whoever asks. */
export function fileNotFound(fileId: string): DomainError {
  return new DomainError('FILE_NOT_FOUND', `there is no file ${fileId}`);
}

export async function findFile(reader: Reader, fileId: string): Promise<FileRow | undefined> {
  return reader.row<FileRow>('SELECT * FROM files WHERE id = ?', [fileId]);
}

/** Files by id, locked in sorted order. */
export async function lockFiles(
  tx: Tx,
  fileIds: readonly string[],
): Promise<ReadonlyMap<string, FileRow>> {
  const sorted = [...new Set(fileIds)].sort();
  if (sorted.length === 0) return new Map();
  const rows = await tx.rows<FileRow>(
    `SELECT * FROM files WHERE id IN (${placeholders(sorted)}) ORDER BY id${tx.dialect.forUpdate}`,
    sorted,
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** Columns that change in a file's life. */
type FileChange = Partial<
  Pick<
    FileRow,
    | 'state'
    | 'contentType'
    | 'objectName'
    | 'size'
    | 'checksum'
    | 'width'
    | 'height'
    | 'rejectReason'
    | 'attachedAt'
    | 'sweepAt'
  >
>;

/** Changes locked files. */
export async function changeFiles(
  tx: Tx,
  fileIds: readonly string[],
  change: FileChange,
): Promise<void> {
  if (fileIds.length === 0) return;
  const columns = Object.entries(change);
  await tx.execute(
    `UPDATE files SET ${columns.map(([name]) => `${name} = ?`).join(', ')}
     WHERE id IN (${placeholders(fileIds)})`,
    [...columns.map(([, value]) => value), ...fileIds],
  );
}

/** Forgets locked files. Their objects are the business of `eraseIn`. */
export async function deleteFiles(tx: Tx, fileIds: readonly string[]): Promise<void> {
  if (fileIds.length === 0) return;
  await tx.execute(`DELETE FROM files WHERE id IN (${placeholders(fileIds)})`, fileIds);
}

/**
 * Has workers erase objects of files: now, and again when neither a form that is still good nor a
 * worker that was looking at one can put anything in place any more.
 */
export async function eraseIn(
  tx: Tx,
  files: readonly Pick<FileRow, 'id' | 'uploadUntil'>[],
  scope: 'quarantine' | 'all',
  now: number,
): Promise<void> {
  const jobs = files.flatMap(({ id: fileId, uploadUntil }) => {
    const settled = Math.max(now, uploadUntil) + settledMs;
    return [now, settled].map((at) => jobOf('files.erase', { fileId, scope }, at));
  });
  await insertJobs(tx, jobs, now);
}
