import { generateKeyPairSync } from 'node:crypto';
import { loadConfig } from '../../common/config.ts';
import { newId } from '../../common/ids.ts';
import { createAccessTokens } from '../../grpc/sessions/access-tokens.ts';
import { loadSigningKey } from '../../grpc/sessions/signing-key.ts';

/** A signing key that a platform can be started with, and tokens of it that ran out. */
export function createTokenMint() {
  const { privateKey } = generateKeyPairSync('ed25519');
  const env = { TOKEN_PRIVATE_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
  const key = loadSigningKey(loadConfig({ ONAIR_ENV: 'test', ...env }));
  const tokens = createAccessTokens({ current: async () => key }, 60);
  return {
    env,
    /** A token of an hour ago. */
    async expired(userId: string): Promise<string> {
      const now = Date.now() - 3_600_000;
      const user = { id: userId, name: 'ann', roles: ['viewer' as const] };
      return (await tokens.issue(user, newId('ses'), now)).token;
    },
  };
}
