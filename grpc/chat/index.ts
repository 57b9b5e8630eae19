import type { Actor } from '../../common/auth/index.ts';
import { createBatcher, type Outcome, type Reader, type Tx } from '../db/index.ts';
import type { DomainDeps } from '../domain-deps.ts';
import type { PersonalData } from '../personal-data.ts';
import { announceDeals, type DealLookup } from './announce-deals.ts';
import { type Announcement, toMessage } from './announcement.ts';
import { lockChannels } from './channels.ts';
import type { NewMessage } from './chat-policy.ts';
import type { ChatMessageRow, ChatPurchaseNoticeRow } from './entities.ts';
import { type ExportQuery, exportMessages } from './export-messages.ts';
import { type BroadcastLookup, createFactsReader } from './facts-reader.ts';
import { type ForeignText, type Judgement, judgeTextsIn, prepareToJudge } from './judge-texts.ts';
import { type ChatPage, type ListQuery, listMessages } from './list-messages.ts';
import { createModeration, type Moderation } from './moderation/index.ts';
import { createChatPersonalData } from './personal-data.ts';
import { postMessages } from './post-messages.ts';
import {
  type NameLookup,
  type Purchase,
  type PurchaseDeps,
  postPurchases,
  tellPurchases,
} from './post-purchases.ts';
import { type PruneBite, pruneMessages } from './prune-messages.ts';
import { readNotices } from './purchase-store.ts';
import { type FollowersLookup, type Posted, sayMessages, type Utterance } from './say-messages.ts';
import { readOwnShadowed } from './shadowed.ts';
import { storeMessages } from './store-messages.ts';
import { createWordLists } from './word-lists.ts';

export type { DealLookup } from './announce-deals.ts';
export { cleanText } from './chat-policy.ts';
export { chatEntities } from './entities.ts';

export type { BroadcastLookup } from './facts-reader.ts';
export type { ForeignText, Judgement } from './judge-texts.ts';
export type { NameLookup } from './post-purchases.ts';
export type { FollowersLookup } from './say-messages.ts';
export { createChatService } from './service.ts';

/** Chat of broadcasts: what may be said, in which order it was said, and its memory. */
export interface Chat {
  /** One outcome for each message, in the same order. */
  postMessages(messages: readonly NewMessage[]): Promise<Outcome<Posted>[]>;
  /** Tells the rooms of paid orders, counting each once; see post-purchases.ts. */
  postPurchases(purchases: readonly Purchase[]): Promise<void>;
  /** Tells rooms of what came in a window that is over. */
  tellPurchases(broadcastIds: readonly string[]): Promise<void>;
  /** Says what became of deals; see announce-deals.ts. */
  announceDeals(dealIds: readonly string[]): Promise<void>;
  /** The newest purchase message; undefined if there is none. */
  purchaseNoticeOf(broadcastId: string): Promise<ChatPurchaseNoticeRow | undefined>;
  /** @throws NotFound, PermissionDenied; see list-messages.ts */
  listMessages(actor: Actor, query: ListQuery): Promise<ChatPage>;
  /** @throws NotFound, PermissionDenied; see export-messages.ts */
  exportMessages(actor: Actor, query: ExportQuery): Promise<ChatPage>;
  /** Removes what is kept no longer (CHAT_RETENTION_DAYS), bite by bite; see prune-messages.ts. */
  pruneMessages(limit: number, after: string): Promise<PruneBite>;
  /** Says something as the platform, whatever the broadcast's state; once for each key. */
  announce(announcement: Announcement): Promise<ChatMessageRow>;
  /**
   * The same inside of another domain's transaction. The chats stay locked until it is over, so
   * this comes last in it.
   */
  announceIn(tx: Tx, announcements: readonly Announcement[]): Promise<void>;
  /** Before the transaction that calls `judgeTextsIn` for these broadcasts. */
  prepareToJudge(broadcastIds: readonly string[]): Promise<void>;
  /** Judges what is shown elsewhere in a broadcast by the chat's rules; see judge-texts.ts. */
  judgeTextsIn(read: Reader, texts: readonly ForeignText[]): Promise<readonly Judgement[]>;
  /** Settings, banned words, mutes, and messages that wait. */
  readonly moderation: Moderation;
  readonly personalData: PersonalData;
  /** Resolves when every message that was accepted is stored. */
  drain(): Promise<void>;
}

const dayMs = 86_400_000;

/** Chat over the broadcasts it belongs to, the names of those who buy, and who follows whom. */
export function createChat(
  deps: DomainDeps,
  lookup: BroadcastLookup & DealLookup,
  users: NameLookup,
  followers: FollowersLookup,
): Chat {
  const { config, db, log, clock } = deps;
  const broadcasts = createFactsReader(lookup, config.QUEUE_LIMIT);
  const words = createWordLists(db.primary, clock);
  const saying = { ...deps, broadcasts, followers, words };
  const batcher = createBatcher<Utterance, Posted>({
    name: 'chat',
    db,
    // As many as one call may bring.
    maxBatch: 500,
    maxQueue: config.QUEUE_LIMIT,
    maxWaitMs: config.QUEUE_WAIT_MS,
    run: (tx, utterances, again) => sayMessages(saying, tx, utterances, again),
  });
  const retentionMs = config.CHAT_RETENTION_DAYS * dayMs;
  const judging = { clock, broadcasts, words };
  const posting = { log, broadcasts, words, batcher };
  const telling: PurchaseDeps = {
    ...{ db, clock, pulse: deps.pulse, broadcasts, users },
    windowMs: config.CHAT_PURCHASE_WINDOW_MS,
    lockChats: (tx, ids) => lockChannels(tx, broadcasts, ids),
    storeMessages: (tx, messages) => storeMessages(saying, tx, messages),
  };
  async function announceIn(tx: Tx, announcements: readonly Announcement[]): Promise<void> {
    if (announcements.length === 0) return;
    await storeMessages(saying, tx, announcements.map(toMessage));
  }

  return {
    postMessages: (messages) => postMessages(posting, messages),
    postPurchases: (purchases) => postPurchases(telling, purchases),
    tellPurchases: (broadcastIds) => tellPurchases(telling, broadcastIds),
    announceDeals: (dealIds) => announceDeals({ ...telling, deals: lookup, announceIn }, dealIds),
    purchaseNoticeOf: async (id) => (await readNotices(db.read, [id])).get(id),
    async listMessages(actor, query) {
      const page = await listMessages(db.read, broadcasts, actor, query);
      return { ...page, messages: await readOwnShadowed(db.read, actor, page.messages) };
    },
    exportMessages: (actor, query) => exportMessages(db.read, broadcasts, actor, query),
    pruneMessages: (limit, after) =>
      pruneMessages({ db, clock, broadcasts, retentionMs }, limit, after),
    async announce(announcement) {
      const message = toMessage(announcement);
      const posted = await batcher.submit({ by: 'platform', message });
      if (posted === 'held') throw new Error('the platform never waits');
      return posted;
    },
    announceIn,
    prepareToJudge: (broadcastIds) => prepareToJudge(judging, broadcastIds),
    judgeTextsIn: (read, texts) => judgeTextsIn(judging, read, texts),
    moderation: createModeration({ ...deps, broadcasts, users, words }),
    personalData: createChatPersonalData(deps),
    drain: () => batcher.drain(),
  };
}
