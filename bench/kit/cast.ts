import { generateKeyPairSync } from 'node:crypto';
import { loadConfig } from '../../common/config.ts';
import { newId } from '../../common/ids.ts';
import { createAccessTokens } from '../../grpc/sessions/access-tokens.ts';
import { loadSigningKey } from '../../grpc/sessions/signing-key.ts';

/** Someone with a valid access token. Orders need no account behind it. */
export interface Person {
  readonly userId: string;
  readonly accessToken: string;
}

/** People to fill rooms with. */
export interface Cast {
  /** What the services must run with, so that they take the tokens for their own. */
  readonly env: Readonly<Record<string, string>>;
  readonly people: readonly Person[];
}

const tokenSeconds = 86_400;

/** Signs tokens for `count` people with a key of its own: no sign-up costs a password hash. */
export async function hireCast(count: number): Promise<Cast> {
  const { privateKey } = generateKeyPairSync('ed25519');
  const env = { TOKEN_PRIVATE_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
  const key = loadSigningKey(loadConfig({ ONAIR_ENV: 'test', ...env }));
  const tokens = createAccessTokens({ current: async () => key }, tokenSeconds);
  const people = Array.from({ length: count }, async (_, i) => {
    const now = Date.now();
    const user = { id: newId('usr'), name: `시청자${i + 1}`, roles: ['viewer' as const] };
    const { token } = await tokens.issue(user, newId('ses'), now);
    return { userId: user.id, accessToken: token };
  });
  return { env, people: await Promise.all(people) };
}
