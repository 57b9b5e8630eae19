import type { Actor } from '../../common/auth/index.ts';
import { NotFound } from '../../common/errors/index.ts';
import type { Reader } from '../db/index.ts';
import type { BroadcastLookup } from './facts-reader.ts';
import { countTold } from './purchase-store.ts';
import { requireHost } from './require-host.ts';
import { type ChatSlice, type MessageFilter, type Position, readSlice } from './store.ts';

/** Which messages to read. */
export interface ListQuery {
  readonly broadcastId: string;
  readonly position: Position;
  /** At most this many. */
  readonly limit: number;
  readonly filter?: MessageFilter;
}

/** A page of a broadcast's chat. */
export interface ChatPage extends ChatSlice {
  /** Whether there are more in the direction asked for. */
  readonly hasMore: boolean;
  /**
   * How many numbers between the position asked for and the next page retention removed. Added up
   * over all pages after a number it is what could not be recovered.
   */
  readonly unavailable: number;
  /** Paid orders that purchase messages of the page count, by number. */
  readonly orders: ReadonlyMap<number, number>;
}

/**
 * A page of a broadcast's chat, live or over; empty where nothing was said yet. Positions are
 * numbers of messages, so what is said meanwhile shifts no page.
 * @throws NotFound if there is no such broadcast
 * @throws PermissionDenied for a filter of anyone but the host and admins
 */
export async function listMessages(
  read: Reader,
  broadcasts: BroadcastLookup,
  actor: Actor,
  { broadcastId, position, limit, filter = {} }: ListQuery,
): Promise<ChatPage> {
  if (filter.kind !== undefined || filter.userId !== undefined) {
    await requireHost(broadcasts, actor, broadcastId);
  }
  // One more than asked for tells whether there are more.
  const slice = await readSlice(read, broadcastId, position, limit + 1, filter);
  if (slice !== undefined) {
    const hasMore = slice.messages.length > limit;
    const unavailable = unavailableOf(position, slice, hasMore);
    const messages = slice.messages.slice(0, limit);
    const purchases = messages.filter((message) => message.kind === 'purchase');
    const orders = await countTold(
      read,
      broadcastId,
      purchases.map((message) => message.seq),
    );
    return { ...slice, messages, hasMore, unavailable, orders };
  }
  const facts = await broadcasts.factsOf([broadcastId]);
  if (!facts.has(broadcastId)) throw new NotFound('broadcast', broadcastId);
  return {
    messages: [],
    lastSeq: 0,
    firstSeq: 1,
    hasMore: false,
    unavailable: 0,
    orders: new Map(),
  };
}

/** What was removed is all older than what is left, so only a page that meets the end misses it. */
function unavailableOf(
  position: Position,
  { firstSeq, lastSeq }: ChatSlice,
  hasMore: boolean,
): number {
  if ('afterSeq' in position) return Math.max(0, firstSeq - 1 - position.afterSeq);
  if (hasMore) return 0;
  return Math.max(0, Math.min(firstSeq, position.beforeSeq, lastSeq + 1) - 1);
}
