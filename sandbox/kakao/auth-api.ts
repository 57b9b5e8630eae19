import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { standInKakao } from '../../common/social-settings.ts';
import { consentPage, newToken, withQuery } from '../consent.ts';
import type { KakaoBooks } from './books.ts';

const authorizeQuery = z.object({
  response_type: z.literal('code'),
  client_id: z.string(),
  redirect_uri: z.url(),
  state: z.string().optional(),
});

const consentBody = authorizeQuery.extend({
  sandbox_user: z.string().regex(/^[1-9]\d{0,14}$/),
  sandbox_answer: z.enum(['agree', 'decline']).default('agree'),
});

const tokenBody = z.object({
  grant_type: z.string(),
  client_id: z.string(),
  client_secret: z.string().default(''),
  redirect_uri: z.string(),
  code: z.string(),
});

interface AuthError {
  readonly status: number;
  readonly error: string;
  readonly code: string;
  readonly description: string;
}

const errors = {
  badRequest: [400, 'invalid_request', 'KOE203', 'invalid request'],
  badApp: [401, 'invalid_client', 'KOE101', 'Not exist client_id'],
  badSecret: [401, 'invalid_client', 'KOE010', 'Bad client credentials'],
  badAddress: [400, 'invalid_request', 'KOE006', 'Admin Settings Issue: redirect_uri mismatched'],
  otherAddress: [400, 'invalid_grant', 'KOE303', 'Redirect URI mismatch.'],
  badCode: [400, 'invalid_grant', 'KOE320', 'authorization code not found'],
  down: [500, 'server_error', 'KOE9999', 'internal server error'],
} as const;

/** Kakao's `kauth`: people log in here, and codes become tokens. */
export function addKakaoAuth(
  app: FastifyInstance,
  books: KakaoBooks,
  redirectUris: readonly string[],
): void {
  function check(query: z.output<typeof authorizeQuery>): AuthError | undefined {
    if (query.client_id !== standInKakao.restKey) return errorOf('badApp');
    return redirectUris.includes(query.redirect_uri) ? undefined : errorOf('badAddress');
  }

  app.get('/oauth/authorize', async (request, reply) => {
    const query = authorizeQuery.safeParse(request.query);
    const error = query.success ? check(query.data) : errorOf('badRequest');
    if (!query.success || error !== undefined) {
      return reply.code(error?.status ?? 400).send(bodyOf(error ?? errorOf('badRequest')));
    }
    const { state, ...rest } = query.data;
    const page = consentPage('카카오 로그인 (대역)', '/oauth/authorize', {
      ...rest,
      ...(state === undefined ? {} : { state }),
    });
    return reply.type('text/html; charset=utf-8').send(page);
  });

  app.post('/oauth/authorize', async (request, reply) => {
    const body = consentBody.safeParse(request.body);
    if (!body.success) return reply.code(400).send(bodyOf(errorOf('badRequest')));
    const error = check(body.data);
    if (error !== undefined) return reply.code(error.status).send(bodyOf(error));
    const { redirect_uri: redirectUri, state = '', sandbox_user: personId } = body.data;
    if (body.data.sandbox_answer === 'decline') {
      const refused = { error: 'access_denied', error_description: 'User denied access', state };
      return reply.redirect(withQuery(redirectUri, refused));
    }
    const code = newToken();
    books.codes.set(code, { personId, redirectUri, used: false });
    books.change(personId, { linked: true });
    return reply.redirect(withQuery(redirectUri, { code, state }));
  });

  app.post('/oauth/token', async (request, reply) => {
    const body = tokenBody.safeParse(request.body);
    const answer = body.success ? trade(body.data) : errorOf('badRequest');
    if (answer === 'silent') return reply.hijack();
    if ('error' in answer) return reply.code(answer.status).send(bodyOf(answer));
    return answer;
  });

  function trade(body: z.output<typeof tokenBody>) {
    if (body.client_id !== standInKakao.restKey) return errorOf('badApp');
    if (body.client_secret !== standInKakao.clientSecret) return errorOf('badSecret');
    if (body.grant_type !== 'authorization_code') return errorOf('badRequest');
    const code = books.codes.get(body.code);
    if (code === undefined || code.used) return errorOf('badCode');
    const { failure } = books.person(code.personId);
    if (failure === 'silent') return 'silent';
    if (failure === 'token-down') return errorOf('down');
    code.used = true;
    if (code.redirectUri !== body.redirect_uri) return errorOf('otherAddress');
    const token = newToken();
    books.tokens.set(token, code.personId);
    return {
      token_type: 'bearer',
      access_token: token,
      expires_in: 21_599,
      refresh_token: newToken(),
      refresh_token_expires_in: 5_183_999,
      scope: 'account_email profile_nickname',
    };
  }
}

function errorOf(name: keyof typeof errors): AuthError {
  const [status, error, code, description] = errors[name];
  return { status, error, code, description };
}

function bodyOf({ error, code, description }: AuthError) {
  return { error, error_description: description, error_code: code };
}
