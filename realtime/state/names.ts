import { BroadcastStatus } from '../../proto/gen/onair/broadcasts/v1/broadcasts.ts';
import { ProductStatus } from '../../proto/gen/onair/catalog/v1/catalog.ts';
import { MessageKind } from '../../proto/gen/onair/chat/v1/chat.ts';
import { ChatMode } from '../../proto/gen/onair/chat/v1/moderation.ts';
import type {
  BroadcastStatusName,
  ChatModeName,
  MessageKindName,
  ProductStatusName,
} from './live-state.ts';

/** What rooms call the states of a broadcast. One that we don't know yet can't be bought from. */
export const broadcastStatusNames: Readonly<Record<BroadcastStatus, BroadcastStatusName>> = {
  [BroadcastStatus.UNSPECIFIED]: 'scheduled',
  [BroadcastStatus.SCHEDULED]: 'scheduled',
  [BroadcastStatus.LIVE]: 'live',
  [BroadcastStatus.ENDED]: 'ended',
  [BroadcastStatus.UNRECOGNIZED]: 'scheduled',
};

/** What rooms call the states of a product. */
export const productStatusNames: Readonly<Record<ProductStatus, ProductStatusName>> = {
  [ProductStatus.UNSPECIFIED]: 'stopped',
  [ProductStatus.ON_SALE]: 'on_sale',
  [ProductStatus.STOPPED]: 'stopped',
  [ProductStatus.UNRECOGNIZED]: 'stopped',
};

/** What rooms call the kinds of a message. */
export const messageKindNames: Readonly<Record<MessageKind, MessageKindName>> = {
  [MessageKind.UNSPECIFIED]: 'normal',
  [MessageKind.NORMAL]: 'normal',
  [MessageKind.NOTICE]: 'notice',
  [MessageKind.PURCHASE]: 'purchase',
  [MessageKind.SYSTEM]: 'system',
  [MessageKind.REMOVED]: 'removed',
  [MessageKind.UNRECOGNIZED]: 'normal',
};

/** What rooms call the modes of a chat. */
export const chatModeNames: Readonly<Record<ChatMode, ChatModeName>> = {
  [ChatMode.UNSPECIFIED]: 'everyone',
  [ChatMode.EVERYONE]: 'everyone',
  [ChatMode.FOLLOWERS]: 'followers',
  [ChatMode.FROZEN]: 'frozen',
  [ChatMode.UNRECOGNIZED]: 'everyone',
};
