import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { humanText, idText, shortText, time, whole } from '../db/index.ts';

/** What a message is; see MessageKind in chat.proto. */
export const messageKinds = ['normal', 'notice', 'purchase', 'system'] as const;
export type MessageKind = (typeof messageKinds)[number];

/** The chat of one broadcast. Whoever stores a message in it holds this row's lock. */
@Entity('chat_channels')
export class ChatChannelRow {
  @PrimaryColumn(idText())
  broadcastId: string;
  /** Number of the newest message. */
  @Column(whole())
  lastSeq: number;
}

/** A message. Rows are never changed. */
@Entity('chat_messages')
@Index('ux_chat_messages_client', ['broadcastId', 'userId', 'clientId'], { unique: true })
export class ChatMessageRow {
  @PrimaryColumn(idText())
  broadcastId: string;
  /** Position in the broadcast's chat: 1, 2, 3 ... without gaps. */
  @PrimaryColumn(whole())
  seq: number;
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

export const chatEntities = [ChatChannelRow, ChatMessageRow];
