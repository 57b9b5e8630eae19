import { loadConfig } from './config.ts';
import { socialSettings } from './social-settings.ts';

describe('socialSettings', () => {
  it('finds the stand-ins in development, and nothing in production, without keys', () => {
    const development = loadConfig({ SANDBOX_PORT: '4999' });
    expect(socialSettings(development)).toMatchObject({
      kakao: { authUrl: 'http://127.0.0.1:4999', restKey: 'sandbox-kakao-rest-key' },
      x: { apiUrl: 'http://127.0.0.1:4999', clientId: 'sandbox-x-client-id' },
      redirectUris: ['http://127.0.0.1:3000/login/kakao', 'http://127.0.0.1:3000/login/x'],
    });
    const production = { ...development, ONAIR_ENV: 'production' } as const;
    expect(socialSettings(production)).toMatchObject({ kakao: undefined, x: undefined });
  });

  it('finds the providers themselves with keys, and what is set beyond', () => {
    const env = {
      KAKAO_REST_KEY: 'rest',
      KAKAO_ADMIN_KEY: 'admin',
      X_CLIENT_ID: 'client',
      X_SCOPES: 'users.read',
      SOCIAL_REDIRECT_URIS: 'https://onair.kr/a, kr.onair.app://b,',
    };
    expect(socialSettings(loadConfig(env))).toEqual({
      kakao: {
        authUrl: 'https://kauth.kakao.com',
        apiUrl: 'https://kapi.kakao.com',
        restKey: 'rest',
        clientSecret: undefined,
        adminKey: 'admin',
      },
      x: {
        authUrl: 'https://x.com',
        apiUrl: 'https://api.x.com',
        clientId: 'client',
        scopes: 'users.read',
        clientSecret: undefined,
      },
      redirectUris: ['https://onair.kr/a', 'kr.onair.app://b'],
    });
  });
});
