import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { humanText, idText, shortText, time, whole } from '../db/index.ts';
import type { MessageKind } from './message-kinds.ts';
import { moderationEntities, SettingsColumns } from './moderation-entities.ts';

export { type MessageKind, messageKinds } from './message-kinds.ts';

/**
 * The chat of one broadcast. Whoever stores a message in it holds this row's lock, and so does who
 * changes its settings: they hold for all messages after the change and for none before.
 */
@Entity('chat_channels')
export class ChatChannelRow extends SettingsColumns {
  @PrimaryColumn(idText())
  broadcastId: string;
  /** Number of the newest message; the next one is one more, whatever was removed. */
  @Column(whole())
  lastSeq: number;
  /** Lowest number that can still be read; retention removed those below. */
  @Column({ ...whole(), default: 1 })
  firstSeq: number;
  /** The second of the last message of a viewer, since 1970, and how many there were in it. */
  @Column(whole())
  roomSecond: number;
  @Column(whole())
  roomCount: number;
  /** Grows with every change of the settings. */
  @Column(whole())
  version: number;
}

/** A message. A row changes once at most, when its message is removed. */
@Entity('chat_messages')
@Index('ix_chat_messages_kind', ['broadcastId', 'kind', 'seq'])
@Index('ux_chat_messages_client', ['broadcastId', 'userId', 'clientId'], { unique: true })
export class ChatMessageRow {
  @PrimaryColumn(idText())
  broadcastId: string;
  /** Position in the broadcast's chat: 1, 2, 3 ... without gaps. */
  @PrimaryColumn(whole())
  seq: number;
  /** A removed one has no name and no text: whoever reads this table shows nothing of it. */
  @Column(shortText(10))
  kind: MessageKind;
  /** Who said it; empty if the platform did. */
  @Column(idText())
  userId: string;
  /** The sender's own id of it: said twice, it is stored once. For a purchase the order's id. */
  @Column(shortText(64))
  clientId: string;
  /** Name shown; empty if the platform said it. */
  @Column(humanText(80))
  name: string;
  @Column(humanText(500))
  text: string;
  @Column(time())
  sentAt: number;
}

/** A paid order that the room is told of, once ever. */
@Entity('chat_purchases')
@Index('ix_chat_purchases_told', ['broadcastId', 'seq'])
export class ChatPurchaseRow {
  @PrimaryColumn(idText())
  orderId: string;
  @Column(idText())
  broadcastId: string;
  @Column(idText())
  userId: string;
  /** The buyer's name as the room sees it. */
  @Column(humanText(40))
  buyer: string;
  /** What was bought, clipped. */
  @Column(humanText(100))
  summary: string;
  @Column(whole())
  quantity: number;
  /** Number of the one message that counts it; 0 until it is told. */
  @Column(whole())
  seq: number;
  @Column(time())
  recordedAt: number;
}

/** The newest purchase message of a broadcast; without a text if it was removed. */
@Entity('chat_purchase_notices')
export class ChatPurchaseNoticeRow {
  @PrimaryColumn(idText())
  broadcastId: string;
  @Column(whole())
  seq: number;
  @Column(humanText(500))
  text: string;
  /** Paid orders that it counts. */
  @Column(whole())
  orders: number;
  @Column(time())
  toldAt: number;
}

export const chatEntities = [
  ChatChannelRow,
  ChatMessageRow,
  ChatPurchaseRow,
  ChatPurchaseNoticeRow,
  ...moderationEntities,
];
