import { z } from 'zod';
import type { TokenVerifier } from '../../common/auth/index.ts';
import type { Coalescer } from '../../common/coalesce.ts';
import { DomainError } from '../../common/errors/index.ts';
import { newId } from '../../common/ids.ts';
import type { Admission } from '../../proto/gen/onair/broadcasts/v1/broadcasts.ts';
import type { AtTheDoor } from '../batches/admit-batch.ts';
import { idOf } from '../requests/fields.ts';
import { parse } from '../requests/parse.ts';
import type { Viewer } from '../viewer.ts';
import { toUserRole } from './user-role.ts';

/** What a client joins a room with. */
export const joinOptions = z.object({
  broadcastId: idOf('brc'),
  /** From a refusal for want of a seat; keeps a guest's place in line. */
  ticket: idOf('tkt').optional(),
  /** The seat of a connection that broke; that it is gone is known before anyone is admitted. */
  back: z
    .object({
      // The services are told of it, in one report with all others of this process.
      roomId: z.string().regex(/^[\w-]{1,40}$/),
      reconnectionToken: z.string(),
    })
    .optional(),
});

export interface AdmissionDeps {
  readonly tokens: TokenVerifier;
  readonly door: Pick<Coalescer<AtTheDoor, Admission>, 'submit'>;
  /** Counts how often a user comes. @throws DomainError RATE_LIMITED */
  readonly mayJoin: (userId: string) => Promise<void>;
  /** Whether the process is about to end and takes nobody in. */
  readonly draining: () => boolean;
}

/**
 * Who comes in: a person with a valid access token, or a guest without one. A token that is not
 * valid is refused rather than treated as none, so that a client whose login ended finds out.
 * Whether they may, and whether there is a seat, the services decide.
 * @throws InvalidArgument, NotFound; DomainError TOKEN_EXPIRED, UNAUTHENTICATED,
 *   SESSION_REVOKED, UNAVAILABLE, RATE_LIMITED, BANNED, BROADCAST_FULL, OVERLOADED
 */
export type Admit = (token: string | undefined, options: unknown) => Promise<Viewer>;

/** The rule at the door of every room of this process. */
export function createAdmission({ tokens, door, mayJoin, draining }: AdmissionDeps): Admit {
  return async (token, options) => {
    if (draining()) throw new DomainError('UNAVAILABLE', 'this process is ending');
    const { broadcastId, ticket, back } = parse(joinOptions, options);
    const person = await identify(tokens, token);
    // Before a seat is given: one that nobody comes for is kept from others until it runs out.
    if (person !== undefined) await mayJoin(person.userId);
    const { role, seat } = await door.submit({
      broadcastId,
      userId: person?.userId ?? '',
      ticket: ticket ?? '',
      requestId: newId('req'),
    });
    const granted = seat === '' ? {} : { seat };
    if (person === undefined) {
      // Where seats are limited, theirs is taken until that room counts as dead.
      const came = seat === '' && back !== undefined ? { cameFrom: back.roomId } : {};
      return { kind: 'guest', ...granted, ...came };
    }
    return { kind: 'user', ...person, role: toUserRole(role), ...granted };
  };
}

async function identify(
  tokens: TokenVerifier,
  token: string | undefined,
): Promise<{ userId: string; name: string; loginId: string } | undefined> {
  if (token === undefined || token === '') return undefined;
  const { userId, name, sessionId: loginId } = await tokens.verify(token);
  return { userId, name, loginId };
}
