import { hasRole, type UserActor } from '../../../common/auth/index.ts';
import { NotFound, PermissionDenied } from '../../../common/errors/index.ts';
import type { Reader } from '../../db/index.ts';
import { readBroadcast } from '../store.ts';
import { standingsOf } from './standings.ts';

/** What lets someone decide over others in a broadcast. */
export type Authority = 'admin' | 'host' | 'moderator';

interface BroadcastAuthority {
  readonly sellerId: string;
  readonly authority: Authority | undefined;
}

/**
 * By which right this person acts in the broadcast, if by any.
 * @throws NotFound for an unknown broadcast
 */
async function authorityOf(
  read: Reader,
  actor: UserActor,
  broadcastId: string,
  now: number,
): Promise<BroadcastAuthority> {
  const broadcast = await readBroadcast(read, broadcastId);
  if (broadcast === undefined) throw new NotFound('broadcast', broadcastId);
  const { sellerId } = broadcast;
  if (sellerId === actor.userId) return { sellerId, authority: 'host' };
  if (hasRole(actor, 'admin')) return { sellerId, authority: 'admin' };
  const about = { broadcastId, userId: actor.userId };
  const [standing] = await standingsOf(read, [about], now, new Map([[broadcastId, sellerId]]));
  return { sellerId, authority: standing?.role === 'moderator' ? 'moderator' : undefined };
}

/**
 * The same for what only those who keep order may do, or only some of them, as of `now` (epoch ms):
 * a moderator who is banned by then, here or from all of the seller's broadcasts, is none.
 * @throws NotFound for an unknown broadcast, PermissionDenied
 */
export async function requireAuthority(
  read: Reader,
  actor: UserActor,
  broadcastId: string,
  now: number,
  allowed: readonly Authority[] = ['admin', 'host', 'moderator'],
): Promise<{ readonly sellerId: string; readonly authority: Authority }> {
  const { sellerId, authority } = await authorityOf(read, actor, broadcastId, now);
  if (authority === undefined || !allowed.includes(authority)) {
    throw new PermissionDenied(`only the ${allowed.join(', the ')} may do this`);
  }
  return { sellerId, authority };
}
