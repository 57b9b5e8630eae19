import { z } from 'zod';

const chatMessage = z.object({
  seq: z.number(),
  kind: z.enum(['normal', 'notice', 'purchase', 'system']),
  userId: z.string(),
  name: z.string(),
  text: z.string(),
  sentAt: z.number(),
});

const stockLevel = z.object({ skuId: z.string(), available: z.number(), version: z.number() });
const dealLevel = z.object({ dealId: z.string(), remaining: z.number(), version: z.number() });

/** News of one broadcast. */
export const broadcastNews = z.discriminatedUnion('type', [
  /** Something about the broadcast itself changed: read it again. */
  z.object({ type: z.literal('changed') }),
  /** Units on offer in deals changed. */
  z.object({ type: z.literal('deals'), deals: z.array(dealLevel) }),
  /** Messages were stored. */
  z.object({ type: z.literal('chat'), messages: z.array(chatMessage) }),
]);

/** News of stock, whichever broadcast shows it. */
export const stockNews = z.object({ skus: z.array(stockLevel) });

/** News of one broadcast. */
export type BroadcastNews = z.output<typeof broadcastNews>;
/** News of stock. */
export type StockNews = z.output<typeof stockNews>;
/** A chat message as it travels in news. */
export type ChatNews = z.output<typeof chatMessage>;
