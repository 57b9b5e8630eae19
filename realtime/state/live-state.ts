import { type SchemaType, schema, t } from '@colyseus/schema';
import { Poll, Purchases, Questions } from './audience-state.ts';

/** Chat messages that the state holds: the newest. */
export const ringSize = 100;
/** People whose names the state holds; more than can stand in the ring, so that one is always free. */
export const senderSlots = 128;

/** Life of a broadcast as rooms name it. */
export type BroadcastStatusName = 'scheduled' | 'live' | 'ended';
/** Whether a product can be bought. */
export type ProductStatusName = 'on_sale' | 'stopped';
/** Where a deal stands by the server's clock. */
export type DealStatusName = 'scheduled' | 'open' | 'over';
/** What a chat message is. */
export type MessageKindName = 'normal' | 'notice' | 'purchase' | 'system' | 'removed';
/** Who may speak in the chat. */
export type ChatModeName = 'everyone' | 'followers' | 'frozen';

/** Viewers of the broadcast over all its rooms. */
const Viewers = schema({ now: t.number().default(0), peak: t.number().default(0) }, 'Viewers');

/** The rules of the chat that people meet; the host and moderators are exempt. */
const Chat = schema(
  {
    mode: t.string<ChatModeName>().default('everyone'),
    frozen: t.boolean().default(false),
    slowModeSeconds: t.number().default(0),
  },
  'Chat',
);

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

/** Someone who said something lately. Both are empty for what the platform says. */
export const Sender = schema(
  { userId: t.string().default(''), name: t.string().default('') },
  'Sender',
);
export type Sender = SchemaType<typeof Sender>;

/** One slot of the chat ring; `seq` 0 means that it was never used. */
const ChatMessage = schema(
  {
    seq: t.number().default(0),
    kind: t.string<MessageKindName>().default('normal'),
    /** Who said it: a place in `senders`. */
    from: t.number().default(0),
    text: t.string().default(''),
    sentAt: t.number().default(0),
  },
  'ChatMessage',
);
export type ChatMessage = SchemaType<typeof ChatMessage>;

/**
 * What every viewer of a room sees. Small and bounded, because a joining viewer gets all of it.
 *
 * `messages` is a ring: the newest message lies in slot `newest`, the one before it in the slot
 * before that, and after the last slot comes the first. So a message changes one slot in place and
 * nothing moves. Those who talk most are named once in `senders`, not with every message; a place
 * there is given to someone else only when no message of the ring points to it.
 *
 * A room that began in the middle of a chat, or skipped some of it, has not read all that it has no
 * slot for: `completeFrom` is the number from which on it read everything, so that a number without
 * a slot was left out on purpose, unless the ring has turned over since.
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
    purchases: t.ref(Purchases),
    hearts: t.number().default(0),
    poll: t.ref(Poll),
    questions: t.ref(Questions),
    chat: t.ref(Chat),
    products: t.map(Product),
    deals: t.map(Deal),
    /** Whether more is said than is shown. */
    throttled: t.boolean().default(false),
    lastSeq: t.number().default(0),
    completeFrom: t.number().default(1),
    newest: t.number().default(0),
    messages: t.array(ChatMessage),
    senders: t.array(Sender),
    /** Numbers of the messages that were removed last, in no order; empty if none was. */
    removals: t.array('number'),
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
