import { requireUser } from '../../../common/auth/index.ts';
import type { ChatServiceImplementation } from '../../../proto/gen/onair/chat/v1/chat.ts';
import type {
  BannedWord,
  ChatSettings,
  HeldMessage,
  ModerationEntry,
  Sanction,
} from '../../../proto/gen/onair/chat/v1/moderation.ts';
import type { CallExt } from '../../middleware/call-context.ts';
import { decodePageToken, toPage } from '../../rpc/paging.ts';
import type {
  ChatHeldRow,
  ChatModerationRow,
  ChatSanctionRow,
  ChatWordRow,
} from '../moderation-entities.ts';
import type { ChannelSettings } from './change-settings.ts';
import type { Moderation } from './index.ts';
import {
  actionCodec,
  addWordsSchema,
  chatIdSchema,
  forgetSpeakersSchema,
  heldStateCodec,
  holdPolicyCodec,
  holdReasonCodec,
  linkPolicyCodec,
  listHeldSchema,
  listModerationSchema,
  listSanctionsSchema,
  listWordsSchema,
  modeCodec,
  muteSchema,
  removeMessageSchema,
  removeWordsSchema,
  resolveHeldSchema,
  roomChatSchema,
  sanctionKindCodec,
  unmuteSchema,
  updateSettingsSchema,
  wordActionCodec,
} from './requests.ts';

type ModerationRpcs = Omit<
  ChatServiceImplementation<CallExt>,
  | 'postMessages'
  | 'postMessagesInTurn'
  | 'listMessages'
  | 'exportMessages'
  | 'pruneMessages'
  | 'postPurchases'
  | 'tellPurchases'
  | 'announceDeals'
  | 'getPurchaseNotice'
>;

/** The RPCs of ChatService that keep order, over the domain. */
export function createModerationRpcs(moderation: Moderation): ModerationRpcs {
  return {
    async getChatSettings(request) {
      const { broadcastId } = chatIdSchema.parse(request);
      return toProtoSettings(await moderation.getSettings(broadcastId));
    },
    async updateChatSettings(request, { actor }) {
      const input = updateSettingsSchema.parse(request);
      return toProtoSettings(await moderation.changeSettings(requireUser(actor), input));
    },
    async getRoomChat(request) {
      const { broadcastId, fromSeq } = roomChatSchema.parse(request);
      const { settings, removals } = await moderation.getRoomChat(broadcastId, fromSeq);
      const { mode, slowModeSeconds } = settings;
      const removed = {
        removedSeqs: [...removals.inPart],
        newestRemovedSeqs: [...removals.newest],
      };
      return { mode: modeCodec.toProto(mode), slowModeSeconds, ...removed };
    },
    addBannedWords: (request, { actor }) =>
      moderation.addWords(requireUser(actor), addWordsSchema.parse(request)),
    removeBannedWords: (request, { actor }) =>
      moderation.removeWords(requireUser(actor), removeWordsSchema.parse(request)),
    async listBannedWords(request, { actor }) {
      const { sellerId, pageSize, pageToken } = listWordsSchema.parse(request);
      const page = { afterId: decodePageToken(pageToken), limit: pageSize };
      const found = await moderation.listWords(requireUser(actor), sellerId, page);
      const { rows, nextPageToken } = toPage(found, pageSize);
      return { words: rows.map(toProtoWord), nextPageToken };
    },
    async muteUser(request, { actor }) {
      return toProtoSanction(
        await moderation.muteUser(requireUser(actor), muteSchema.parse(request)),
      );
    },
    async unmuteUser(request, { actor }) {
      const input = unmuteSchema.parse(request);
      return { lifted: await moderation.unmuteUser(requireUser(actor), input) };
    },
    async listSanctions(request, { actor }) {
      const { pageSize, pageToken, ...filter } = listSanctionsSchema.parse(request);
      const page = { afterId: decodePageToken(pageToken), limit: pageSize };
      const found = await moderation.listSanctions(requireUser(actor), { ...filter, ...page });
      const { rows, nextPageToken } = toPage(found, pageSize);
      return { sanctions: rows.map(toProtoSanction), nextPageToken };
    },
    async listHeldMessages(request, { actor }) {
      const { pageSize, pageToken, ...filter } = listHeldSchema.parse(request);
      const page = { afterId: decodePageToken(pageToken), limit: pageSize };
      const found = await moderation.listHeld(requireUser(actor), { ...filter, ...page });
      const { rows, nextPageToken } = toPage(found, pageSize);
      return { messages: rows.map(toProtoHeld), nextPageToken };
    },
    async countHeldMessages(request) {
      const { broadcastId } = chatIdSchema.parse(request);
      return { waiting: await moderation.countHeld(broadcastId) };
    },
    async resolveHeldMessage(request, { actor }) {
      const input = resolveHeldSchema.parse(request);
      return toProtoHeld(await moderation.resolveHeld(requireUser(actor), input));
    },
    async removeMessage(request, { actor }) {
      await moderation.removeMessage(requireUser(actor), removeMessageSchema.parse(request));
      return {};
    },
    async listModeration(request, { actor }) {
      const { scopeId, pageSize, pageToken } = listModerationSchema.parse(request);
      const page = { afterId: decodePageToken(pageToken), limit: pageSize };
      const found = await moderation.listEntries(requireUser(actor), scopeId, page);
      const { rows, nextPageToken } = toPage(found, pageSize);
      return { entries: rows.map(toProtoEntry), nextPageToken };
    },
    async forgetSpeakers(request) {
      const { limit } = forgetSpeakersSchema.parse(request);
      return { forgotten: await moderation.forgetSpeakers(limit) };
    },
  };
}

function toProtoSettings(settings: ChannelSettings): ChatSettings {
  const { broadcastId, mode, slowModeSeconds, linkPolicy, holdPolicy, version } = settings;
  const { repeatLimit, repeatSeconds, floodMessages, floodSeconds } = settings;
  return {
    ...{ broadcastId, slowModeSeconds, version },
    ...{ repeatLimit, repeatSeconds, floodMessages, floodSeconds },
    roomMessagesPerSecond: settings.roomMessagesPerSecond,
    mode: modeCodec.toProto(mode),
    linkPolicy: linkPolicyCodec.toProto(linkPolicy),
    holdPolicy: holdPolicyCodec.toProto(holdPolicy),
  };
}

function toProtoWord({ id, word, action, addedBy, addedAt }: ChatWordRow): BannedWord {
  return { id, word, action: wordActionCodec.toProto(action), addedBy, addedAt: new Date(addedAt) };
}

function toProtoSanction(row: ChatSanctionRow): Sanction {
  const { id, userId, reason, givenBy } = row;
  return {
    ...{ id, userId, reason, givenBy },
    kind: sanctionKindCodec.toProto(row.kind),
    sellerWide: !row.scopeId.startsWith('brc_'),
    expiresAt: toDate(row.until),
    givenAt: new Date(row.givenAt),
    liftedAt: toDate(row.liftedAt),
  };
}

function toProtoHeld(row: ChatHeldRow): HeldMessage {
  const { id, broadcastId, userId, name, text } = row;
  return {
    ...{ id, broadcastId, userId, name, text },
    reason: holdReasonCodec.toProto(row.reason),
    heldAt: new Date(row.heldAt),
    state: heldStateCodec.toProto(row.state),
    seq: row.seq ?? 0,
    resolvedBy: row.resolvedBy ?? '',
    resolvedAt: toDate(row.resolvedAt),
  };
}

function toProtoEntry(row: ChatModerationRow): ModerationEntry {
  const { id, actorId, userId, reason, detail, at } = row;
  const action = actionCodec.toProto(row.action);
  return { id, action, actorId, userId, reason, detailJson: detail, at: new Date(at) };
}

function toDate(time: number | null): Date | undefined {
  return time === null ? undefined : new Date(time);
}
