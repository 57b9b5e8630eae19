import type { Actor } from '../../common/auth/index.ts';
import type { Reader } from '../db/index.ts';
import type { BroadcastLookup } from './facts-reader.ts';
import { type ChatPage, listMessages } from './list-messages.ts';
import { requireHost } from './require-host.ts';

/** A page of the whole chat, for a file. */
export interface ExportQuery {
  readonly broadcastId: string;
  readonly afterSeq: number;
  readonly limit: number;
}

/**
 * A page of the whole chat of a broadcast, oldest first.
 * @throws NotFound if there is no such broadcast
 * @throws PermissionDenied for anyone but the host and admins
 */
export async function exportMessages(
  read: Reader,
  broadcasts: BroadcastLookup,
  actor: Actor,
  { broadcastId, afterSeq, limit }: ExportQuery,
): Promise<ChatPage> {
  await requireHost(broadcasts, actor, broadcastId);
  return listMessages(read, broadcasts, actor, { broadcastId, position: { afterSeq }, limit });
}
