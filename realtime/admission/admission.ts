import { z } from 'zod';
import type { TokenVerifier } from '../../common/auth/index.ts';
import { DomainError } from '../../common/errors/index.ts';
import { idOf } from '../requests/fields.ts';
import { parse } from '../requests/parse.ts';
import type { Viewer } from '../viewer.ts';
import { type BroadcastLookup, requireBroadcast } from './broadcast-lookup.ts';

/** What a client joins a room with. */
export const joinOptions = z.object({ broadcastId: idOf('brc') });

export interface AdmissionDeps {
  readonly tokens: TokenVerifier;
  readonly broadcastExists: BroadcastLookup;
  /** Whether the process is about to end and takes nobody in. */
  readonly draining: () => boolean;
}

/**
 * Who comes in: a person with a valid access token, or a guest without one. A token that is not
 * valid is refused rather than treated as none, so that a client whose login ended finds out.
 * @throws InvalidArgument, NotFound; DomainError TOKEN_EXPIRED, UNAUTHENTICATED, UNAVAILABLE
 */
export type Admit = (token: string | undefined, options: unknown) => Promise<Viewer>;

/** The rule at the door of every room of this process. */
export function createAdmission({ tokens, broadcastExists, draining }: AdmissionDeps): Admit {
  return async (token, options) => {
    if (draining()) throw new DomainError('UNAVAILABLE', 'this process is ending');
    const { broadcastId } = parse(joinOptions, options);
    const viewer = await identify(tokens, token);
    await requireBroadcast(broadcastExists, broadcastId);
    return viewer;
  };
}

async function identify(tokens: TokenVerifier, token: string | undefined): Promise<Viewer> {
  if (token === undefined || token === '') return { kind: 'guest' };
  const { userId, name } = await tokens.verify(token);
  return { kind: 'user', userId, name };
}
