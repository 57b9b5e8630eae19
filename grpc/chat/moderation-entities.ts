import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { humanText, idText, nullable, shortText, time, whole } from '../db/index.ts';
import type { MessageKind } from './message-kinds.ts';
import type { HoldReason } from './policy/judge-message.ts';
import type { ChatMode, HoldPolicy, LinkPolicy } from './policy/settings.ts';
import type { WordAction } from './policy/word-matcher.ts';

/** What a host can set; see policy/settings.ts. */
export abstract class SettingsColumns {
  @Column(shortText(10))
  mode: ChatMode;
  @Column(whole())
  slowModeSeconds: number;
  @Column(shortText(10))
  linkPolicy: LinkPolicy;
  @Column(shortText(10))
  holdPolicy: HoldPolicy;
  @Column(whole())
  repeatLimit: number;
  @Column(whole())
  repeatSeconds: number;
  @Column(whole())
  floodMessages: number;
  @Column(whole())
  floodSeconds: number;
  @Column(whole())
  roomMessagesPerSecond: number;
}

/** The settings that a seller's next broadcast begins with: those set last. */
@Entity('chat_defaults')
export class ChatDefaultsRow extends SettingsColumns {
  @PrimaryColumn(idText())
  sellerId: string;
}

/**
 * What limits of pace remember of a person in a broadcast; see policy/pace.ts. Forgotten a while
 * after they spoke last.
 */
@Entity('chat_speakers')
@Index('ix_chat_speakers_last', ['lastSaidAt'])
export class ChatSpeakerRow {
  @PrimaryColumn(idText())
  broadcastId: string;
  @PrimaryColumn(idText())
  userId: string;
  @Column(time())
  lastSaidAt: number;
  @Column(time())
  floodAt: number;
  /** What they said lately, as JSON. */
  @Column({ type: 'text' })
  recent: string;
  /** 1 if a message of theirs ever had to wait. */
  @Column(whole())
  wasHeld: number;
}

/** A banned word of the operator (no owner) or of a seller. */
@Entity('chat_words')
@Index('ux_chat_words_form', ['ownerId', 'formHash'], { unique: true })
export class ChatWordRow {
  @PrimaryColumn(idText())
  id: string;
  /** The seller; empty for the operator's. */
  @Column(idText())
  ownerId: string;
  /** SHA-256 of the word's form, base64url: words that are read alike are one. */
  @Column(shortText(43))
  formHash: string;
  @Column(humanText(50))
  word: string;
  @Column(shortText(10))
  action: WordAction;
  @Column(idText())
  addedBy: string;
  @Column(time())
  addedAt: number;
}

/** Tells when a list of words has changed; whoever changes a list holds its row's lock. */
@Entity('chat_word_lists')
export class ChatWordListRow {
  @PrimaryColumn(idText())
  ownerId: string;
  @Column(whole())
  version: number;
  @Column(whole())
  words: number;
}

/** Muted: refused and told so. Shadow: answered as if it was said, and shown to nobody. */
export const sanctionKinds = ['mute', 'shadow'] as const;
export type SanctionKind = (typeof sanctionKinds)[number];

/** A mute, in force until its end unless it was lifted. */
@Entity('chat_sanctions')
@Index('ix_chat_sanctions_scope', ['scopeId', 'userId'])
export class ChatSanctionRow {
  @PrimaryColumn(idText())
  id: string;
  /** The broadcast, or the seller for all of the seller's broadcasts. */
  @Column(idText())
  scopeId: string;
  @Column(idText())
  userId: string;
  @Column(shortText(10))
  kind: SanctionKind;
  /** Null: until it is lifted. */
  @Column(nullable(time()))
  until: number | null;
  @Column(humanText(500))
  reason: string;
  @Column(idText())
  givenBy: string;
  @Column(time())
  givenAt: number;
  @Column(nullable(time()))
  liftedAt: number | null;
}

export const heldStates = ['waiting', 'approved', 'rejected'] as const;
export type HeldState = (typeof heldStates)[number];

/** A message that waits for approval, or did. */
@Entity('chat_held')
@Index('ux_chat_held_client', ['broadcastId', 'userId', 'clientId'], { unique: true })
@Index('ix_chat_held_state', ['broadcastId', 'state', 'id'])
export class ChatHeldRow {
  @PrimaryColumn(idText())
  id: string;
  @Column(idText())
  broadcastId: string;
  @Column(idText())
  userId: string;
  @Column(shortText(64))
  clientId: string;
  @Column(humanText(80))
  name: string;
  @Column(humanText(500))
  text: string;
  @Column(shortText(10))
  reason: HoldReason;
  @Column(time())
  heldAt: number;
  @Column(shortText(10))
  state: HeldState;
  /** Number of the message that it became. */
  @Column(nullable(whole()))
  seq: number | null;
  @Column(nullable(idText()))
  resolvedBy: string | null;
  @Column(nullable(time()))
  resolvedAt: number | null;
}

/** What a removed message was, for those who keep order; and for the sender of a shadowed one. */
@Entity('chat_removed')
@Index('ix_chat_removed_newest', ['broadcastId', 'shadow', 'removedAt', 'seq'])
export class ChatRemovedRow {
  @PrimaryColumn(idText())
  broadcastId: string;
  @PrimaryColumn(whole())
  seq: number;
  @Column(idText())
  userId: string;
  @Column(shortText(10))
  kind: Exclude<MessageKind, 'removed'>;
  @Column(humanText(80))
  name: string;
  @Column(humanText(500))
  text: string;
  /** 1 if its sender is to think that it was said. */
  @Column(whole())
  shadow: number;
  @Column(time())
  removedAt: number;
}

/** What was done to keep order. */
export const moderationActions = [
  'settings',
  'words_added',
  'words_removed',
  'muted',
  'shadow_muted',
  'unmuted',
  'approved',
  'rejected',
  'removed',
] as const;
export type ModerationAction = (typeof moderationActions)[number];

/** Who did what, and why. Rows stay as they are, but for the texts in them: retention takes those. */
@Entity('chat_moderation')
@Index('ix_chat_moderation_scope', ['scopeId', 'id'])
export class ChatModerationRow {
  @PrimaryColumn(idText())
  id: string;
  /** The broadcast; for lists of words the seller, and empty for the operator's. */
  @Column(idText())
  scopeId: string;
  @Column(shortText(20))
  action: ModerationAction;
  @Column(idText())
  actorId: string;
  /** Whom it befell; empty if nobody in particular. */
  @Column(idText())
  userId: string;
  @Column(humanText(500))
  reason: string;
  /** What exactly, as JSON. */
  @Column({ type: 'text' })
  detail: string;
  @Column(time())
  at: number;
}

export const moderationEntities = [
  ChatDefaultsRow,
  ChatSpeakerRow,
  ChatWordRow,
  ChatWordListRow,
  ChatSanctionRow,
  ChatHeldRow,
  ChatRemovedRow,
  ChatModerationRow,
];
