import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Config } from '../../common/config.ts';
import { socialSettings } from '../../common/social-settings.ts';
import { readForms } from '../consent.ts';
import { openXBooks, type XBooks, xPerson } from './books.ts';
import { addXOauth } from './oauth-api.ts';

const params = z.object({ id: z.string().regex(/^[1-9]\d{0,18}$/) });
const fields = z.object({ 'user.fields': z.string().default('') });

/** Adds the stand-in of X: its logins, and who someone is. */
export function addX(app: FastifyInstance, config: Config): void {
  const books = openXBooks();
  const { redirectUris } = socialSettings(config);
  app.register(async (scope) => {
    readForms(scope);
    addXOauth(scope, books, redirectUris);
    addXUsers(scope, books);
  });
}

const failures = {
  'me-down': [503, 'Service Unavailable'],
  busy: [429, 'Too Many Requests'],
  forbidden: [403, 'Forbidden'],
} as const;

function addXUsers(app: FastifyInstance, books: XBooks): void {
  app.get('/2/users/me', async (request, reply) => {
    const bearer = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const token = books.tokens.get(bearer);
    if (token === undefined) return reply.code(401).send(problem(401, 'Unauthorized'));
    const { name, confirmedEmail, failure } = books.person(token.personId);
    if (failure === 'silent') return reply.hijack();
    if (failure === 'me-down' || failure === 'busy' || failure === 'forbidden') {
      const [status, title] = failures[failure];
      return reply.code(status).send(problem(status, title));
    }
    const mayTell =
      fields.parse(request.query)['user.fields'].includes('confirmed_email') &&
      token.scope.split(' ').includes('users.email');
    return {
      data: {
        id: token.personId,
        name,
        username: `x${token.personId}`,
        ...(mayTell && confirmedEmail !== undefined ? { confirmed_email: confirmedEmail } : {}),
      },
    };
  });

  app.get('/sandbox/x/users/:id', async (request) => {
    const { id } = params.parse(request.params);
    return { ...books.person(id), tokens: books.tokensOf(id) };
  });

  app.put('/sandbox/x/users/:id', async (request) => {
    books.change(params.parse(request.params).id, xPerson.parse(request.body));
    return {};
  });
}

function problem(status: number, title: string) {
  return { title, type: 'about:blank', status, detail: title };
}
