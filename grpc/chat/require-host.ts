import { type Actor, mayActFor } from '../../common/auth/index.ts';
import { DomainError, NotFound, PermissionDenied } from '../../common/errors/index.ts';
import type { BroadcastLookup } from './facts-reader.ts';

/**
 * Lets the host of a broadcast, admins and our own processes pass.
 * @throws NotFound if there is no such broadcast
 * @throws PermissionDenied, or DomainError UNAUTHENTICATED for nobody known
 */
export async function requireHost(
  broadcasts: BroadcastLookup,
  actor: Actor,
  broadcastId: string,
): Promise<void> {
  const facts = (await broadcasts.factsOf([broadcastId])).get(broadcastId);
  if (facts === undefined) throw new NotFound('broadcast', broadcastId);
  if (mayActFor(actor, facts.sellerId)) return;
  throw actor.kind === 'anonymous'
    ? new DomainError('UNAUTHENTICATED', 'only the host can do this')
    : new PermissionDenied('only the host of the broadcast can do this');
}
