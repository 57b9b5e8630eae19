import { z } from 'zod';
import { SocialProvider } from '../../proto/gen/onair/social/v1/social.ts';
import { Language } from '../../proto/gen/onair/users/v1/users.ts';
import { enumCodec, timestamp, timestampOrNull } from './codecs.ts';
import { endpoints } from './endpoint.ts';
import { tokens } from './sessions.ts';

const provider = enumCodec(SocialProvider);

const beginBody = z
  .strictObject({
    redirectUri: z
      .string()
      .min(1)
      .max(500)
      .describe('Where the provider sends the browser afterwards; one of those set up.'),
    codeChallenge: z
      .string()
      .regex(/^[\w-]{43}$/, 'must be the S256 of a code verifier, base64url')
      .optional()
      .describe('PKCE, S256 of the code verifier, base64url. X asks for it.'),
  })
  .meta({ id: 'BeginSocialBody' });

const attempt = z
  .object({
    state: z.string().describe('Comes back from the provider beside the code. Good once.'),
    nonce: z
      .string()
      .describe('Keep it where you began, e.g. in sessionStorage, and send it at the end.'),
    authorizationUrl: z.string().describe('Where to send the browser.'),
    expiresAt: timestamp,
  })
  .meta({ id: 'SocialAttempt', description: 'A login or link that was begun.' });

const secret = z.string().min(1).max(200);
const code = z.string().min(1).max(2_000);
const codeVerifier = z.string().regex(/^[\w.~-]{43,128}$/, 'must be 43 to 128 characters');

const newAccount = z
  .strictObject({
    language: enumCodec(Language).optional(),
    tosVersion: z
      .string()
      .regex(/^[\w.-]{1,20}$/)
      .optional(),
    marketingConsent: z.boolean().optional(),
  })
  .describe('Used only if an account is made.')
  .meta({ id: 'NewSocialAccount' });

const account = z
  .object({
    provider,
    linkedAt: timestamp,
    lastUsedAt: timestampOrNull.describe('When someone last logged in with it.'),
  })
  .meta({ id: 'SocialAccount', description: 'An account elsewhere that opens this one.' });

const refusals = [
  'SOCIAL_DISABLED',
  'SOCIAL_STATE_INVALID',
  'SOCIAL_CODE_INVALID',
  'SOCIAL_SCOPE_MISSING',
  'SOCIAL_UNDER_AGE',
] as const;

const logInRefusals = [
  ...refusals,
  'SOCIAL_EMAIL_TAKEN',
  'SECOND_FACTOR_REQUIRED',
  'ACCOUNT_SUSPENDED',
  'RATE_LIMITED',
  'NOT_FOUND',
  'INVALID_STATE',
] as const;

const logInDescription =
  'Makes an account for who has none; its e-mail is the provider’s if the provider verified it. ' +
  'SOCIAL_EMAIL_TAKEN: the e-mail has an account, log in there and link. UNAVAILABLE: the ' +
  'provider does not answer, the same request may be made again.';

const providerParams = z.object({ provider });

export const socialSpec = endpoints({
  beginSocialLogin: {
    method: 'POST',
    path: '/v1/social/{provider}/attempts',
    summary: 'Begin to log in with Kakao or X',
    description: 'Must be finished within ten minutes.',
    action: 'social.beginSocialLogin',
    credentials: 'ignored',
    idempotency: 'none',
    params: providerParams,
    body: beginBody,
    success: { status: 201, description: 'What was begun.', body: attempt },
    refusals: ['SOCIAL_DISABLED', 'RATE_LIMITED'],
  },
  loginWithKakao: {
    method: 'POST',
    path: '/v1/sessions/kakao',
    summary: 'Open a session with a code of Kakao',
    description: logInDescription,
    action: 'social.loginWithKakao',
    credentials: 'ignored',
    idempotency: 'none',
    body: z
      .strictObject({ code, state: secret, nonce: secret, newAccount: newAccount.optional() })
      .meta({ id: 'LoginWithKakaoBody' }),
    success: { status: 201, description: 'Tokens of the new session.', body: tokens },
    refusals: logInRefusals,
  },
  loginWithTwitter: {
    method: 'POST',
    path: '/v1/sessions/twitter',
    summary: 'Open a session with a code of X',
    description: logInDescription,
    action: 'social.loginWithTwitter',
    credentials: 'ignored',
    idempotency: 'none',
    body: z
      .strictObject({
        authorizationCode: code,
        codeVerifier: codeVerifier.describe('What the code challenge was made of (RFC 7636).'),
        state: secret,
        nonce: secret,
        newAccount: newAccount.optional(),
      })
      .meta({ id: 'LoginWithTwitterBody' }),
    success: { status: 201, description: 'Tokens of the new session.', body: tokens },
    refusals: logInRefusals,
  },
  listSocialAccounts: {
    method: 'GET',
    path: '/v1/me/social-accounts',
    summary: 'List what opens the own account',
    action: 'social.listSocialAccounts',
    idempotency: 'none',
    success: {
      status: 200,
      description: 'Links, and whether there is a password.',
      body: z
        .object({ accounts: z.array(account), hasPassword: z.boolean() })
        .meta({ id: 'SocialAccounts' }),
    },
    refusals: [],
  },
  beginSocialLink: {
    method: 'POST',
    path: '/v1/me/social-accounts/{provider}/attempts',
    summary: 'Begin to link an account of Kakao or X to the own one',
    description: 'Must be finished within ten minutes, by the same person.',
    action: 'social.beginSocialLink',
    idempotency: 'none',
    params: providerParams,
    body: beginBody,
    success: { status: 201, description: 'What was begun.', body: attempt },
    refusals: ['SOCIAL_DISABLED', 'RATE_LIMITED'],
  },
  linkSocialAccount: {
    method: 'PUT',
    path: '/v1/me/social-accounts/{provider}',
    summary: 'Link an account of Kakao or X to the own one',
    description: 'Linking the same one again changes nothing.',
    action: 'social.linkSocialAccount',
    idempotency: 'none',
    params: providerParams,
    body: z
      .strictObject({ code, codeVerifier: codeVerifier.optional(), state: secret, nonce: secret })
      .meta({ id: 'LinkSocialAccountBody' }),
    success: { status: 200, description: 'The link.', body: account },
    refusals: [...refusals, 'SOCIAL_ALREADY_LINKED', 'ACCOUNT_SUSPENDED'],
  },
  unlinkSocialAccount: {
    method: 'DELETE',
    path: '/v1/me/social-accounts/{provider}',
    summary: 'Take a link away',
    description: 'The last way in stays: a password, or another link. The provider is told.',
    action: 'social.unlinkSocialAccount',
    idempotency: 'optional',
    params: providerParams,
    success: { status: 204, description: 'There is no link any more.' },
    refusals: ['NOT_FOUND', 'LAST_WAY_IN'],
  },
});
