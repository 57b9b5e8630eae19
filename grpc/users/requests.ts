import { z } from 'zod';
import { Language, Role } from '../../proto/gen/onair/users/v1/users.ts';
import { idOf, requestId, text, timestamp } from '../rpc/fields.ts';
import { pageSize } from '../rpc/paging.ts';
import { readEmail } from './email.ts';
import { languageCodec } from './language-codec.ts';
import { readPhone } from './phone.ts';
import { roleCodec } from './role-codec.ts';

/** Longest secret looked at, in UTF-16 units; longer ones can't be ours. */
const maxSecretLength = 1_024;

const email = z
  .string()
  .max(maxSecretLength)
  .transform((value, context) => readEmail(value)?.address ?? refuse(context, 'is no e-mail'));

const phone = z
  .string()
  .max(50)
  .transform((value, context) => {
    if (value.trim() === '') return '';
    return readPhone(value) ?? refuse(context, 'must be a phone number, or empty');
  });

const client = z
  .object({ address: z.string() })
  .optional()
  .transform((given) => given?.address ?? '');

const token = z.string().min(1).max(200);
const version = z.string().regex(/^[\w.-]{1,20}$/, 'must be letters, digits, dots and dashes');
const versionOrNone = z.union([z.literal(''), version]);

export const signUpRequest = z
  .object({
    requestId,
    email,
    // Its strength is the domain's to judge, which answers WEAK_PASSWORD.
    password: z.string().max(maxSecretLength),
    name: text(1, 40),
    phone,
    language: z.enum(Language).transform((value) => languageCodec.fromProto(value) ?? 'ko'),
    tosVersion: versionOrNone,
    marketingConsent: z.boolean(),
    client,
  })
  .transform(({ client: address, ...input }) => ({ ...input, address }));

export const verifyEmailRequest = z.object({ token });

/** A malformed e-mail is an unknown one: answered as such, not as a mistake in the request. */
export const requestPasswordResetRequest = z.object({ email: z.string().max(320), client });

export const sendPasswordResetsRequest = z.object({
  resets: z.array(z.object({ jobId: idOf('job'), sealedEmail: z.string().max(2_000) })).max(500),
});

export const resetPasswordRequest = z.object({
  token,
  password: z.string().max(maxSecretLength),
});

export const updateProfileImageRequest = z.object({ requestId, fileId: idOf('fil') });

export const removeProfileImageRequest = z.object({ requestId });

export const showNextImagesRequest = z.object({
  images: z.array(z.object({ userId: idOf('usr'), fileId: idOf('fil') })).max(500),
});

export const updateProfileRequest = z.object({
  requestId,
  name: text(1, 40).optional(),
  phone: phone.optional(),
  language: z.enum(Language).transform(languageCodec.fromProto),
});

const password = z.string().max(maxSecretLength);

export const requestEmailChangeRequest = z.object({ requestId, email, password });

export const changePasswordRequest = z.object({
  requestId,
  currentPassword: password,
  newPassword: password,
});

export const publishTosRequest = z.object({
  requestId,
  version,
  textKo: text(1, 12_000),
  textEn: text(1, 12_000),
  effectiveAt: timestamp,
});

export const getTosRequest = z.object({ version: versionOrNone });

export const agreeTosRequest = z.object({ version });

export const setMarketingConsentRequest = z.object({ consents: z.boolean() });

export const getUserRequest = z.object({ userId: idOf('usr'), reason: text(0, 500) });

const role = z
  .enum(Role)
  .transform((value, context) => roleCodec.fromProto(value) ?? refuse(context, 'must be a role'));

export const changeRoleRequest = z.object({
  requestId,
  userId: idOf('usr'),
  role,
  reason: text(1, 500),
});

export const suspensionRequest = z.object({
  requestId,
  userId: idOf('usr'),
  reason: text(1, 500),
});

export const listAccountChangesRequest = z.object({
  userId: idOf('usr'),
  pageSize,
  pageToken: z.string(),
});

function refuse(context: z.RefinementCtx, message: string): never {
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
}
