import type { FastifyInstance } from 'fastify';
import type { Config } from '../../common/config.ts';
import { socialSettings } from '../../common/social-settings.ts';
import { readForms } from '../consent.ts';
import { addKakaoAuth } from './auth-api.ts';
import { openKakaoBooks } from './books.ts';
import { addKakaoUsers } from './user-api.ts';

/** Adds the stand-in of Kakao Login: `kauth` and `kapi` at one address. */
export function addKakao(app: FastifyInstance, config: Config): void {
  const books = openKakaoBooks();
  const { redirectUris } = socialSettings(config);
  app.register(async (scope) => {
    readForms(scope);
    addKakaoAuth(scope, books, redirectUris);
    addKakaoUsers(scope, books);
  });
}
