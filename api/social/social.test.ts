import type { FastifyInstance, InjectOptions } from 'fastify';
import { createTokenGate } from '../../common/auth/index.ts';
import { loadConfig } from '../../common/config.ts';
import { silentLogger } from '../../common/logger.ts';
import { standInKakao } from '../../common/social-settings.ts';
import { type Services, startServices } from '../../test/kit/services.ts';
import {
  newPkce,
  redirectUris,
  type SocialWorld,
  startSocialWorld,
} from '../../test/kit/social.ts';
import { createApp } from '../app.ts';

const admin = { authorization: `KakaoAK ${standInKakao.adminKey}` };
const webhook = '/v1/webhooks/kakao/unlink';

describe('social logins over REST', () => {
  let world: SocialWorld;
  let services: Services;
  let app: FastifyInstance;
  let stopTokens: () => void;
  beforeAll(async () => {
    world = await startSocialWorld();
    services = await startServices(world.settings);
    const log = silentLogger();
    const { clients, pulse } = services;
    const { sessions } = clients.as({ actor: { kind: 'service', name: 'api' } });
    const tokens = createTokenGate({ sessions, pulse, log });
    stopTokens = () => tokens.stop();
    const config = loadConfig({
      ONAIR_ENV: 'test',
      API_MAX_LOOP_DELAY_MS: '60000',
      ...world.settings,
    });
    app = await createApp({ config, log, clients, readiness: { draining: false }, tokens });
  });
  afterAll(async () => {
    stopTokens();
    await app.close();
    await services.stop();
    await world.stop();
  });

  async function ask(options: InjectOptions, accessToken?: string) {
    const headers = accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` };
    const answer = await app.inject({ headers, ...options });
    return { status: answer.statusCode, body: answer.body === '' ? undefined : answer.json() };
  }
  const post = (url: string, payload: object, token?: string) =>
    ask({ method: 'POST', url, payload }, token);

  async function kakaoLogIn(person: string) {
    const begun = await post('/v1/social/kakao/attempts', { redirectUri: redirectUris.kakao });
    expect(begun.status).toBe(201);
    const { nonce, authorizationUrl } = begun.body;
    const { code, state } = await world.agree(authorizationUrl, person);
    return post('/v1/sessions/kakao', { code, state, nonce, newAccount: { language: 'en' } });
  }

  it('take someone from Kakao’s page to a session, and link X and unlink Kakao with it', async () => {
    const { status, body } = await kakaoLogIn('501');
    expect({ status, name: body.user.name, language: body.user.language }).toEqual({
      status: 201,
      name: '카카오501',
      language: 'en',
    });
    const token = body.accessToken;
    const unlink = () => ask({ method: 'DELETE', url: '/v1/me/social-accounts/kakao' }, token);
    expect((await unlink()).body).toMatchObject({ code: 'LAST_WAY_IN', status: 409 });

    const { codeVerifier, codeChallenge } = newPkce();
    const at = { redirectUri: redirectUris.x, codeChallenge };
    const begun = await post('/v1/me/social-accounts/x/attempts', at, token);
    const { code, state } = await world.agree(begun.body.authorizationUrl, '502');
    const { nonce } = begun.body;
    const payload = { code, codeVerifier, state, nonce };
    const url = '/v1/me/social-accounts/x';
    expect((await ask({ method: 'PUT', url, payload }, token)).status).toBe(200);
    expect((await unlink()).status).toBe(204);
    expect((await ask({ url: '/v1/me/social-accounts' }, token)).body).toMatchObject({
      accounts: [{ provider: 'x', lastUsedAt: null }],
      hasPassword: false,
    });
    const jobs = await services.jobs();
    expect(jobs.filter(({ kind }) => kind === 'social.tell-unlink')).toHaveLength(1);
  });

  it('loginWithTwitter takes authorizationCode and codeVerifier', async () => {
    const { codeVerifier, codeChallenge } = newPkce();
    const at = { redirectUri: redirectUris.x, codeChallenge };
    const { nonce, authorizationUrl } = (await post('/v1/social/x/attempts', at)).body;
    const { code: authorizationCode, state } = await world.agree(authorizationUrl, '503');
    const body = { authorizationCode, codeVerifier, state, nonce };
    const answer = await post('/v1/sessions/twitter', body);
    expect(answer).toMatchObject({ status: 201, body: { user: { name: 'x503', email: '' } } });
    expect((await post('/v1/sessions/twitter', body)).body).toMatchObject({
      code: 'SOCIAL_STATE_INVALID',
    });
  });

  it('Kakao’s news of an unlink ends the link, by GET and by POST, and only with the admin key', async () => {
    for (const [person, request] of [
      ['504', { method: 'GET', url: `${webhook}?app_id=1&user_id=504&referrer_type=UNLINK` }],
      ['505', { method: 'POST', url: webhook, payload: 'app_id=1&user_id=505&referrer_type=X' }],
    ] as const) {
      const token = (await kakaoLogIn(person)).body.accessToken;
      const links = async () => (await ask({ url: '/v1/me/social-accounts' }, token)).body.accounts;
      const form = { 'content-type': 'application/x-www-form-urlencoded' };
      for (const headers of [form, { ...form, authorization: 'KakaoAK wrong' }]) {
        expect((await ask({ ...request, headers })).status).toBe(401);
      }
      expect(await links()).toHaveLength(1);
      const headers = { ...form, ...admin };
      expect((await ask({ ...request, headers })).status).toBe(200);
      expect((await ask({ ...request, headers })).status).toBe(200);
      expect(await links()).toEqual([]);
    }
    const unknown = { url: `${webhook}?app_id=1&user_id=99999999999&referrer_type=UNLINK` };
    expect((await ask({ ...unknown, headers: admin })).status).toBe(200);
    expect((await ask({ url: webhook, headers: admin })).status).toBe(400);
  });
});
