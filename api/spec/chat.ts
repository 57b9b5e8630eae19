import { z } from 'zod';
import { MessageKind } from '../../proto/gen/onair/chat/v1/chat.ts';
import { enumCodec, textOrNull, timestamp } from './codecs.ts';
import { endpoints } from './endpoint.ts';
import { count, idParams } from './schemas.ts';

const message = z
  .object({
    broadcastId: z.string(),
    seq: count.describe('Position in the broadcast’s chat, from 1, without gaps.'),
    kind: enumCodec(MessageKind),
    userId: textOrNull.describe('Who said it; null for purchases and the platform.'),
    name: z.string().describe('Name shown.'),
    text: z.string(),
    sentAt: timestamp,
  })
  .meta({ id: 'ChatMessage' });

const seq = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

export const chatSpec = endpoints({
  listMessages: {
    method: 'GET',
    path: '/v1/broadcasts/{broadcastId}/messages',
    summary: 'Read the chat of a broadcast by sequence number',
    description: 'With afterSeq oldest first, with beforeSeq newest first, else from the end.',
    action: 'chat.listMessages',
    idempotency: 'none',
    params: idParams({ broadcastId: 'brc' }),
    query: z
      .strictObject({
        afterSeq: seq.optional().describe('Messages after this number, oldest first.'),
        beforeSeq: seq.optional().describe('Messages before this number, newest first.'),
        limit: z.coerce.number().int().min(1).max(500).default(100),
      })
      .refine((query) => query.afterSeq === undefined || query.beforeSeq === undefined, {
        path: ['beforeSeq'],
        message: 'cannot go with afterSeq',
      }),
    success: {
      status: 200,
      description: 'Messages in the order asked for.',
      body: z
        .object({
          items: z.array(message),
          lastSeq: count.describe('Number of the newest message; 0 if there is none.'),
        })
        .meta({ id: 'ChatMessageList' }),
    },
    refusals: ['NOT_FOUND'],
  },
});
