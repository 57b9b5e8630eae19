import { z } from 'zod';
import { createTokenVerifier, type TokenVerifier } from '../../common/auth/index.ts';
import type { ClientPool } from '../../common/rpc/clients.ts';

const jwks = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) });

/** A verifier whose public keys come from the users service. */
export function createServiceTokenVerifier(clients: ClientPool): TokenVerifier {
  const { users } = clients.as({ actor: { kind: 'service', name: 'api' } });
  return createTokenVerifier(async () => {
    const { jwksJson } = await users.getSigningKeys({});
    return jwks.parse(JSON.parse(jwksJson));
  });
}
