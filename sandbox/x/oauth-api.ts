import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { sameSecret } from '../../common/auth/index.ts';
import { standInX } from '../../common/social-settings.ts';
import { consentPage, newToken, withQuery } from '../consent.ts';
import type { XBooks } from './books.ts';

const authorizeQuery = z.object({
  response_type: z.literal('code'),
  client_id: z.literal(standInX.clientId),
  redirect_uri: z.url(),
  scope: z.string().min(1),
  state: z.string().min(1).max(500),
  code_challenge: z.string().regex(/^[\w-]{43}$/),
  code_challenge_method: z.literal('S256'),
});

const consentBody = authorizeQuery.extend({
  sandbox_user: z.string().regex(/^[1-9]\d{0,18}$/),
  sandbox_answer: z.enum(['agree', 'decline']).default('agree'),
});

const tokenBody = z.object({
  grant_type: z.literal('authorization_code'),
  code: z.string(),
  redirect_uri: z.string(),
  code_verifier: z.string().regex(/^[\w.~-]{43,128}$/),
});

const revokeBody = z.object({ token: z.string() });

const credential = `Basic ${Buffer.from(`${standInX.clientId}:${standInX.clientSecret}`).toString('base64')}`;

const badRequest = (description: string) => ({
  error: 'invalid_request',
  error_description: description,
});

/** X's OAuth 2.0 with PKCE: people log in here, and codes become tokens. */
export function addXOauth(
  app: FastifyInstance,
  books: XBooks,
  redirectUris: readonly string[],
): void {
  app.get('/i/oauth2/authorize', async (request, reply) => {
    const query = authorizeQuery.safeParse(request.query);
    if (!query.success || !redirectUris.includes(query.data.redirect_uri)) {
      return reply.code(400).send(badRequest('Something went wrong'));
    }
    const page = consentPage('X 로그인 (대역)', '/i/oauth2/authorize', query.data);
    return reply.type('text/html; charset=utf-8').send(page);
  });

  app.post('/i/oauth2/authorize', async (request, reply) => {
    const body = consentBody.safeParse(request.body);
    if (!body.success || !redirectUris.includes(body.data.redirect_uri)) {
      return reply.code(400).send(badRequest('Something went wrong'));
    }
    const { redirect_uri: redirectUri, state, sandbox_user: personId, scope } = body.data;
    if (body.data.sandbox_answer === 'decline') {
      return reply.redirect(withQuery(redirectUri, { error: 'access_denied', state }));
    }
    const code = newToken();
    const codeChallenge = body.data.code_challenge;
    books.codes.set(code, { personId, redirectUri, codeChallenge, scope, used: false });
    return reply.redirect(withQuery(redirectUri, { state, code }));
  });

  app.post('/2/oauth2/token', async (request, reply) => {
    if (!sameSecret(request.headers.authorization ?? '', credential)) {
      return reply.code(401).send({
        error: 'unauthorized_client',
        error_description: 'Missing valid authorization header',
      });
    }
    const body = tokenBody.safeParse(request.body);
    if (!body.success) return reply.code(400).send(badRequest('Missing required parameter.'));
    const code = books.codes.get(body.data.code);
    const failure = code && books.person(code.personId).failure;
    if (failure === 'silent') return reply.hijack();
    if (failure === 'token-down') return reply.code(503).send({ title: 'Service Unavailable' });
    const problem = problemOf(code, body.data);
    if (code === undefined || problem !== undefined) {
      return reply.code(400).send(badRequest(problem ?? ''));
    }
    const token = newToken();
    books.tokens.set(token, { personId: code.personId, scope: code.scope });
    return { token_type: 'bearer', expires_in: 7_200, access_token: token, scope: code.scope };
  });

  app.post('/2/oauth2/revoke', async (request, reply) => {
    if (!sameSecret(request.headers.authorization ?? '', credential)) {
      return reply.code(401).send({ error: 'unauthorized_client' });
    }
    const body = revokeBody.safeParse(request.body);
    if (!body.success) return reply.code(400).send(badRequest('Missing required parameter.'));
    return { revoked: books.tokens.delete(body.data.token) };
  });
}

/** What is wrong with a trade. A code is spent by being tried. */
function problemOf(
  code: ReturnType<XBooks['codes']['get']>,
  body: z.output<typeof tokenBody>,
): string | undefined {
  if (code === undefined || code.used)
    return 'Value passed for the authorization code was invalid.';
  code.used = true;
  if (code.redirectUri !== body.redirect_uri) {
    return 'Value passed for the redirect uri did not match the uri of the authorization code.';
  }
  const challenge = createHash('sha256').update(body.code_verifier).digest('base64url');
  return challenge === code.codeChallenge
    ? undefined
    : 'Value passed for the code verifier did not match the code challenge.';
}
