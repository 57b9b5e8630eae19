import { z } from 'zod';
import { filePurposes, storedTypes, uploadTypes } from '../../common/files/index.ts';
import { FilePurpose, FileState, RejectReason } from '../../proto/gen/onair/files/v1/files.ts';
import { createEnumCodec } from '../rpc/enum-codec.ts';
import { idOf, requestId, text } from '../rpc/fields.ts';
import { fileStates, rejectReasons } from './entities.ts';
import type { CheckResult } from './record-check.ts';

export const purposeCodec = createEnumCodec(FilePurpose, filePurposes);
export const stateCodec = createEnumCodec(FileState, fileStates);
export const reasonCodec = createEnumCodec(RejectReason, rejectReasons);

const contentType = z.enum(uploadTypes);

export const getTextureUploadUrlRequest = z.object({ requestId, contentType });

export const createUploadRequest = z.object({
  requestId,
  purpose: z.enum(FilePurpose).transform((value, context) => {
    const purpose = purposeCodec.fromProto(value);
    if (purpose !== undefined) return purpose;
    context.addIssue('must be a purpose');
    return z.NEVER;
  }),
  contentType,
});

export const fileRequest = z.object({ fileId: idOf('fil') });

export const getFileRequest = fileRequest.extend({ reason: text(0, 500) });

const storedObject = z.object({
  name: z.string().max(80),
  contentType: z.enum(storedTypes),
  size: z.number().int().min(1),
  checksum: z.string().regex(/^[0-9a-f]{64}$/),
  width: z.number().int().min(0),
  height: z.number().int().min(0),
});

export const recordCheckRequest = z
  .object({
    fileId: idOf('fil'),
    stored: storedObject.optional(),
    rejectReason: z.enum(RejectReason).transform((value) => reasonCodec.fromProto(value)),
  })
  .transform(({ fileId, stored, rejectReason }, context) => {
    const result: CheckResult | undefined =
      stored !== undefined
        ? { kind: 'stored', object: stored }
        : rejectReason && { kind: 'rejected', reason: rejectReason };
    if (result !== undefined) return { fileId, result };
    context.addIssue('must be stored or rejected');
    return z.NEVER;
  });

export const sweepFilesRequest = z.object({ limit: z.number().int().min(1).max(1_000) });
