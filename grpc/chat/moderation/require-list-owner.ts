import { hasRole, type UserActor } from '../../../common/auth/index.ts';
import { PermissionDenied } from '../../../common/errors/index.ts';
import { operator } from '../word-lists.ts';

/**
 * Lets the owner of a list of words pass: the seller, and admins; of the operator's list admins.
 * @throws PermissionDenied for anyone else
 */
export function requireListOwner(actor: UserActor, ownerId: string): void {
  if (hasRole(actor, 'admin')) return;
  if (ownerId === operator || ownerId !== actor.userId) throw new PermissionDenied('not your list');
}
