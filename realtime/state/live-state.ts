import { type SchemaType, schema, t } from '@colyseus/schema';

/** Chat messages that the state holds: those with the highest numbers. */
export const ringSize = 100;

/** Life of a broadcast as rooms name it. */
export type BroadcastStatusName = 'scheduled' | 'live' | 'ended';
/** Whether a product can be bought. */
export type ProductStatusName = 'on_sale' | 'stopped';
/** Where a deal stands by the server's clock. */
export type DealStatusName = 'scheduled' | 'open' | 'over';
/** What a chat message is. */
export type MessageKindName = 'normal' | 'notice' | 'purchase' | 'system';

/** Viewers of the broadcast over all its rooms. */
const Viewers = schema({ now: t.number().default(0), peak: t.number().default(0) }, 'Viewers');

/** The pinned notice; without one the text is empty and `pinnedAt` is 0. */
const Notice = schema(
  {
    text: t.string().default(''),
    emphasised: t.boolean().default(false),
    pinnedAt: t.number().default(0),
  },
  'Notice',
);

/** A variant with the units that can be ordered now. Prices are won. */
export const Sku = schema(
  {
    id: t.string().default(''),
    position: t.number().default(0),
    name: t.string().default(''),
    price: t.number().default(0),
    available: t.number().default(0),
    version: t.number().default(0),
  },
  'Sku',
);
export type Sku = SchemaType<typeof Sku>;

/** A product on show. */
export const Product = schema(
  {
    id: t.string().default(''),
    name: t.string().default(''),
    position: t.number().default(0),
    highlighted: t.boolean().default(false),
    status: t.string<ProductStatusName>().default('on_sale'),
    skus: t.map(Sku),
  },
  'Product',
);
export type Product = SchemaType<typeof Product>;

/** A time deal. Times are epoch milliseconds of the server's clock, the price is won a unit. */
export const Deal = schema(
  {
    id: t.string().default(''),
    productId: t.string().default(''),
    skuId: t.string().default(''),
    price: t.number().default(0),
    startsAt: t.number().default(0),
    endsAt: t.number().default(0),
    units: t.number().default(0),
    remaining: t.number().default(0),
    limitPerBuyer: t.number().default(1),
    status: t.string<DealStatusName>().default('scheduled'),
    version: t.number().default(0),
  },
  'Deal',
);
export type Deal = SchemaType<typeof Deal>;

/** One slot of the chat ring; `seq` 0 means that it was never used. */
const ChatMessage = schema(
  {
    seq: t.number().default(0),
    kind: t.string<MessageKindName>().default('normal'),
    userId: t.string().default(''),
    name: t.string().default(''),
    text: t.string().default(''),
    sentAt: t.number().default(0),
  },
  'ChatMessage',
);

/**
 * What every viewer of a room sees. Small and bounded, because a joining viewer gets all of it.
 *
 * Message `seq` lies in `messages[seq % messages.length]`, so one message changes one slot in place
 * and nothing moves. All of `lastSeq - messages.length + 1 .. lastSeq` are there; a client that has
 * seen up to `n` reads `n + 1 .. lastSeq`, and where a slot holds another seq it missed more than
 * the ring keeps, and fetches the rest from the history.
 */
export const LiveState = schema(
  {
    id: t.string().default(''),
    sellerId: t.string().default(''),
    title: t.string().default(''),
    status: t.string<BroadcastStatusName>().default('scheduled'),
    startedAt: t.number().default(0),
    endedAt: t.number().default(0),
    viewers: t.ref(Viewers),
    notice: t.ref(Notice),
    products: t.map(Product),
    deals: t.map(Deal),
    lastSeq: t.number().default(0),
    messages: t.array(ChatMessage),
  },
  'LiveState',
);
export type LiveState = SchemaType<typeof LiveState>;

/** The state of a room that has loaded nothing yet. */
export function createLiveState(): LiveState {
  const state = new LiveState();
  for (let slot = 0; slot < ringSize; slot += 1) state.messages.push(new ChatMessage());
  return state;
}
