import { z } from 'zod';
import { DomainError } from '../../../common/errors/index.ts';
import type { Logger } from '../../../common/logger.ts';
import type { KakaoSettings } from '../../../common/social-settings.ts';
import { type HttpReply, insist, isPassing, send } from './http.ts';
import {
  type CodeClaim,
  codeInvalid,
  type SocialProfile,
  type SocialProvider,
  scopeMissing,
  unavailable,
} from './provider.ts';

const tokenAnswer = z.object({ access_token: z.string() });
const authError = z.object({ error: z.string(), error_code: z.string().default('') });
const apiError = z.object({
  code: z.number(),
  required_scopes: z.array(z.string()).default([]),
});
const userAnswer = z.object({
  // A number beyond what JavaScript counts exactly would name someone else.
  id: z.number().int().positive().max(Number.MAX_SAFE_INTEGER),
  kakao_account: z
    .object({
      profile: z.object({ nickname: z.string().optional() }).optional(),
      email: z.string().optional(),
      is_email_valid: z.boolean().optional(),
      is_email_verified: z.boolean().optional(),
    })
    .optional(),
});

/** Codes of Kakao's API (`kapi`). */
const notLinked = -101;
const scopeNeeded = -402;
const underAge = -406;

/** Kakao Login: codes become tokens at `kauth`, all else is asked of `kapi`. */
export function createKakao(
  settings: KakaoSettings,
  timeoutMs: number,
  log: Logger,
): SocialProvider {
  const { authUrl, apiUrl, restKey, clientSecret, adminKey } = settings;

  async function trade({ code, redirectUri }: CodeClaim, signal: AbortSignal): Promise<string> {
    const form = { grant_type: 'authorization_code', client_id: restKey, code };
    const secret: Record<string, string> =
      clientSecret === undefined ? {} : { client_secret: clientSecret };
    const reply = await send(
      {
        method: 'POST',
        url: `${authUrl}/oauth/token`,
        form: { ...form, redirect_uri: redirectUri, ...secret },
      },
      signal,
    );
    if (reply.kind === 'answer' && reply.status === 200) {
      const answer = tokenAnswer.safeParse(reply.json);
      if (answer.success) return answer.data.access_token;
    }
    throw refusalOfTrade(reply);
  }

  function refusalOfTrade(reply: HttpReply): DomainError {
    if (reply.kind === 'silence') return unavailable('kakao', reply.reason);
    const { error, error_code } = authError.catch({ error: '', error_code: '' }).parse(reply.json);
    if (error === 'invalid_grant' && !isPassing(reply)) return codeInvalid('kakao', error_code);
    if (!isPassing(reply)) {
      log.error({ status: reply.status, error, error_code }, 'Kakao refuses us');
    }
    return unavailable('kakao', `HTTP ${reply.status} ${error_code}`);
  }

  async function readUser(accessToken: string, signal: AbortSignal): Promise<SocialProfile> {
    const reply = await insist(
      {
        method: 'GET',
        url: `${apiUrl}/v2/user/me`,
        headers: { authorization: `Bearer ${accessToken}` },
      },
      signal,
    );
    if (reply.kind === 'answer' && reply.status === 200) {
      const user = userAnswer.safeParse(reply.json);
      if (user.success) return toProfile(user.data);
    }
    throw refusalOfRead(reply);
  }

  return {
    authorizationUrl({ state, redirectUri }) {
      // What people are asked to share is set at Kakao, so no scope is named here.
      const query = { response_type: 'code', client_id: restKey, redirect_uri: redirectUri, state };
      return `${authUrl}/oauth/authorize?${new URLSearchParams(query)}`;
    },
    async readProfile(claim) {
      const signal = AbortSignal.timeout(timeoutMs);
      return readUser(await trade(claim, signal), signal);
    },
    async unlink(subject) {
      if (adminKey === undefined) return;
      const reply = await insist(
        {
          method: 'POST',
          url: `${apiUrl}/v1/user/unlink`,
          headers: { authorization: `KakaoAK ${adminKey}` },
          form: { target_id_type: 'user_id', target_id: subject },
        },
        AbortSignal.timeout(timeoutMs),
      );
      if (reply.kind === 'silence') throw unavailable('kakao', reply.reason);
      if (reply.status === 200 || codeOf(reply.json)?.code === notLinked) return;
      throw unavailable('kakao', `HTTP ${reply.status} ${codeOf(reply.json)?.code ?? ''}`);
    },
  };
}

function refusalOfRead(reply: HttpReply): DomainError {
  if (reply.kind === 'silence') return unavailable('kakao', reply.reason);
  const error = codeOf(reply.json);
  if (error?.code === scopeNeeded) return scopeMissing('kakao', error.required_scopes);
  if (error?.code === underAge) {
    return new DomainError('SOCIAL_UNDER_AGE', 'Kakao says that the person is under 14', {
      provider: 'kakao',
    });
  }
  if (error?.code === notLinked) return codeInvalid('kakao', String(notLinked));
  return unavailable('kakao', `HTTP ${reply.status} ${error?.code ?? ''}`);
}

function codeOf(json: unknown): z.output<typeof apiError> | undefined {
  return apiError.safeParse(json).data;
}

function toProfile({ id, kakao_account: account }: z.output<typeof userAnswer>): SocialProfile {
  const verified = account?.is_email_valid === true && account.is_email_verified === true;
  const address = account?.email ?? '';
  return {
    subject: String(id),
    name: account?.profile?.nickname ?? '',
    email: address === '' ? undefined : { address, verified },
  };
}
