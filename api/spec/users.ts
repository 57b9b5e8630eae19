import { z } from 'zod';
import { Language, Role } from '../../proto/gen/onair/users/v1/users.ts';
import { enumCodec, textOrNull, timestamp, timestampOrNull } from './codecs.ts';
import { endpoints } from './endpoint.ts';
import { id, idParams, ownPassword, pageOf, pageQuery, text, unconfirmed } from './schemas.ts';

const role = enumCodec(Role);
const language = enumCodec(Language);

export const user = z
  .object({
    id: z.string(),
    email: z.string(),
    name: z.string().describe('Name shown in chat.'),
    phone: z.string().describe('Phone number in E.164, e.g. `+821012345678`, or empty.'),
    roles: z.array(role),
    createdAt: timestamp,
    language: language.describe('Language of mails.'),
    emailVerifiedAt: timestampOrNull,
    tosVersion: textOrNull.describe('Version of the terms of service agreed to last.'),
    tosAgreedAt: timestampOrNull,
    marketingConsentAt: timestampOrNull.describe('Since when advertising may be sent.'),
    suspended: z.boolean(),
    imageUrl: textOrNull.describe('Where the picture is, a WebP of 512 x 512 pixels.'),
  })
  .meta({ id: 'User', description: 'An account as its owner sees it.' });

/** What an e-mail is, the services say; international domains are none to most patterns. */
const email = z.string().trim().min(3).max(320).regex(/@/, 'must be an e-mail address');

const version = z.string().regex(/^[\w.-]{1,20}$/, 'must be letters, digits, dots and dashes');

const signUpBody = z
  .strictObject({
    email: email.meta({ format: 'email' }),
    password: z
      .string()
      .max(1_024)
      .describe('8 to 128 characters; one that is easy to guess is WEAK_PASSWORD.'),
    name: text(1, 40).describe('Name shown in chat.'),
    phone: z
      .string()
      .trim()
      .min(7)
      .max(50)
      .describe('As dialled in Korea, or with its country code. Kept in E.164.')
      .optional(),
    language: language.optional().describe('Language of mails; Korean unless told.'),
    tosVersion: version.optional().describe('The terms of service in force, if agreed to.'),
    marketingConsent: z.boolean().optional().describe('Whether advertising may be sent.'),
  })
  .meta({ id: 'SignUpBody' });

const updateMeBody = z
  .strictObject({
    name: text(1, 40).optional().describe('Name shown in chat.'),
    phone: z
      .string()
      .trim()
      .max(50)
      .nullable()
      .optional()
      .describe('As dialled in Korea, or with its country code; null to remove it.'),
    language: language.optional().describe('Language of mails.'),
  })
  .meta({ id: 'UpdateMeBody' });

const token = z.string().min(1).max(200);

const tos = z
  .object({
    version: z.string(),
    textKo: z.string().describe('The text in Korean, which binds.'),
    textEn: z.string(),
    effectiveAt: timestamp,
  })
  .meta({ id: 'Tos', description: 'A version of the terms of service.' });

const reason = text(1, 500).describe('Why, for the audit record.');
const accountChange = z
  .object({
    id: z.string(),
    kind: z.string().describe('What was done, e.g. `suspended` or `role_granted:seller`.'),
    reason: z.string(),
    changedBy: z.string().describe('A user id, or `system`.'),
    changedAt: timestamp,
  })
  .meta({ id: 'AccountChange', description: 'Something that was done to an account.' });

const roleParams = z.object({ userId: id('usr'), role });

export const usersSpec = endpoints({
  signUp: {
    method: 'POST',
    path: '/v1/users',
    summary: 'Create an account',
    description:
      'The account has the role viewer. A link that verifies the e-mail is mailed to it.',
    action: 'users.signUp',
    credentials: 'ignored',
    idempotency: 'optional',
    body: signUpBody,
    success: { status: 201, description: 'The account.', body: user },
    refusals: ['EMAIL_TAKEN', 'WEAK_PASSWORD', 'INVALID_STATE', 'NOT_FOUND', 'RATE_LIMITED'],
  },
  requestEmailVerification: {
    method: 'POST',
    path: '/v1/me/email-verification',
    summary: 'Mail a new link that verifies the e-mail',
    description: 'Older links stop working. Nothing is sent when it is verified.',
    action: 'users.requestEmailVerification',
    idempotency: 'none',
    success: { status: 204, description: 'The mail is on its way.' },
    refusals: ['RATE_LIMITED'],
  },
  verifyEmail: {
    method: 'POST',
    path: '/v1/email-verifications',
    summary: 'Verify an e-mail by the token of a mailed link',
    action: 'users.verifyEmail',
    credentials: 'ignored',
    idempotency: 'none',
    body: z.strictObject({ token }).meta({ id: 'VerifyEmailBody' }),
    success: { status: 204, description: 'The e-mail is verified.' },
    refusals: ['LINK_NOT_VALID'],
  },
  requestPasswordReset: {
    method: 'POST',
    path: '/v1/password-resets',
    summary: 'Mail a link that resets the password',
    description: 'The answer is the same whether the e-mail has an account or not.',
    action: 'users.requestPasswordReset',
    credentials: 'ignored',
    idempotency: 'none',
    body: z.strictObject({ email }).meta({ id: 'RequestPasswordResetBody' }),
    success: { status: 204, description: 'If there is such an account, a mail is on its way.' },
    refusals: ['RATE_LIMITED'],
  },
  resetPassword: {
    method: 'POST',
    path: '/v1/password-resets/confirm',
    summary: 'Set a new password by the token of a mailed link',
    description: 'A link works once. Every session of the account ends.',
    action: 'users.resetPassword',
    credentials: 'ignored',
    idempotency: 'none',
    body: z
      .strictObject({ token, password: z.string().max(1_024) })
      .meta({ id: 'ResetPasswordBody' }),
    success: { status: 204, description: 'The password is set.' },
    refusals: ['LINK_NOT_VALID', 'WEAK_PASSWORD'],
  },
  getTos: {
    method: 'GET',
    path: '/v1/tos',
    summary: 'Read the terms of service in force',
    action: 'users.getTos',
    credentials: 'ignored',
    idempotency: 'none',
    success: { status: 200, description: 'The terms.', body: tos },
    refusals: ['NOT_FOUND'],
  },
  getTosVersion: {
    method: 'GET',
    path: '/v1/tos/{version}',
    summary: 'Read a version of the terms of service',
    action: 'users.getTos',
    credentials: 'ignored',
    idempotency: 'none',
    params: z.object({ version }),
    success: { status: 200, description: 'The terms.', body: tos },
    refusals: ['NOT_FOUND'],
  },
  updateProfileImage: {
    method: 'PUT',
    path: '/v1/me/profile-image',
    summary: 'Take an uploaded picture as one’s own',
    description:
      'Upload it with createUpload (`profile_image`) and completeUpload. It is shown at once, or as ' +
      'soon as it was found good: `imageUrl` of the account. The one before it is erased.',
    action: 'users.updateProfileImage',
    idempotency: 'optional',
    body: z.strictObject({ fileId: id('fil') }).meta({ id: 'UpdateProfileImageBody' }),
    success: { status: 200, description: 'The account.', body: user },
    refusals: ['FILE_NOT_FOUND', 'FILE_WRONG_PURPOSE', 'FILE_NOT_READY'],
  },
  removeProfileImage: {
    method: 'DELETE',
    path: '/v1/me/profile-image',
    summary: 'Remove one’s picture',
    description: 'Removing none changes nothing.',
    action: 'users.removeProfileImage',
    idempotency: 'optional',
    success: { status: 200, description: 'The account.', body: user },
    refusals: [],
  },
  publishTos: {
    method: 'POST',
    path: '/v1/tos',
    summary: 'Publish a version of the terms of service',
    description: 'Its text never changes afterwards.',
    action: 'users.publishTos',
    idempotency: 'optional',
    body: z
      .strictObject({
        version,
        textKo: text(1, 12_000),
        textEn: text(1, 12_000),
        effectiveAt: timestamp.describe('From when it is in force; now or later.'),
      })
      .meta({ id: 'PublishTosBody' }),
    success: { status: 201, description: 'The terms.', body: tos },
    refusals: ['INVALID_STATE'],
  },
  agreeTos: {
    method: 'POST',
    path: '/v1/me/tos-agreements',
    summary: 'Agree to the terms of service in force',
    description: 'Agreeing again changes nothing.',
    action: 'users.agreeTos',
    idempotency: 'none',
    body: z.strictObject({ version }).meta({ id: 'AgreeTosBody' }),
    success: { status: 200, description: 'The account.', body: user },
    refusals: ['NOT_FOUND', 'INVALID_STATE'],
  },
  setMarketingConsent: {
    method: 'PUT',
    path: '/v1/me/marketing-consent',
    summary: 'Allow or forbid advertising',
    action: 'users.setMarketingConsent',
    idempotency: 'none',
    body: z.strictObject({ consents: z.boolean() }).meta({ id: 'SetMarketingConsentBody' }),
    success: { status: 200, description: 'The account.', body: user },
    refusals: [],
  },
  getMe: {
    method: 'GET',
    path: '/v1/me',
    summary: 'Read the own account',
    action: 'users.getUser',
    idempotency: 'none',
    success: { status: 200, description: 'The account.', body: user },
    refusals: ['NOT_FOUND'],
  },
  getUser: {
    method: 'GET',
    path: '/v1/users/{userId}',
    summary: 'Read an account',
    description:
      'The own account, or any for an admin. That of someone else has its e-mail and phone number ' +
      'masked; with a reason it is shown in full, and who saw it is noted.',
    action: 'users.getUser',
    idempotency: 'none',
    params: idParams({ userId: 'usr' }),
    query: z.strictObject({ reason: reason.optional() }),
    success: { status: 200, description: 'The account.', body: user },
    refusals: ['NOT_FOUND'],
  },
  updateMe: {
    method: 'PATCH',
    path: '/v1/me',
    summary: 'Change name, phone number or language',
    description:
      'What is left out stays. A new name shows in chat once the access token was renewed.',
    action: 'users.updateProfile',
    idempotency: 'optional',
    body: updateMeBody,
    success: { status: 200, description: 'The account.', body: user },
    refusals: [],
  },
  requestEmailChange: {
    method: 'POST',
    path: '/v1/me/email-change',
    summary: 'Ask for another e-mail',
    description:
      'A link is mailed to the new address, and the e-mail changes when it is followed. The present ' +
      'address is told. An older link stops working.',
    action: 'users.requestEmailChange',
    idempotency: 'optional',
    body: z
      .strictObject({ email: email.meta({ format: 'email' }), password: ownPassword })
      .meta({ id: 'RequestEmailChangeBody' }),
    success: { status: 204, description: 'A mail is on its way to the new address.' },
    refusals: [...unconfirmed, 'EMAIL_TAKEN'],
  },
  confirmEmailChange: {
    method: 'POST',
    path: '/v1/email-changes',
    summary: 'Change the e-mail by the token of a mailed link',
    description: 'A link works once. The new e-mail is thereby verified; sessions stay open.',
    action: 'users.confirmEmailChange',
    credentials: 'ignored',
    idempotency: 'none',
    body: z.strictObject({ token }).meta({ id: 'ConfirmEmailChangeBody' }),
    success: { status: 204, description: 'The e-mail is changed.' },
    refusals: ['LINK_NOT_VALID', 'EMAIL_TAKEN'],
  },
  changePassword: {
    method: 'PUT',
    path: '/v1/me/password',
    summary: 'Set a new password by the present one',
    description:
      'Every other session of the account ends. An account without a password gets its first one ' +
      'this way within ten minutes of logging in.',
    action: 'users.changePassword',
    idempotency: 'optional',
    body: z
      .strictObject({ currentPassword: ownPassword, newPassword: z.string().max(1_024) })
      .meta({ id: 'ChangePasswordBody' }),
    success: { status: 204, description: 'The password is set.' },
    refusals: [...unconfirmed, 'WEAK_PASSWORD'],
  },
  grantRole: {
    method: 'PUT',
    path: '/v1/users/{userId}/roles/{role}',
    summary: 'Give a role to an account',
    description: 'Giving a role that is held changes nothing.',
    action: 'users.grantRole',
    idempotency: 'optional',
    params: roleParams,
    body: z.strictObject({ reason }).meta({ id: 'GrantRoleBody' }),
    success: { status: 200, description: 'The account with the role.', body: user },
    refusals: ['NOT_FOUND'],
  },
  revokeRole: {
    method: 'DELETE',
    path: '/v1/users/{userId}/roles/{role}',
    summary: 'Take a role from an account',
    description: 'Taking a role that is not held changes nothing.',
    action: 'users.revokeRole',
    idempotency: 'optional',
    params: roleParams,
    query: z.strictObject({ reason }),
    success: { status: 200, description: 'The account without the role.', body: user },
    refusals: ['NOT_FOUND', 'INVALID_STATE'],
  },
  suspendUser: {
    method: 'PUT',
    path: '/v1/users/{userId}/suspension',
    summary: 'Suspend an account',
    description: 'It is logged out everywhere and can neither log in nor order.',
    action: 'users.suspendUser',
    idempotency: 'optional',
    params: idParams({ userId: 'usr' }),
    body: z.strictObject({ reason }).meta({ id: 'SuspendUserBody' }),
    success: { status: 200, description: 'The suspended account.', body: user },
    refusals: ['NOT_FOUND', 'INVALID_STATE'],
  },
  unsuspendUser: {
    method: 'DELETE',
    path: '/v1/users/{userId}/suspension',
    summary: 'End a suspension',
    action: 'users.unsuspendUser',
    idempotency: 'optional',
    params: idParams({ userId: 'usr' }),
    query: z.strictObject({ reason }),
    success: { status: 200, description: 'The account.', body: user },
    refusals: ['NOT_FOUND'],
  },
  listAccountChanges: {
    method: 'GET',
    path: '/v1/users/{userId}/changes',
    summary: 'List what was done to an account, newest first',
    action: 'users.listAccountChanges',
    idempotency: 'none',
    params: idParams({ userId: 'usr' }),
    query: z.strictObject(pageQuery),
    success: {
      status: 200,
      description: 'One page.',
      body: pageOf(accountChange).meta({ id: 'AccountChangePage' }),
    },
    refusals: [],
  },
});
