import { z } from 'zod';
import { purposeRules, uploadTypes } from '../../common/files/index.ts';
import { FilePurpose, FileState, RejectReason } from '../../proto/gen/onair/files/v1/files.ts';
import { enumCodec, enumOrNull, textOrNull, timestamp, timestampOrNull } from './codecs.ts';
import { endpoints } from './endpoint.ts';
import { count, idParams, text } from './schemas.ts';

const purpose = enumCodec(FilePurpose);

const file = z
  .object({
    id: z.string(),
    ownerId: z.string(),
    purpose,
    state: enumCodec(FileState).describe(
      '`pending` until it is uploaded, `checking` until it was looked at, then `ready` or ' +
        '`rejected`; `expired` when it was never uploaded or never used.',
    ),
    contentType: z.string(),
    size: count.describe('Bytes; 0 until it is ready.'),
    checksum: textOrNull.describe('SHA-256, hexadecimal; null until it is ready.'),
    width: count.describe('Pixels; 0 for what is no picture.'),
    height: count.describe('Pixels; 0 for what is no picture.'),
    url: textOrNull.describe(
      'Where it can be read; null until it is ready. Of a private file an address that works for ' +
        'a few minutes, for whoever has it.',
    ),
    urlExpiresAt: timestampOrNull.describe('Until when; null for a public file.'),
    rejectReason: enumOrNull(RejectReason),
    attached: z
      .boolean()
      .describe('Whether something uses it. What nothing uses is removed after a day.'),
    createdAt: timestamp,
  })
  .meta({ id: 'File', description: 'A file that someone uploaded, or is about to.' });

const upload = z
  .object({
    fileId: z.string(),
    url: z.string(),
    fields: z.record(z.string(), z.string()),
    expiresAt: timestamp,
    maxBytes: count,
  })
  .meta({
    id: 'Upload',
    description:
      'A form. POST it to `url` as `multipart/form-data`: all `fields`, then the bytes as `file`, ' +
      'last. The store refuses what is larger than `maxBytes`, of another `Content-Type`, or late. ' +
      'Then tell completeUpload.',
  });

const textureType = z.enum(purposeRules.texture.types).describe('Media type of the picture.');
const signed = { status: 201, description: 'The form.', body: upload } as const;
const fileParams = idParams({ fileId: 'fil' });

export const filesSpec = endpoints({
  getTextureUploadUrl: {
    method: 'POST',
    path: '/v1/texture-uploads',
    summary: 'Get a form that uploads the texture of an artwork',
    description: 'PNG or JPEG of up to 10 MB.',
    action: 'files.getTextureUploadUrl',
    idempotency: 'optional',
    body: z.strictObject({ contentType: textureType }).meta({ id: 'GetTextureUploadUrlBody' }),
    success: signed,
    refusals: ['RATE_LIMITED', 'INVALID_STATE'],
  },
  createUpload: {
    method: 'POST',
    path: '/v1/files',
    summary: 'Get a form that uploads a file',
    description:
      'Up to 10 MB. Textures and profile images are PNG or JPEG, business documents also PDF.',
    action: 'files.createUpload',
    idempotency: 'optional',
    body: z
      .strictObject({ purpose, contentType: z.enum(uploadTypes) })
      .meta({ id: 'CreateUploadBody' }),
    success: signed,
    refusals: ['RATE_LIMITED', 'INVALID_STATE'],
  },
  completeUpload: {
    method: 'POST',
    path: '/v1/files/{fileId}/complete',
    summary: 'Say that a file was uploaded',
    description:
      'It is looked at, then ready or rejected: read it until it is either. Again changes nothing.',
    action: 'files.completeUpload',
    idempotency: 'none',
    params: fileParams,
    success: { status: 200, description: 'The file.', body: file },
    refusals: ['FILE_NOT_FOUND', 'FILE_NOT_UPLOADED', 'INVALID_STATE'],
  },
  getFile: {
    method: 'GET',
    path: '/v1/files/{fileId}',
    summary: 'Read what became of a file, and where it is',
    description:
      'One’s own, or any for an admin; someone else’s private file (a `business_document`) for a ' +
      'reason, and who saw it is noted.',
    action: 'files.getFile',
    idempotency: 'none',
    params: fileParams,
    query: z.strictObject({
      reason: text(1, 500).optional().describe('Why, for the audit record.'),
    }),
    success: { status: 200, description: 'The file.', body: file },
    refusals: ['FILE_NOT_FOUND'],
  },
});
