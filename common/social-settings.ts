import { type Config, standInKeyPrefix } from './config.ts';

/** How Kakao is reached, and as whom. */
export interface KakaoSettings {
  /** Where people log in and codes become tokens. */
  readonly authUrl: string;
  /** Where profiles are read and links are ended. */
  readonly apiUrl: string;
  readonly restKey: string;
  readonly clientSecret: string | undefined;
  /** Undefined: Kakao can't be told of unlinks, nor tell of them. */
  readonly adminKey: string | undefined;
}

/** How X is reached, and as whom. */
export interface XSettings {
  /** Where people log in. */
  readonly authUrl: string;
  /** Everything else. */
  readonly apiUrl: string;
  readonly clientId: string;
  /** What people are asked to share, separated by spaces. */
  readonly scopes: string;
  /** Undefined for a public client. */
  readonly clientSecret: string | undefined;
}

/** What social logins run with. A provider that is not set up is undefined. */
export interface SocialSettings {
  readonly kakao: KakaoSettings | undefined;
  readonly x: XSettings | undefined;
  readonly redirectUris: readonly string[];
}

/** As whom the stand-ins know us. */
export const standInKakao = {
  restKey: `${standInKeyPrefix}kakao-rest-key`,
  clientSecret: `${standInKeyPrefix}kakao-client-secret`,
  adminKey: `${standInKeyPrefix}kakao-admin-key`,
} as const;

/** As whom the stand-ins know us. */
export const standInX = {
  clientId: `${standInKeyPrefix}x-client-id`,
  clientSecret: `${standInKeyPrefix}x-client-secret`,
} as const;

/** Reads what the settings mean: without keys a provider is off, or, in development, a stand-in. */
export function socialSettings(config: Config): SocialSettings {
  return {
    kakao: kakaoSettings(config),
    x: xSettings(config),
    redirectUris: redirectUrisOf(config),
  };
}

function kakaoSettings(config: Config): KakaoSettings | undefined {
  const { KAKAO_REST_KEY: restKey, KAKAO_AUTH_URL, KAKAO_API_URL } = config;
  if (restKey === undefined) {
    if (config.ONAIR_ENV === 'production') return undefined;
    const standIn = standInUrl(config);
    const authUrl = trimmed(KAKAO_AUTH_URL ?? standIn);
    return { authUrl, apiUrl: trimmed(KAKAO_API_URL ?? standIn), ...standInKakao };
  }
  return {
    authUrl: trimmed(KAKAO_AUTH_URL ?? 'https://kauth.kakao.com'),
    apiUrl: trimmed(KAKAO_API_URL ?? 'https://kapi.kakao.com'),
    restKey,
    clientSecret: config.KAKAO_CLIENT_SECRET,
    adminKey: config.KAKAO_ADMIN_KEY,
  };
}

function xSettings(config: Config): XSettings | undefined {
  const { X_CLIENT_ID: clientId, X_AUTH_URL, X_API_URL, X_SCOPES: scopes } = config;
  if (clientId === undefined) {
    if (config.ONAIR_ENV === 'production') return undefined;
    const standIn = standInUrl(config);
    const authUrl = trimmed(X_AUTH_URL ?? standIn);
    return { authUrl, apiUrl: trimmed(X_API_URL ?? standIn), scopes, ...standInX };
  }
  return {
    authUrl: trimmed(X_AUTH_URL ?? 'https://x.com'),
    apiUrl: trimmed(X_API_URL ?? 'https://api.x.com'),
    clientId,
    scopes,
    clientSecret: config.X_CLIENT_SECRET,
  };
}

function redirectUrisOf({ SOCIAL_REDIRECT_URIS, WEB_URL }: Config): string[] {
  const given = SOCIAL_REDIRECT_URIS.split(',')
    .map((address) => address.trim())
    .filter((address) => address !== '');
  if (given.length > 0) return given;
  return ['kakao', 'x'].map((provider) => `${trimmed(WEB_URL)}/login/${provider}`);
}

function standInUrl({ SANDBOX_HOST, SANDBOX_PORT }: Config): string {
  return `http://${SANDBOX_HOST}:${SANDBOX_PORT}`;
}

function trimmed(url: string): string {
  return url.replace(/\/+$/, '');
}
