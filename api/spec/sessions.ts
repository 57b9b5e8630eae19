import { z } from 'zod';
import { LoginMethod, LoginOutcome } from '../../proto/gen/onair/sessions/v1/sessions.ts';
import { enumCodec, present, textOrNull, timestamp, timestampOrNull } from './codecs.ts';
import { endpoints } from './endpoint.ts';
import { count, id, idParams, pageOf, pageQuery, text } from './schemas.ts';
import { user } from './users.ts';

export const tokens = z
  .object({
    user: present(user),
    accessToken: z.string().describe('Goes with every request: `Authorization: Bearer ...`.'),
    accessExpiresAt: timestamp,
    refreshToken: z.string().describe('Single-use secret that buys the next pair.'),
    refreshExpiresAt: timestamp,
    totpRequired: z
      .boolean()
      .describe('The account is an admin’s and needs a second factor to act as one: set TOTP up.'),
  })
  .meta({ id: 'Tokens', description: 'What a client holds to act as a user.' });

const session = z
  .object({
    id: z.string(),
    createdAt: timestamp,
    lastUsedAt: timestamp.describe('When its tokens were last renewed.'),
    expiresAt: timestamp,
    userAgent: z.string().describe('Of its last use, or empty.'),
    address: z.string().describe('Of its last use, masked, e.g. `203.0.113.*`; or empty.'),
    current: z.boolean().describe('Whether it is the one that asks.'),
  })
  .meta({ id: 'Session', description: 'A device that is logged in.' });

const loginAttempt = z
  .object({
    id: z.string(),
    userId: textOrNull.describe('The account; null when the e-mail has none.'),
    address: z.string(),
    userAgent: z.string(),
    outcome: enumCodec(LoginOutcome),
    method: enumCodec(LoginMethod).describe('How they tried to prove who they are.'),
    attemptedAt: timestamp,
  })
  .meta({ id: 'LoginAttempt', description: 'An attempt to log in.' });

const totpCode = z.string().min(1).max(100).describe('Six digits of the app; or a recovery code.');

const logInBody = z
  .strictObject({ email: z.string().max(1_024), password: z.string().max(1_024) })
  .meta({ id: 'LogInBody' });

const refreshTokenBody = z
  .strictObject({ refreshToken: z.string().min(1).max(1_024) })
  .meta({ id: 'RefreshTokenBody' });

const ended = z
  .object({ ended: count.describe('Sessions that were open.') })
  .meta({ id: 'EndedSessions' });

export const sessionsSpec = endpoints({
  logIn: {
    method: 'POST',
    path: '/v1/sessions',
    summary: 'Open a session',
    description:
      'A refusal does not say whether the e-mail is known. After some failures each further one ' +
      'makes the next wait longer (Retry-After).',
    action: 'sessions.logIn',
    credentials: 'ignored',
    idempotency: 'none',
    body: logInBody,
    success: { status: 201, description: 'Tokens of the new session.', body: tokens },
    refusals: ['BAD_CREDENTIALS', 'RATE_LIMITED', 'ACCOUNT_SUSPENDED', 'SECOND_FACTOR_REQUIRED'],
  },
  logInWithCode: {
    method: 'POST',
    path: '/v1/sessions/second-factor',
    summary: 'Finish a log-in that was answered SECOND_FACTOR_REQUIRED',
    description:
      'With `details.challenge` of that answer, which is good for one session, five minutes and ' +
      'five wrong codes; and a code of the app, each of which works once, or a recovery code.',
    action: 'sessions.logInWithCode',
    credentials: 'ignored',
    idempotency: 'none',
    body: z
      .strictObject({ challenge: z.string().min(1).max(200), code: totpCode })
      .meta({ id: 'LogInWithCodeBody' }),
    success: { status: 201, description: 'Tokens of the new session.', body: tokens },
    refusals: ['CHALLENGE_INVALID', 'SECOND_FACTOR_INVALID', 'RATE_LIMITED', 'ACCOUNT_SUSPENDED'],
  },
  getTotp: {
    method: 'GET',
    path: '/v1/me/totp',
    summary: 'Read how the own second factor stands',
    action: 'sessions.getTotp',
    idempotency: 'none',
    success: {
      status: 200,
      description: 'How it stands.',
      body: z
        .object({
          enabledAt: timestampOrNull,
          recoveryCodesLeft: count,
          requiredForAdmins: z.boolean(),
        })
        .meta({ id: 'Totp' }),
    },
    refusals: [],
  },
  beginTotp: {
    method: 'POST',
    path: '/v1/me/totp',
    summary: 'Get a secret for an authenticator app, shown this once',
    description: 'It counts once a first code confirmed it. Beginning again makes another.',
    action: 'sessions.beginTotp',
    idempotency: 'none',
    body: z
      .strictObject({
        password: z
          .string()
          .max(1_024)
          .optional()
          .describe('May be left out within ten minutes of logging in.'),
      })
      .meta({ id: 'BeginTotpBody' }),
    success: {
      status: 201,
      description: 'What the app is to know.',
      body: z
        .object({ secret: z.string(), otpauthUri: z.string().describe('For a QR code.') })
        .meta({ id: 'TotpSecret' }),
    },
    refusals: ['BAD_CREDENTIALS', 'REAUTHENTICATION_REQUIRED', 'RATE_LIMITED', 'INVALID_STATE'],
  },
  confirmTotp: {
    method: 'POST',
    path: '/v1/me/totp/confirm',
    summary: 'Turn the second factor on by a first code',
    description:
      'Other devices are logged out. An admin who needs one is an admin from the next refresh on.',
    action: 'sessions.confirmTotp',
    idempotency: 'none',
    body: z.strictObject({ code: totpCode }).meta({ id: 'ConfirmTotpBody' }),
    success: {
      status: 200,
      description: 'Recovery codes, shown this once; each is good once.',
      body: z.object({ recoveryCodes: z.array(z.string()) }).meta({ id: 'RecoveryCodes' }),
    },
    refusals: ['SECOND_FACTOR_INVALID', 'RATE_LIMITED', 'NOT_FOUND', 'INVALID_STATE'],
  },
  disableTotp: {
    method: 'POST',
    path: '/v1/me/totp/disable',
    summary: 'Turn the second factor off by a code',
    action: 'sessions.disableTotp',
    idempotency: 'none',
    body: z.strictObject({ code: totpCode }).meta({ id: 'DisableTotpBody' }),
    success: { status: 204, description: 'There is none any more.' },
    refusals: ['SECOND_FACTOR_INVALID', 'RATE_LIMITED', 'NOT_FOUND'],
  },
  refreshSession: {
    method: 'POST',
    path: '/v1/sessions/refresh',
    summary: 'Trade a refresh token for new tokens',
    description: 'A refresh token is good for one trade; a second one ends the whole session.',
    action: 'sessions.refreshSession',
    credentials: 'ignored',
    idempotency: 'none',
    body: refreshTokenBody,
    success: { status: 200, description: 'The next tokens of the session.', body: tokens },
    refusals: ['TOKEN_EXPIRED', 'SESSION_REVOKED', 'UNAUTHENTICATED'],
  },
  logout: {
    method: 'POST',
    path: '/v1/sessions/logout',
    summary: 'End a session',
    description:
      'Its access tokens stop working too. Ending a session that has ended or never was succeeds.',
    action: 'sessions.logOut',
    credentials: 'ignored',
    idempotency: 'none',
    body: refreshTokenBody,
    success: { status: 204, description: 'The session is over.' },
    refusals: [],
  },
  listSessions: {
    method: 'GET',
    path: '/v1/me/sessions',
    summary: 'List the devices that are logged in, newest first',
    action: 'sessions.listSessions',
    idempotency: 'none',
    query: z.strictObject(pageQuery),
    success: {
      status: 200,
      description: 'One page.',
      body: pageOf(session).meta({ id: 'SessionPage' }),
    },
    refusals: [],
  },
  revokeSession: {
    method: 'DELETE',
    path: '/v1/me/sessions/{sessionId}',
    summary: 'Log a device out',
    action: 'sessions.revokeSession',
    idempotency: 'none',
    params: idParams({ sessionId: 'ses' }),
    success: { status: 204, description: 'The session is over.' },
    refusals: ['NOT_FOUND'],
  },
  logoutEverywhere: {
    method: 'DELETE',
    path: '/v1/me/sessions',
    summary: 'Log every device out, this one too',
    action: 'sessions.logOutEverywhere',
    idempotency: 'none',
    success: { status: 200, description: 'The sessions are over.', body: ended },
    refusals: [],
  },
  logoutUser: {
    method: 'DELETE',
    path: '/v1/users/{userId}/sessions',
    summary: 'Log an account out everywhere',
    description: 'The own account, or any for an admin.',
    action: 'sessions.logOutEverywhere',
    idempotency: 'none',
    params: idParams({ userId: 'usr' }),
    success: { status: 200, description: 'The sessions are over.', body: ended },
    refusals: ['NOT_FOUND'],
  },
  listLoginAttempts: {
    method: 'GET',
    path: '/v1/login-attempts',
    summary: 'List attempts to log in, newest first',
    description:
      'They are kept for 90 days. Addresses are masked; with a reason they are shown in full, and ' +
      'who saw them is noted.',
    action: 'sessions.listLoginAttempts',
    idempotency: 'none',
    query: z.strictObject({
      ...pageQuery,
      userId: id('usr').optional(),
      address: z.string().min(1).max(45).optional(),
      reason: text(1, 500).describe('Why, for the audit record.').optional(),
    }),
    success: {
      status: 200,
      description: 'One page.',
      body: pageOf(loginAttempt).meta({ id: 'LoginAttemptPage' }),
    },
    refusals: [],
  },
  rotateSigningKey: {
    method: 'POST',
    path: '/v1/signing-keys',
    summary: 'Make a new key that signs access tokens',
    description:
      'It is published at once and signs a little later; the old one verifies until its tokens ' +
      'are over, so nobody is logged out.',
    action: 'sessions.rotateSigningKey',
    idempotency: 'optional',
    body: z
      .strictObject({ reason: text(1, 500).describe('Why, for the audit record.') })
      .meta({ id: 'RotateSigningKeyBody' }),
    success: {
      status: 201,
      description: 'The new key.',
      body: z.object({ kid: z.string(), signsFrom: timestamp }).meta({ id: 'NewSigningKey' }),
    },
    refusals: [],
  },
  getJwks: {
    method: 'GET',
    path: '/.well-known/jwks.json',
    summary: 'Public keys that verify access tokens (RFC 7517)',
    action: 'sessions.getSigningKeys',
    credentials: 'ignored',
    idempotency: 'none',
    success: {
      status: 200,
      description: 'A JSON Web Key Set.',
      body: z.object({ keys: z.array(z.looseObject({ kty: z.string() })) }).meta({ id: 'Jwks' }),
    },
    refusals: [],
    cacheSeconds: 300,
  },
});
