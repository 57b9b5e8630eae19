import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { sameSecret } from '../../common/auth/index.ts';
import type { Config } from '../../common/config.ts';
import { DomainError } from '../../common/errors/index.ts';
import type { ClientPool } from '../../common/rpc/clients.ts';
import { socialSettings } from '../../common/social-settings.ts';
import { bodyBytes } from '../guards/route-class.ts';

/** Kakao waits three seconds for an answer. */
const deadlineMs = 2_500;

const notice = z.object({
  user_id: z.coerce.string().regex(/^\d{1,20}$/),
  referrer_type: z.coerce.string().max(100).default(''),
});

/**
 * Where Kakao tells of people who unlinked there: GET, or POST with a form. Whoever shows the admin
 * key is believed; people we don't know are answered like others. Closed while Kakao is off.
 */
export function addKakaoWebhook(app: FastifyInstance, config: Config, clients: ClientPool): void {
  const adminKey = socialSettings(config).kakao?.adminKey;
  const { social } = clients.as({ actor: { kind: 'service', name: 'api' } });
  app.register(async (scope) => {
    scope.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string' },
      (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
    );
    scope.route({
      method: ['GET', 'POST'],
      url: '/v1/webhooks/kakao/unlink',
      bodyLimit: bodyBytes.webhooks,
      config: { routeClass: 'webhooks' },
      // Before the body is read: a stranger can't make us read one.
      async preParsing(request) {
        const given = request.headers.authorization ?? '';
        if (adminKey !== undefined && sameSecret(given, `KakaoAK ${adminKey}`)) return;
        throw new DomainError('UNAUTHENTICATED', 'expected Authorization: KakaoAK <admin key>');
      },
      async handler(request, reply) {
        const { user_id: kakaoUserId, referrer_type: referrerType } = parse(
          request.method === 'GET' ? request.query : request.body,
        );
        await social.receiveKakaoUnlink({ kakaoUserId, referrerType }, { deadline: deadlineMs });
        return reply.header('cache-control', 'no-store').send({});
      },
    });
  });
}

function parse(input: unknown): z.output<typeof notice> {
  const parsed = notice.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new DomainError('INVALID_ARGUMENT', 'expected user_id');
}
