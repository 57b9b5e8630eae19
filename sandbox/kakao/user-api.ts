import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { sameSecret } from '../../common/auth/index.ts';
import { standInKakao } from '../../common/social-settings.ts';
import { type KakaoBooks, type KakaoPerson, kakaoPerson } from './books.ts';

const unlinkBody = z.object({
  target_id_type: z.literal('user_id'),
  target_id: z.string().regex(/^\d+$/),
});

const params = z.object({ id: z.string().regex(/^[1-9]\d{0,14}$/) });

/** An answer of `kapi`. */
interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const refuse = (status: number, code: number, msg: string, more: object = {}): Answer => ({
  status,
  body: { msg, code, ...more },
});

/** Kakao's `kapi`, and a look behind the counter, which the real one has no address for. */
export function addKakaoUsers(app: FastifyInstance, books: KakaoBooks): void {
  app.route({
    method: ['GET', 'POST'],
    url: '/v2/user/me',
    async handler(request, reply) {
      const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
      const id = books.tokens.get(token);
      if (id !== undefined && books.person(id).failure === 'silent') return reply.hijack();
      const { status, body } =
        id === undefined
          ? refuse(401, -401, 'this access token does not exist')
          : readMe(id, books.person(id));
      return reply.code(status).send(body);
    },
  });

  function readMe(id: string, person: KakaoPerson): Answer {
    const { failure, nickname, email, emailVerified } = person;
    if (failure === 'me-down-once') books.change(id, { failure: 'none' });
    if (failure === 'me-down' || failure === 'me-down-once') {
      return refuse(503, -9798, 'service is under maintenance');
    }
    if (failure === 'scope-missing') {
      return refuse(403, -402, 'insufficient scopes.', {
        required_scopes: ['account_email'],
        allowed_scopes: ['profile_nickname'],
      });
    }
    if (failure === 'under-14') return refuse(401, -406, 'under age limit.');
    if (failure === 'not-linked' || !person.linked) {
      return refuse(400, -101, 'NotRegisteredUserException');
    }
    const address =
      email === undefined
        ? { has_email: false }
        : { has_email: true, email, is_email_valid: true, is_email_verified: emailVerified };
    const account = { profile: { nickname }, email_needs_agreement: false, ...address };
    return { status: 200, body: { id: Number(id), kakao_account: account } };
  }

  app.post('/v1/user/unlink', async (request, reply) => {
    const { status, body } = unlink(request.headers.authorization ?? '', request.body);
    return reply.code(status).send(body);
  });

  function unlink(authorization: string, input: unknown): Answer {
    if (!sameSecret(authorization, `KakaoAK ${standInKakao.adminKey}`)) {
      return refuse(401, -401, 'wrong appKey format');
    }
    const body = unlinkBody.safeParse(input);
    if (!body.success) return refuse(400, -2, 'target_id is not valid');
    const { target_id: id } = body.data;
    const person = books.person(id);
    if (person.failure === 'unlink-down') return refuse(500, -1, 'internal server error');
    if (!person.linked) return refuse(400, -101, 'NotRegisteredUserException');
    books.change(id, { linked: false, unlinks: person.unlinks + 1 });
    return { status: 200, body: { id: Number(id) } };
  }

  app.get('/sandbox/kakao/users/:id', async (request) =>
    books.person(params.parse(request.params).id),
  );

  app.put('/sandbox/kakao/users/:id', async (request) =>
    books.change(params.parse(request.params).id, {
      nickname: undefined,
      email: undefined,
      ...kakaoPerson.parse(request.body),
    }),
  );
}
