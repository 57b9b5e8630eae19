import { DomainError } from '../../common/errors/index.ts';
import type { Viewer } from '../viewer.ts';

/**
 * The person behind a request that guests can't make.
 * @throws DomainError UNAUTHENTICATED for guests
 */
export function requireUser(viewer: Viewer): Extract<Viewer, { kind: 'user' }> {
  if (viewer.kind === 'user') return viewer;
  throw new DomainError('UNAUTHENTICATED', 'guests may only watch');
}
