import { accepted, createBatcher, type Outcome, type Tx } from '../db/index.ts';
import type { DomainDeps } from '../domain-deps.ts';
import { type Announcement, toMessage } from './announcement.ts';
import type { NewMessage } from './chat-policy.ts';
import type { ChatMessageRow } from './entities.ts';
import { type BroadcastLookup, createFactsReader } from './facts-reader.ts';
import { type ListQuery, listMessages } from './list-messages.ts';
import { postMessages } from './post-messages.ts';
import { type NameLookup, type Purchase, postPurchases } from './post-purchases.ts';
import type { ChatPage } from './store.ts';
import { type MessageToStore, storeMessages } from './store-messages.ts';

export { chatEntities } from './entities.ts';
export type { BroadcastLookup } from './facts-reader.ts';
export type { NameLookup } from './post-purchases.ts';
export { createChatService } from './service.ts';

/** Chat of broadcasts: what may be said, in which order it was said, and its memory. */
export interface Chat {
  /** One outcome for each message, in the same order. */
  postMessages(messages: readonly NewMessage[]): Promise<Outcome<ChatMessageRow>[]>;
  /** Tells the rooms of paid orders, once each; see post-purchases.ts. */
  postPurchases(purchases: readonly Purchase[]): Promise<void>;
  /** @throws NotFound if there is no such broadcast */
  listMessages(query: ListQuery): Promise<ChatPage>;
  /** Says something as the platform, whatever the broadcast's state; once for each key. */
  announce(announcement: Announcement): Promise<ChatMessageRow>;
  /**
   * The same inside of another domain's transaction. The chats stay locked until it is over, so
   * this comes last in it.
   */
  announceIn(tx: Tx, announcements: readonly Announcement[]): Promise<void>;
  /** Resolves when every message that was accepted is stored. */
  drain(): Promise<void>;
}

/** Chat over the broadcasts it belongs to and the names of those who buy. */
export function createChat(deps: DomainDeps, lookup: BroadcastLookup, users: NameLookup): Chat {
  const { config, db, log } = deps;
  const batcher = createBatcher<MessageToStore, ChatMessageRow>({
    name: 'chat',
    db,
    // As many as one call may bring.
    maxBatch: 500,
    maxQueue: config.QUEUE_LIMIT,
    run: async (tx, messages) => (await storeMessages(deps, tx, messages)).map(accepted),
  });
  const broadcasts = createFactsReader(lookup, config.QUEUE_LIMIT);
  const posting = { log, broadcasts, batcher };
  return {
    postMessages: (messages) => postMessages(posting, messages),
    postPurchases: (purchases) => postPurchases(posting, users, purchases),
    listMessages: (query) => listMessages(db.read, broadcasts, query),
    announce: (announcement) => batcher.submit(toMessage(announcement)),
    async announceIn(tx, announcements) {
      await storeMessages(deps, tx, announcements.map(toMessage));
    },
    drain: () => batcher.drain(),
  };
}
