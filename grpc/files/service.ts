import { requireUser } from '../../common/auth/index.ts';
import {
  type DeepPartial,
  type File as FileMessage,
  type FilesServiceImplementation,
  RejectReason,
  type Upload as UploadMessage,
} from '../../proto/gen/onair/files/v1/files.ts';
import type { CallExt } from '../middleware/call-context.ts';
import type { Upload } from './create-upload.ts';
import type { ReadableFile } from './get-file.ts';
import type { Files } from './index.ts';
import {
  createUploadRequest,
  fileRequest,
  getFileRequest,
  getTextureUploadUrlRequest,
  purposeCodec,
  reasonCodec,
  recordCheckRequest,
  stateCodec,
  sweepFilesRequest,
} from './requests.ts';

/** FilesService over the domain. */
export function createFilesService(files: Files): FilesServiceImplementation<CallExt> {
  return {
    async getTextureUploadUrl(request, { actor }) {
      const input = getTextureUploadUrlRequest.parse(request);
      const upload = { ...input, purpose: 'texture' } as const;
      return toUploadMessage(await files.createUpload(requireUser(actor), upload));
    },
    async createUpload(request, { actor }) {
      const input = createUploadRequest.parse(request);
      return toUploadMessage(await files.createUpload(requireUser(actor), input));
    },
    async completeUpload(request, { actor }) {
      const { fileId } = fileRequest.parse(request);
      await files.completeUpload(requireUser(actor), fileId);
      return toFileMessage(await files.getFile(actor, { fileId, reason: '' }));
    },
    async getFile(request, { actor }) {
      return toFileMessage(await files.getFile(actor, getFileRequest.parse(request)));
    },
    async recordCheck(request) {
      const { fileId, result } = recordCheckRequest.parse(request);
      return { keptName: (await files.recordCheck(fileId, result)) ?? '' };
    },
    async sweepFiles(request) {
      return { swept: await files.sweepFiles(sweepFilesRequest.parse(request).limit) };
    },
  };
}

function toUploadMessage(upload: Upload): DeepPartial<UploadMessage> {
  const { fileId, url, fields, maxBytes, expiresAt } = upload;
  return { fileId, url, fields: { ...fields }, maxBytes, expiresAt: new Date(expiresAt) };
}

function toFileMessage(file: ReadableFile): DeepPartial<FileMessage> {
  const { id, ownerId, contentType, size, checksum, width, height, attached } = file;
  const { rejectReason, urlExpiresAt } = file;
  return {
    ...{ id, ownerId, contentType, size, checksum, width, height, attached },
    purpose: purposeCodec.toProto(file.purpose),
    state: stateCodec.toProto(file.state),
    url: file.url ?? '',
    urlExpiresAt: urlExpiresAt === undefined ? undefined : new Date(urlExpiresAt),
    rejectReason:
      rejectReason === undefined ? RejectReason.UNSPECIFIED : reasonCodec.toProto(rejectReason),
    createdAt: new Date(file.createdAt),
  };
}
