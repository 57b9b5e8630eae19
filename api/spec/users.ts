import { z } from 'zod';
import { Role } from '../../proto/gen/onair/users/v1/users.ts';
import { enumCodec, present, timestamp } from './codecs.ts';
import { endpoints } from './endpoint.ts';
import { id, idParams, text } from './schemas.ts';

const role = enumCodec(Role);

const user = z
  .object({
    id: z.string(),
    email: z.string(),
    name: z.string().describe('Name shown in chat.'),
    phone: z.string().describe('Phone number as given, or empty.'),
    roles: z.array(role),
    createdAt: timestamp,
  })
  .meta({ id: 'User', description: 'An account as its owner sees it.' });

const tokens = z
  .object({
    user: present(user),
    accessToken: z.string().describe('Goes with every request: `Authorization: Bearer ...`.'),
    accessExpiresAt: timestamp,
    refreshToken: z.string().describe('Single-use secret that buys the next pair.'),
    refreshExpiresAt: timestamp,
  })
  .meta({ id: 'Tokens', description: 'What a client holds to act as a user.' });

const signUpBody = z
  .strictObject({
    email: z.string().trim().max(254).pipe(z.email()).meta({ format: 'email' }),
    password: z
      .string()
      .max(1_024)
      .describe('8 to 128 characters; one that is easy to guess is WEAK_PASSWORD.'),
    name: text(1, 40).describe('Name shown in chat.'),
    phone: z
      .string()
      .trim()
      .regex(/^\+?[\d ().-]{7,31}$/, 'must be a phone number')
      .optional(),
  })
  .meta({ id: 'SignUpBody' });

const logInBody = z
  .strictObject({ email: z.string().max(1_024), password: z.string().max(1_024) })
  .meta({ id: 'LogInBody' });

const refreshTokenBody = z
  .strictObject({ refreshToken: z.string().min(1).max(1_024) })
  .meta({ id: 'RefreshTokenBody' });

const reason = text(1, 500).describe('Why, for the audit record.');
const roleParams = z.object({ userId: id('usr'), role });

export const usersSpec = endpoints({
  signUp: {
    method: 'POST',
    path: '/v1/users',
    summary: 'Create an account',
    description: 'The account has the role viewer.',
    action: 'users.signUp',
    credentials: 'ignored',
    idempotency: 'optional',
    body: signUpBody,
    success: { status: 201, description: 'The account.', body: user },
    refusals: ['EMAIL_TAKEN', 'WEAK_PASSWORD'],
  },
  logIn: {
    method: 'POST',
    path: '/v1/sessions',
    summary: 'Open a session',
    description: 'A refusal does not say whether the e-mail is known.',
    action: 'users.logIn',
    credentials: 'ignored',
    idempotency: 'none',
    body: logInBody,
    success: { status: 201, description: 'Tokens of the new session.', body: tokens },
    refusals: ['BAD_CREDENTIALS', 'RATE_LIMITED'],
  },
  refreshSession: {
    method: 'POST',
    path: '/v1/sessions/refresh',
    summary: 'Trade a refresh token for new tokens',
    description: 'A refresh token is good for one trade; a second one ends the whole session.',
    action: 'users.refreshSession',
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
    description: 'Ending a session that has ended or never was succeeds.',
    action: 'users.logOut',
    credentials: 'ignored',
    idempotency: 'none',
    body: refreshTokenBody,
    success: { status: 204, description: 'The session is over.' },
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
    description: 'The own account, or any for an admin.',
    action: 'users.getUser',
    idempotency: 'none',
    params: idParams({ userId: 'usr' }),
    success: { status: 200, description: 'The account.', body: user },
    refusals: ['NOT_FOUND'],
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
  getJwks: {
    method: 'GET',
    path: '/.well-known/jwks.json',
    summary: 'Public keys that verify access tokens (RFC 7517)',
    action: 'users.getSigningKeys',
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
