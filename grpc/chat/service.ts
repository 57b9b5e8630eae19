import { DomainError } from '../../common/errors/index.ts';
import type {
  ChatServiceImplementation,
  ListMessagesResponse,
  Message,
  PostMessageOutcome,
  PostMessagesRequest,
  PostMessagesResponse,
  NewMessage as ProtoNewMessage,
} from '../../proto/gen/onair/chat/v1/chat.ts';
import { accepted, type Outcome, refused } from '../db/index.ts';
import type { CallExt } from '../middleware/call-context.ts';
import { answerInTurn } from '../rpc/answer-in-turn.ts';
import { toRefusal } from '../rpc/refusal.ts';
import type { NewMessage } from './chat-policy.ts';
import type { ChatMessageRow } from './entities.ts';
import type { Chat } from './index.ts';
import type { ChatPage } from './list-messages.ts';
import { createModerationRpcs } from './moderation/service.ts';
import {
  announceDealsSchema,
  exportMessagesSchema,
  getPurchaseNoticeSchema,
  messageKindCodec,
  parseListMessages,
  parseNewMessage,
  postMessagesSchema,
  postPurchasesSchema,
  pruneMessagesSchema,
  tellPurchasesSchema,
} from './requests.ts';
import type { Posted } from './say-messages.ts';

/** ChatService over the domain. */
export function createChatService(chat: Chat): ChatServiceImplementation<CallExt> {
  async function postMessages(request: PostMessagesRequest): Promise<PostMessagesResponse> {
    postMessagesSchema.parse(request);
    const read = request.messages.map(readMessage);
    const posted = await chat.postMessages(read.flatMap((one) => (one.ok ? [one.value] : [])));
    const rest = posted.values();
    return { outcomes: read.map((one) => toProtoOutcome(one.ok ? rest.next().value : one)) };
  }

  return {
    postMessages,
    postMessagesInTurn: answerInTurn(postMessages),
    async listMessages(request, { actor }) {
      return toProtoPage(await chat.listMessages(actor, parseListMessages(request)));
    },
    async exportMessages(request, { actor }) {
      return toProtoPage(await chat.exportMessages(actor, exportMessagesSchema.parse(request)));
    },
    async pruneMessages(request) {
      const { limit, after } = pruneMessagesSchema.parse(request);
      return chat.pruneMessages(limit, after);
    },
    async postPurchases(request) {
      await chat.postPurchases(postPurchasesSchema.parse(request).purchases);
      return {};
    },
    async tellPurchases(request) {
      await chat.tellPurchases(tellPurchasesSchema.parse(request).broadcastIds);
      return {};
    },
    async announceDeals(request) {
      await chat.announceDeals(announceDealsSchema.parse(request).dealIds);
      return {};
    },
    async getPurchaseNotice(request) {
      const { broadcastId } = getPurchaseNoticeSchema.parse(request);
      const notice = await chat.purchaseNoticeOf(broadcastId);
      if (notice === undefined) return { broadcastId };
      return { ...notice, toldAt: new Date(notice.toldAt) };
    },
    ...createModerationRpcs(chat.moderation),
  };
}

function toProtoPage({ firstSeq, messages, orders, ...page }: ChatPage): ListMessagesResponse {
  return {
    ...page,
    firstAvailableSeq: firstSeq,
    messages: messages.map((row) => toProtoMessage(row, orders.get(row.seq))),
  };
}

function readMessage(message: ProtoNewMessage): Outcome<NewMessage> {
  try {
    return accepted(parseNewMessage(message));
  } catch (error) {
    if (error instanceof DomainError) return refused(error);
    throw error;
  }
}

function toProtoOutcome(outcome: Outcome<Posted> | undefined): PostMessageOutcome {
  if (outcome === undefined) throw new Error('chat lost a message');
  if (!outcome.ok) return { result: { $case: 'refusal', value: toRefusal(outcome.error) } };
  const { value } = outcome;
  if (value === 'held') return { result: { $case: 'held', value: {} } };
  return { result: { $case: 'message', value: toProtoMessage(value) } };
}

function toProtoMessage(row: ChatMessageRow, orders = 0): Message {
  const { broadcastId, seq, kind, userId, name, text, sentAt } = row;
  return {
    broadcastId,
    seq,
    kind: messageKindCodec.toProto(kind),
    // Of a removed message not even whose it was.
    userId: kind === 'removed' ? '' : userId,
    name,
    text,
    sentAt: new Date(sentAt),
    orders,
  };
}
