import { type Actor, mayActFor } from '../../common/auth/index.ts';
import type { EpochMs } from '../../common/clock.ts';
import { InvalidArgument } from '../../common/errors/index.ts';
import { extensionByType, purposeRules } from '../../common/files/index.ts';
import { recordReadsIn } from '../privacy/index.ts';
import type { FileRow } from './entities.ts';
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

/** Which file, and why. */
export interface GetFileInput {
  readonly fileId: string;
  /** Why someone else's private file is to be shown, for the audit; empty where none is needed. */
  readonly reason: string;
}

/**
 * Reads a file: one's own, or any for an admin or a service. That of a private file comes with an
 * address that works for five minutes, for whoever has it; someone else's takes a reason, and who
 * saw it is noted.
 * @throws DomainError FILE_NOT_FOUND when there is none, and alike when it is not the actor's to see;
 *   InvalidArgument for someone else's private file without a reason
 */
export async function getFile(
  deps: FilesDeps,
  actor: Actor,
  { fileId, reason }: GetFileInput,
): Promise<ReadableFile> {
  const { db, clock, objects } = deps;
  const row = await findFile(db.primary, fileId);
  if (row === undefined || !mayActFor(actor, row.ownerId)) throw fileNotFound(fileId);
  await noteRead(deps, actor, row, reason);
  const file = toStoredFile(row, objects);
  if (file.publicUrl !== undefined || row.objectName === null) {
    return { ...file, url: file.publicUrl, urlExpiresAt: undefined };
  }
  const saveAs = `${fileId}.${extensionByType[row.contentType]}`;
  const url = await objects.signRead(row.objectName, { seconds: readSeconds, saveAs });
  return { ...file, url, urlExpiresAt: clock.now() + readSeconds * 1_000 };
}

async function noteRead(
  { db, clock }: FilesDeps,
  actor: Actor,
  { ownerId, purpose }: FileRow,
  reason: string,
): Promise<void> {
  const isOwn = actor.kind === 'user' && actor.userId === ownerId;
  if (isOwn || purposeRules[purpose].area === 'public') return;
  if (reason === '') {
    throw new InvalidArgument('reason: someone else’s private file is read for a reason');
  }
  const read = { actor, userIds: [ownerId], fields: [purpose], source: 'files.getFile' } as const;
  await db.transaction((tx) => recordReadsIn(tx, { ...read, reason }, clock.now()));
}
