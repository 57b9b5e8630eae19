import type { CallContext, ServerMiddleware } from 'nice-grpc-common';
import {
  type Actor,
  decodeActor,
  isPermitted,
  isSensitive,
  permissions,
  sameSecret,
  type UserActor,
} from '../../common/auth/index.ts';
import { DomainError } from '../../common/errors/index.ts';
import { newId } from '../../common/ids.ts';
import type { Logger } from '../../common/logger.ts';
import { metadataKeys } from '../../common/rpc/metadata.ts';
import type { RpcName } from '../../common/rpc/services.ts';
import type { CallExt } from './call-context.ts';

/**
 * The person with the roles of now.
 * @throws DomainError ACCOUNT_SUSPENDED, SESSION_REVOKED, or UNAUTHENTICATED when there is none
 */
export type CheckStanding = (actor: UserActor) => Promise<UserActor>;

/** Lets calls in. */
export interface Gate {
  /** @throws DomainError UNAUTHENTICATED unless the service credential came with the call */
  requireCredential(context: CallContext): void;
  /**
   * Who is behind a call of the action, `actor` being as in its metadata, by the table of
   * permissions; for sensitive actions by the account as it is now.
   * @throws DomainError UNAUTHENTICATED, PERMISSION_DENIED, and what `checkStanding` does
   */
  admit(action: RpcName, actor: string | undefined): Promise<Actor>;
}

/** A gate that knows our own processes by `secret`. */
export function createGate(
  secret: string,
  checkStanding: CheckStanding = async (actor) => actor,
): Gate {
  const expected = `Bearer ${secret}`;
  return {
    requireCredential({ metadata }) {
      const credential = metadata.get(metadataKeys.authorization) ?? '';
      if (sameSecret(credential, expected)) return;
      throw new DomainError('UNAUTHENTICATED', 'the service credential is missing or wrong');
    },
    async admit(action, encoded) {
      const claimed = decodeActor(encoded);
      requirePermitted(claimed, action);
      if (claimed.kind !== 'user' || !isSensitive(action)) return claimed;
      const actor = await checkStanding(claimed);
      requirePermitted(actor, action);
      return actor;
    },
  };
}

/** Lets calls in by the gate, and hands on who is behind them. */
export function identify(gate: Gate, log: Logger, closing: AbortSignal): ServerMiddleware<CallExt> {
  return async function* (call, context: CallContext) {
    gate.requireCredential(context);
    const action = rpcName(call.method.path);
    const actor = await gate.admit(action, context.metadata.get(metadataKeys.actor));
    const requestId = context.metadata.get(metadataKeys.requestId) ?? newId('req');
    const ext: CallExt = { actor, requestId, log: log.child({ requestId }), closing };
    return yield* call.next(call.request, Object.assign(context, ext));
  };
}

function requirePermitted(actor: Actor, action: RpcName): void {
  if (isPermitted(actor, action)) return;
  throw actor.kind === 'anonymous'
    ? new DomainError('UNAUTHENTICATED', `${action} needs a user`)
    : new DomainError('PERMISSION_DENIED', `${action} is not open to this caller`);
}

/** `/onair.orders.v1.OrdersService/PlaceOrders` -> `orders.placeOrders`. */
export function rpcName(path: string): RpcName {
  const [, domain = '', method = ''] = /^\/onair\.(\w+)\.v\d+\.\w+\/(\w+)$/.exec(path) ?? [];
  const name = `${domain}.${method.charAt(0).toLowerCase()}${method.slice(1)}`;
  if (!isRpcName(name)) throw new DomainError('PERMISSION_DENIED', `${path} is open to nobody`);
  return name;
}

function isRpcName(name: string): name is RpcName {
  return Object.hasOwn(permissions, name);
}
