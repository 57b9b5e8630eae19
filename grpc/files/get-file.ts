import { type Actor, mayActFor } from '../../common/auth/index.ts';
import type { EpochMs } from '../../common/clock.ts';
import { extensionByType } from '../../common/files/index.ts';
import { readSeconds } from './file-times.ts';
import type { FilesDeps } from './files-deps.ts';
import { fileNotFound, findFile } from './store.ts';
import { type StoredFile, toStoredFile } from './stored-file.ts';

/** A file, and where whoever asked may read it. */
export interface ReadableFile extends StoredFile {
  /** Undefined until it is ready. */
  readonly url: string | undefined;
  /** Until when the address works; undefined for a public file's. */
  readonly urlExpiresAt: EpochMs | undefined;
}

/**
 * Reads a file: one's own, or any for an admin or a service. That of a private file comes with an
 * address that works for five minutes, for whoever has it.
 * @throws DomainError FILE_NOT_FOUND when there is none, and alike when it is not the actor's to see
 */
export async function getFile(
  { db, clock, objects }: FilesDeps,
  actor: Actor,
  fileId: string,
): Promise<ReadableFile> {
  const row = await findFile(db.primary, fileId);
  if (row === undefined || !mayActFor(actor, row.ownerId)) throw fileNotFound(fileId);
  const file = toStoredFile(row, objects);
  if (file.publicUrl !== undefined || row.objectName === null) {
    return { ...file, url: file.publicUrl, urlExpiresAt: undefined };
  }
  const saveAs = `${fileId}.${extensionByType[row.contentType]}`;
  const url = await objects.signRead(row.objectName, { seconds: readSeconds, saveAs });
  return { ...file, url, urlExpiresAt: clock.now() + readSeconds * 1_000 };
}
