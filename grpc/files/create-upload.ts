import type { UserActor } from '../../common/auth/index.ts';
import type { EpochMs } from '../../common/clock.ts';
import { DomainError, InvalidArgument } from '../../common/errors/index.ts';
import {
  type FilePurpose,
  purposeRules,
  type UploadForm,
  type UploadType,
} from '../../common/files/index.ts';
import { newId } from '../../common/ids.ts';
import { once } from '../db/index.ts';
import { completeMs, uploadMs } from './file-times.ts';
import type { FilesDeps } from './files-deps.ts';
import { fileNotFound, findFile } from './store.ts';

export interface CreateUploadInput {
  readonly requestId: string;
  readonly purpose: FilePurpose;
  readonly contentType: UploadType;
}

/** A form, and the file that it makes. */
export interface Upload extends UploadForm {
  readonly fileId: string;
  readonly expiresAt: EpochMs;
  readonly maxBytes: number;
}

/**
 * Signs a form that uploads one file. Idempotent by request id: asked again, a form for the same
 * file is signed anew with the first one's end.
 * @throws InvalidArgument for a type that the purpose does not allow
 * @throws DomainError RATE_LIMITED past UPLOADS_PER_HOUR; INVALID_STATE when the form of that
 *   request has expired; RequestIdReused
 */
export async function createUpload(
  deps: FilesDeps,
  actor: UserActor,
  { requestId, purpose, contentType }: CreateUploadInput,
): Promise<Upload> {
  const { db, clock, objects } = deps;
  const { types, maxBytes } = purposeRules[purpose];
  if (!types.includes(contentType)) {
    throw new InvalidArgument(`content_type: must be ${types.join(' or ')}`);
  }
  await deps.uploads.require(actor.userId);
  const now = clock.now();
  const input = { purpose, contentType };
  const key = { action: 'files.createUpload', by: actor.userId, requestId, input };
  const { fileId } = await db.transaction((tx) =>
    once(tx, key, now, async () => {
      const id = newId('fil');
      await tx.insert('files', [newRow({ id, ownerId: actor.userId, ...input, now })]);
      return { fileId: id };
    }),
  );
  const file = await findFile(db.primary, fileId);
  if (file === undefined) throw fileNotFound(fileId);
  const expiresAt = file.uploadUntil;
  if (expiresAt <= now) throw new DomainError('INVALID_STATE', 'the form has expired');
  const form = await objects.signUpload(fileId, { contentType, maxBytes, expiresAt });
  return { ...form, fileId, expiresAt, maxBytes };
}

function newRow(file: {
  readonly id: string;
  readonly ownerId: string;
  readonly purpose: FilePurpose;
  readonly contentType: UploadType;
  readonly now: EpochMs;
}) {
  const { now, ...said } = file;
  return {
    ...said,
    state: 'pending',
    objectName: null,
    size: null,
    checksum: null,
    width: null,
    height: null,
    rejectReason: null,
    createdAt: now,
    uploadUntil: now + uploadMs,
    attachedAt: null,
    sweepAt: now + uploadMs + completeMs,
  };
}
