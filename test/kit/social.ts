import { createHash, randomBytes } from 'node:crypto';
import { loadConfig } from '../../common/config.ts';
import { silentLogger } from '../../common/logger.ts';
import { startSandbox } from '../../sandbox/index.ts';
import { makeTempDir, removeTempDir } from './temp-dir.ts';

/** The stand-ins of Kakao and X, and the part of a browser. */
export interface SocialWorld {
  readonly url: string;
  /** What lets our processes find the stand-ins. */
  readonly settings: Readonly<Record<string, string>>;
  /** Someone agrees on the page; answers what the browser is sent back with. */
  agree(authorizationUrl: string, personId: string): Promise<{ code: string; state: string }>;
  /** Someone declines; answers the error that the browser is sent back with. */
  decline(authorizationUrl: string): Promise<string>;
  setKakao(personId: string, person: object): Promise<void>;
  setX(personId: string, person: object): Promise<void>;
  look(provider: 'kakao' | 'x', personId: string): Promise<unknown>;
  stop(): Promise<void>;
}

/** Where browsers are sent back to, unless set otherwise. */
export const redirectUris = {
  kakao: 'http://127.0.0.1:3000/login/kakao',
  x: 'http://127.0.0.1:3000/login/x',
} as const;

/** A code verifier and its challenge (RFC 7636). */
export function newPkce(): { codeVerifier: string; codeChallenge: string } {
  const codeVerifier = randomBytes(48).toString('base64url');
  const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url');
  return { codeVerifier, codeChallenge };
}

export async function startSocialWorld(): Promise<SocialWorld> {
  const dir = makeTempDir('social');
  const config = loadConfig({ DATA_DIR: dir, SANDBOX_PORT: '0' });
  const part = await startSandbox({ config, log: silentLogger() });
  const url = part.address;

  async function answer(authorizationUrl: string, more: object): Promise<URLSearchParams> {
    const { origin, pathname, searchParams } = new URL(authorizationUrl);
    const response = await fetch(`${origin}${pathname}`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ ...Object.fromEntries(searchParams), ...more }),
    });
    if (response.status !== 302) throw new Error(`${response.status} ${await response.text()}`);
    return new URL(response.headers.get('location') ?? '').searchParams;
  }

  async function set(path: string, person: object): Promise<void> {
    const response = await fetch(`${url}/sandbox/${path}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(person),
    });
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  }

  return {
    url,
    settings: { KAKAO_AUTH_URL: url, KAKAO_API_URL: url, X_AUTH_URL: url, X_API_URL: url },
    async agree(authorizationUrl, personId) {
      const query = await answer(authorizationUrl, { sandbox_user: personId });
      return { code: query.get('code') ?? '', state: query.get('state') ?? '' };
    },
    async decline(authorizationUrl) {
      const more = { sandbox_user: '1', sandbox_answer: 'decline' };
      return (await answer(authorizationUrl, more)).get('error') ?? '';
    },
    setKakao: (personId, person) => set(`kakao/users/${personId}`, person),
    setX: (personId, person) => set(`x/users/${personId}`, person),
    look: async (provider, personId) =>
      (await fetch(`${url}/sandbox/${provider}/users/${personId}`)).json(),
    async stop() {
      await part.stop();
      await removeTempDir(dir);
    },
  };
}
