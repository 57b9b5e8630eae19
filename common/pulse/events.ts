import { z } from 'zod';

const chatMessage = z.object({
  seq: z.number(),
  kind: z.enum(['normal', 'notice', 'purchase', 'system', 'removed']),
  userId: z.string(),
  name: z.string(),
  text: z.string(),
  sentAt: z.number(),
});

const stockLevel = z.object({ skuId: z.string(), available: z.number(), version: z.number() });
const dealLevel = z.object({ dealId: z.string(), remaining: z.number(), version: z.number() });

/** A poll as everyone may see it; times are epoch milliseconds, 0 where there is none. */
const poll = z.object({
  id: z.string(),
  ordinal: z.number(),
  question: z.string(),
  multiple: z.boolean(),
  hidesResults: z.boolean(),
  status: z.enum(['open', 'closed']),
  openedAt: z.number(),
  endsAt: z.number(),
  closedAt: z.number(),
  voters: z.number(),
  version: z.number(),
  options: z.array(z.object({ text: z.string(), votes: z.number() })),
});

/** What rooms show of a broadcast's questions. */
const board = z.object({
  open: z.number(),
  version: z.number(),
  pinned: z
    .object({
      id: z.string(),
      name: z.string(),
      text: z.string(),
      answer: z.string(),
      votes: z.number(),
      pinnedAt: z.number(),
    })
    .nullable(),
});

const purchases = z.object({
  type: z.literal('purchases'),
  seq: z.number(),
  text: z.string(),
  orders: z.number(),
  toldAt: z.number(),
});

/** News of one broadcast. */
export const broadcastNews = z.discriminatedUnion('type', [
  /** Something about the broadcast itself changed: read it again. */
  z.object({ type: z.literal('changed') }),
  /** Units on offer in deals changed. */
  z.object({ type: z.literal('deals'), deals: z.array(dealLevel) }),
  /** The rules of the chat changed, or a message was removed: read them again. */
  z.object({ type: z.literal('chat-changed') }),
  /** Messages began or ceased to wait for approval: ask how many do. */
  z.object({ type: z.literal('held') }),
  /** Messages were stored. */
  z.object({ type: z.literal('chat'), messages: z.array(chatMessage) }),
  /** Hearts were counted: the total so far, which never falls. */
  z.object({ type: z.literal('hearts'), hearts: z.number() }),
  /** A poll was opened or closed, or votes were counted. */
  z.object({ type: z.literal('poll'), poll }),
  /** Questions were asked, answered, hidden, or another one pinned. */
  z.object({ type: z.literal('questions'), board }),
  /** The room was told of paid orders: the newest purchase message, and how many it counts. */
  purchases,
  /** What these people are and may in the broadcast changed: ask again. */
  z.object({ type: z.literal('standings'), userIds: z.array(z.string()) }),
]);

/** News of stock, whichever broadcast shows it. */
export const stockNews = z.object({ skus: z.array(stockLevel) });

/** Sessions that ended: their access tokens must not work, and until when that matters. */
export const sessionNews = z.object({
  ended: z.array(z.object({ sessionId: z.string(), until: z.number() })),
});

/** News of one broadcast. */
export type BroadcastNews = z.output<typeof broadcastNews>;
/** News of stock. */
export type StockNews = z.output<typeof stockNews>;
/** A board of questions as it travels in news. */
export type BoardNews = z.output<typeof board>;
/** A poll as it travels in news. */
export type PollNews = z.output<typeof poll>;
/** A purchase notice as it travels in news. */
export type PurchaseNews = Omit<z.output<typeof purchases>, 'type'>;
/** News of sessions. */
export type SessionNews = z.output<typeof sessionNews>;
/** A chat message as it travels in news. */
export type ChatNews = z.output<typeof chatMessage>;
