import { z } from 'zod';
import { InvalidArgument } from '../../common/errors/index.ts';
import {
  type ListMessagesRequest,
  MessageKind as ProtoMessageKind,
  type NewMessage as ProtoNewMessage,
} from '../../proto/gen/onair/chat/v1/chat.ts';
import { createEnumCodec, wordFilter } from '../rpc/enum-codec.ts';
import { idOf, text, units } from '../rpc/fields.ts';
import { cleanText, type NewMessage } from './chat-policy.ts';
import { messageKinds } from './entities.ts';
import type { ListQuery } from './list-messages.ts';

export const messageKindCodec = createEnumCodec(ProtoMessageKind, messageKinds);

/** A list of messages; each is read by itself with parseNewMessage. */
export const postMessagesSchema = z.object({ messages: z.array(z.unknown()).max(500) });

const newMessageSchema = z.object({
  broadcastId: idOf('brc'),
  userId: idOf('usr'),
  clientId: z.string().regex(/^[\x21-\x7e]{1,64}$/, 'must be 1 to 64 visible characters'),
  kind: z.enum(['normal', 'notice'], { message: 'must be NORMAL or NOTICE' }),
  name: text(1, 80),
  text: z.string(),
});

/** @throws InvalidArgument that says what is wrong with this message, whatever the others are */
export function parseNewMessage(message: ProtoNewMessage): NewMessage {
  const kind = messageKindCodec.fromProto(message.kind);
  const parsed = newMessageSchema.safeParse({ ...message, kind });
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      (issue) => `${issue.path.join('.')}: ${issue.message}`,
    );
    throw new InvalidArgument(problems.join('; '));
  }
  return { ...parsed.data, text: cleanText(parsed.data.text) };
}

export const postPurchasesSchema = z.object({
  purchases: z
    .array(
      z.object({
        orderId: idOf('ord'),
        broadcastId: idOf('brc'),
        userId: idOf('usr'),
        summary: text(1, 300),
        quantity: units,
      }),
    )
    .max(500),
});

export const announceDealsSchema = z.object({ dealIds: z.array(idOf('dea')).max(500) });

export const tellPurchasesSchema = z.object({ broadcastIds: z.array(idOf('brc')).max(500) });

export const getPurchaseNoticeSchema = z.object({ broadcastId: idOf('brc') });

const seq = z.number().int().min(0);

const listMessagesSchema = z.object({
  broadcastId: idOf('brc'),
  position: z
    .discriminatedUnion('$case', [
      z.object({ $case: z.literal('afterSeq'), value: seq }),
      z.object({ $case: z.literal('beforeSeq'), value: seq }),
    ])
    .default({ $case: 'beforeSeq', value: 0 }),
  limit: z.number().int().min(0).max(500),
  kind: wordFilter(ProtoMessageKind, messageKindCodec),
  authorId: idOf('usr').or(z.literal('')),
});

export const exportMessagesSchema = z.object({
  broadcastId: idOf('brc'),
  afterSeq: seq,
  limit: z
    .number()
    .int()
    .min(0)
    .max(2_000)
    .transform((limit) => (limit === 0 ? 1_000 : limit)),
});

export const pruneMessagesSchema = z.object({
  limit: z.number().int().min(1).max(1_000),
  after: idOf('brc').or(z.literal('')),
});

export function parseListMessages(request: ListMessagesRequest): ListQuery {
  const { broadcastId, position, limit, kind, authorId } = listMessagesSchema.parse(request);
  return {
    broadcastId,
    position:
      position.$case === 'afterSeq'
        ? { afterSeq: position.value }
        : { beforeSeq: position.value === 0 ? Number.MAX_SAFE_INTEGER : position.value },
    limit: limit === 0 ? 100 : limit,
    filter: { kind, userId: authorId === '' ? undefined : authorId },
  };
}
