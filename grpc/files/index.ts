import type { Actor, UserActor } from '../../common/auth/index.ts';
import { createObjectStore } from '../../common/files/index.ts';
import type { Tx } from '../db/index.ts';
import type { DomainDeps } from '../domain-deps.ts';
import type { Limits } from '../limits/index.ts';
import type { PersonalData } from '../personal-data.ts';
import { type Attachment, attachIn, deleteAllOfIn, discardIn, lockFor } from './attach-files.ts';
import { completeUpload } from './complete-upload.ts';
import { type CreateUploadInput, createUpload, type Upload } from './create-upload.ts';
import { type GetFileInput, getFile, type ReadableFile } from './get-file.ts';
import { createFilesPersonalData } from './personal-data.ts';
import { type CheckResult, recordCheck } from './record-check.ts';
import type { StoredFile } from './stored-file.ts';
import { sweepFiles } from './sweep-files.ts';

export type { Attachment } from './attach-files.ts';
export { filesEntities } from './entities.ts';
export { createFilesService } from './service.ts';
export type { StoredFile } from './stored-file.ts';

/** Files that people upload. What each use case guarantees and refuses stands where it is written. */
export interface Files {
  createUpload(actor: UserActor, input: CreateUploadInput): Promise<Upload>;
  completeUpload(actor: UserActor, fileId: string): Promise<StoredFile>;
  getFile(actor: Actor, input: GetFileInput): Promise<ReadableFile>;
  recordCheck(fileId: string, result: CheckResult): Promise<string | undefined>;
  sweepFiles(limit: number): Promise<number>;

  /**
   * Notes that something uses files, so that they stay. Answers them in the order asked for.
   * @throws DomainError FILE_NOT_FOUND, FILE_NOT_READY, FILE_WRONG_PURPOSE
   */
  attachIn(tx: Tx, wanted: readonly Attachment[]): Promise<StoredFile[]>;
  /**
   * Files that something may use, whatever their state, locked until the transaction is over.
   * @throws DomainError FILE_NOT_FOUND, FILE_WRONG_PURPOSE
   */
  lockIn(tx: Tx, wanted: readonly Attachment[]): Promise<StoredFile[]>;
  /** Forgets files that nothing uses any more, and has their objects erased. */
  discardIn(tx: Tx, fileIds: readonly string[]): Promise<void>;
  /** Forgets all files of an account, whatever uses them, and has their objects erased. */
  deleteAllOfIn(tx: Tx, ownerId: string): Promise<void>;
  readonly personalData: PersonalData;
  close(): void;
}

export function createFiles(domainDeps: DomainDeps, limits: Limits): Files {
  const { config, clock } = domainDeps;
  const objects = createObjectStore(config, clock);
  const uploads = limits.fixed('uploads', { points: config.UPLOADS_PER_HOUR, seconds: 3_600 });
  const deps = { ...domainDeps, objects, uploads };
  return {
    createUpload: (actor, input) => createUpload(deps, actor, input),
    completeUpload: (actor, fileId) => completeUpload(deps, actor, fileId),
    getFile: (actor, input) => getFile(deps, actor, input),
    recordCheck: (fileId, result) => recordCheck(deps, fileId, result),
    sweepFiles: (limit) => sweepFiles(deps, limit),
    attachIn: (tx, wanted) => attachIn(deps, tx, wanted),
    lockIn: (tx, wanted) => lockFor(deps, tx, wanted),
    discardIn: (tx, fileIds) => discardIn(deps, tx, fileIds),
    deleteAllOfIn: (tx, ownerId) => deleteAllOfIn(deps, tx, ownerId),
    personalData: createFilesPersonalData(objects, (tx, ownerId) =>
      deleteAllOfIn(deps, tx, ownerId),
    ),
    close: () => objects.close(),
  };
}
