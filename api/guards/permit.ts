import { type Actor, isPermitted } from '../../common/auth/index.ts';
import { DomainError, PermissionDenied } from '../../common/errors/index.ts';
import type { RpcName } from '../../common/rpc/services.ts';
import type { Caller } from './caller.ts';

/**
 * The actor of a request, if the permission table opens the action to them.
 * @throws DomainError TOKEN_EXPIRED or UNAUTHENTICATED for a token that doesn't hold
 * @throws DomainError UNAUTHENTICATED for an anonymous caller of what anonymous may not do
 * @throws PermissionDenied for a known caller without the role
 */
export function permit(caller: Caller, action: RpcName): Actor {
  if (!caller.known) throw caller.error;
  const { actor } = caller;
  if (isPermitted(actor, action)) return actor;
  if (actor.kind === 'anonymous') throw new DomainError('UNAUTHENTICATED', 'log in first');
  throw new PermissionDenied('your roles do not allow this');
}
