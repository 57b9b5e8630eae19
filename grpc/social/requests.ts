import { z } from 'zod';
import { SocialProvider } from '../../proto/gen/onair/social/v1/social.ts';
import { Language } from '../../proto/gen/onair/users/v1/users.ts';
import { createEnumCodec } from '../rpc/enum-codec.ts';
import { requestId } from '../rpc/fields.ts';
import { client } from '../sessions/index.ts';
import { languageCodec } from '../users/index.ts';
import { socialProviders } from './entities.ts';

/** Providers on the wire and in the domain. */
export const providerCodec = createEnumCodec(SocialProvider, socialProviders);

const provider = z.enum(SocialProvider).transform((value, context) => {
  const name = providerCodec.fromProto(value);
  if (name !== undefined) return name;
  context.addIssue({ code: 'custom', message: 'must be a provider' });
  return z.NEVER;
});

const secret = z.string().min(1).max(200);
const code = z.string().min(1).max(2_000);
const codeVerifier = z.string().regex(/^[\w.~-]{43,128}$/, 'must be 43 to 128 characters');
const redirectUri = z.string().min(1).max(500);

const codeChallenge = z.union([
  z.literal(''),
  z.string().regex(/^[\w-]{43}$/, 'must be the S256 of a code verifier, base64url'),
]);

export const beginRequest = z.object({ provider, redirectUri, codeChallenge, client });

const newAccount = z
  .object({
    language: z.enum(Language).transform((value) => languageCodec.fromProto(value) ?? 'ko'),
    tosVersion: z.string().regex(/^[\w.-]{0,20}$/, 'must be letters, digits, dots and dashes'),
    marketingConsent: z.boolean(),
  })
  .default({ language: 'ko', tosVersion: '', marketingConsent: false });

const finish = { state: secret, nonce: secret, newAccount, client };

export const loginWithKakaoRequest = z.object({ code, ...finish });

export const loginWithTwitterRequest = z.object({
  authorizationCode: code,
  codeVerifier,
  ...finish,
});

export const linkRequest = z.object({
  provider,
  code,
  codeVerifier: z.union([z.literal(''), codeVerifier]),
  state: secret,
  nonce: secret,
});

export const unlinkRequest = z.object({ requestId, provider });

export const receiveKakaoUnlinkRequest = z.object({ kakaoUserId: z.string().max(100) });

export const tellUnlinksRequest = z.object({
  links: z.array(z.object({ provider, sealedSubject: z.string().min(1).max(1_000) })).max(100),
});

export const pruneRequest = z.object({ limit: z.number().int().min(1).max(10_000) });
