import { DomainError } from '../../common/errors/index.ts';
import type {
  ChatServiceImplementation,
  Message,
  PostMessageOutcome,
  NewMessage as ProtoNewMessage,
} from '../../proto/gen/onair/chat/v1/chat.ts';
import { accepted, type Outcome, refused } from '../db/index.ts';
import type { CallExt } from '../middleware/call-context.ts';
import { toRefusal } from '../rpc/refusal.ts';
import type { NewMessage } from './chat-policy.ts';
import type { ChatMessageRow } from './entities.ts';
import type { Chat } from './index.ts';
import {
  messageKindCodec,
  parseListMessages,
  parseNewMessage,
  postMessagesSchema,
  postPurchasesSchema,
} from './requests.ts';

/** ChatService over the domain. */
export function createChatService(chat: Chat): ChatServiceImplementation<CallExt> {
  return {
    async postMessages(request) {
      postMessagesSchema.parse(request);
      const read = request.messages.map(readMessage);
      const posted = await chat.postMessages(read.flatMap((one) => (one.ok ? [one.value] : [])));
      const rest = posted.values();
      return { outcomes: read.map((one) => toProtoOutcome(one.ok ? rest.next().value : one)) };
    },
    async listMessages(request) {
      const { messages, lastSeq } = await chat.listMessages(parseListMessages(request));
      return { messages: messages.map(toProtoMessage), lastSeq };
    },
    async postPurchases(request) {
      await chat.postPurchases(postPurchasesSchema.parse(request).purchases);
      return {};
    },
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

function toProtoOutcome(outcome: Outcome<ChatMessageRow> | undefined): PostMessageOutcome {
  if (outcome === undefined) throw new Error('chat lost a message');
  return {
    result: outcome.ok
      ? { $case: 'message', value: toProtoMessage(outcome.value) }
      : { $case: 'refusal', value: toRefusal(outcome.error) },
  };
}

function toProtoMessage(row: ChatMessageRow): Message {
  const { broadcastId, seq, kind, userId, name, text, sentAt } = row;
  return {
    broadcastId,
    seq,
    kind: messageKindCodec.toProto(kind),
    userId,
    name,
    text,
    sentAt: new Date(sentAt),
  };
}
