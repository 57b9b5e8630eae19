import { z } from 'zod';
import type { DomainError } from '../../../common/errors/index.ts';
import type { Logger } from '../../../common/logger.ts';
import type { XSettings } from '../../../common/social-settings.ts';
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
const authError = z.object({ error: z.string() });
const userAnswer = z.object({
  data: z.object({
    id: z.string().regex(/^\d{1,30}$/),
    name: z.string(),
    confirmed_email: z.string().optional(),
  }),
});

/** What X calls a code or a verifier that it doesn't take. */
const badCode: ReadonlySet<string> = new Set(['invalid_grant', 'invalid_request']);

/** Milliseconds for handing a token back, which nobody should have to wait for. */
const revokeMs = 2_000;

/** X: OAuth 2.0 with PKCE. A client with a secret proves itself by Basic. */
export function createX(settings: XSettings, timeoutMs: number, log: Logger): SocialProvider {
  const { authUrl, apiUrl, clientId, clientSecret, scopes } = settings;
  const basic = Buffer.from(`${clientId}:${clientSecret ?? ''}`).toString('base64');
  const headers: Record<string, string> =
    clientSecret === undefined ? {} : { authorization: `Basic ${basic}` };
  const wantsEmail = scopes.split(' ').includes('users.email');

  async function trade(claim: CodeClaim, signal: AbortSignal): Promise<string> {
    const form = {
      grant_type: 'authorization_code',
      client_id: clientId,
      code: claim.code,
      redirect_uri: claim.redirectUri,
      code_verifier: claim.codeVerifier,
    };
    const reply = await send(
      { method: 'POST', url: `${apiUrl}/2/oauth2/token`, headers, form },
      signal,
    );
    if (reply.kind === 'answer' && reply.status === 200) {
      const answer = tokenAnswer.safeParse(reply.json);
      if (answer.success) return answer.data.access_token;
    }
    throw refusalOfTrade(reply);
  }

  function refusalOfTrade(reply: HttpReply): DomainError {
    if (reply.kind === 'silence') return unavailable('x', reply.reason);
    const { error } = authError.catch({ error: '' }).parse(reply.json);
    if (reply.status === 400 && badCode.has(error)) return codeInvalid('x', error);
    if (!isPassing(reply)) log.error({ status: reply.status, error }, 'X refuses us');
    return unavailable('x', `HTTP ${reply.status} ${error}`);
  }

  async function readUser(accessToken: string, signal: AbortSignal): Promise<SocialProfile> {
    const fields = wantsEmail ? '?user.fields=confirmed_email' : '';
    const reply = await insist(
      {
        method: 'GET',
        url: `${apiUrl}/2/users/me${fields}`,
        headers: { authorization: `Bearer ${accessToken}` },
      },
      signal,
    );
    if (reply.kind === 'silence') throw unavailable('x', reply.reason);
    const user = userAnswer.safeParse(reply.json);
    if (reply.status === 200 && user.success) return toProfile(user.data);
    if (reply.status === 403) throw scopeMissing('x', scopes.split(' '));
    throw unavailable('x', `HTTP ${reply.status}`);
  }

  /** The token lives on for two hours otherwise, and nobody needs it. */
  async function handBack(accessToken: string): Promise<void> {
    const form = { token: accessToken, token_type_hint: 'access_token', client_id: clientId };
    const url = `${apiUrl}/2/oauth2/revoke`;
    await send({ method: 'POST', url, headers, form }, AbortSignal.timeout(revokeMs));
  }

  return {
    authorizationUrl({ state, redirectUri, codeChallenge }) {
      const query = {
        response_type: 'code',
        client_id: clientId,
        redirect_uri: redirectUri,
        scope: scopes,
        state,
        code_challenge: codeChallenge,
        code_challenge_method: 'S256',
      };
      return `${authUrl}/i/oauth2/authorize?${new URLSearchParams(query)}`;
    },
    async readProfile(claim) {
      const signal = AbortSignal.timeout(timeoutMs);
      const accessToken = await trade(claim, signal);
      try {
        return await readUser(accessToken, signal);
      } finally {
        await handBack(accessToken);
      }
    },
    // Nothing of ours is left at X: its tokens are handed back at once.
    unlink: async () => undefined,
  };
}

/** X tells an e-mail only once it is confirmed. */
function toProfile({ data }: z.output<typeof userAnswer>): SocialProfile {
  const address = data.confirmed_email ?? '';
  return {
    subject: data.id,
    name: data.name,
    email: address === '' ? undefined : { address, verified: true },
  };
}
