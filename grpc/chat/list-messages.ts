import { NotFound } from '../../common/errors/index.ts';
import type { Reader } from '../db/index.ts';
import type { BroadcastLookup } from './facts-reader.ts';
import { type ChatPage, type Position, readPage } from './store.ts';

/** Which messages to read. */
export interface ListQuery {
  readonly broadcastId: string;
  readonly position: Position;
  /** At most this many. */
  readonly limit: number;
}

/**
 * A part of a broadcast's chat; empty where nothing was said yet.
 * @throws NotFound if there is no such broadcast
 */
export async function listMessages(
  read: Reader,
  broadcasts: BroadcastLookup,
  { broadcastId, position, limit }: ListQuery,
): Promise<ChatPage> {
  const page = await readPage(read, broadcastId, position, limit);
  if (page !== undefined) return page;
  const facts = await broadcasts.factsOf([broadcastId]);
  if (!facts.has(broadcastId)) throw new NotFound('broadcast', broadcastId);
  return { messages: [], lastSeq: 0 };
}
