import type { Clock } from '../../common/clock.ts';
import type { Pulse } from '../../common/pulse/index.ts';
import type { Tx } from '../db/index.ts';
import { type MessageToStore, openChatBook } from './chat-book.ts';
import type { ChatMessageRow } from './entities.ts';
import type { BroadcastLookup } from './facts-reader.ts';

/**
 * Numbers and stores what the platform says, in the order given; answers one row for each. What was
 * said before, in another transaction or in this one, is not stored again: its first row is
 * answered. The rooms hear of new messages after the commit.
 */
export async function storeMessages(
  deps: { readonly clock: Clock; readonly pulse: Pulse; readonly broadcasts: BroadcastLookup },
  tx: Tx,
  messages: readonly MessageToStore[],
): Promise<ChatMessageRow[]> {
  const book = await openChatBook(tx, deps, messages);
  const now = deps.clock.now();
  const rows = messages.map((message) => book.say(message, now));
  await book.flush();
  return rows;
}
