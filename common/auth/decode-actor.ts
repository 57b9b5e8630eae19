import { z } from 'zod';
import { DomainError } from '../errors/index.ts';
import { type Actor, anonymous, roles } from './actor.ts';

const schema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('anonymous') }),
  z.object({ kind: z.literal('service'), name: z.string() }),
  z.object({
    kind: z.literal('user'),
    userId: z.string(),
    sessionId: z.string(),
    name: z.string(),
    roles: z.array(z.enum(roles)),
  }),
]);

/**
 * Reads an actor from call metadata; absent means nobody known.
 * @throws DomainError UNAUTHENTICATED when it can't be read
 */
export function decodeActor(encoded: string | undefined): Actor {
  if (encoded === undefined) return anonymous;
  try {
    return schema.parse(JSON.parse(Buffer.from(encoded, 'base64url').toString('utf8')));
  } catch {
    throw new DomainError('UNAUTHENTICATED', 'the acting user cannot be read');
  }
}
