import { z } from 'zod';
import { createTokenVerifier, type TokenVerifier } from '../../common/auth/index.ts';
import type { Clients } from '../../common/rpc/clients.ts';

const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) });

/** A verifier of access tokens with the keys that the users service publishes. */
export function createServiceTokenVerifier(
  users: Pick<Clients['users'], 'getSigningKeys'>,
): TokenVerifier {
  return createTokenVerifier(async () => {
    const { jwksJson } = await users.getSigningKeys({});
    return keySet.parse(JSON.parse(jwksJson));
  });
}
