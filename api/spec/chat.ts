import { z } from 'zod';
import { MessageKind } from '../../proto/gen/onair/chat/v1/chat.ts';
import { chatModerationSpec } from './chat-moderation.ts';
import { enumCodec, textOrNull, timestamp } from './codecs.ts';
import { endpoints } from './endpoint.ts';
import { count, id, idParams } from './schemas.ts';

const message = z
  .object({
    broadcastId: z.string(),
    seq: count.describe('Position in the broadcast’s chat, from 1, without gaps.'),
    kind: enumCodec(MessageKind),
    userId: textOrNull.describe('Who said it; null for purchases, the platform and removed ones.'),
    name: z.string().describe('Name shown.'),
    text: z.string(),
    sentAt: timestamp,
    orders: count.describe('Paid orders that a purchase message counts; else 0.'),
  })
  .meta({ id: 'ChatMessage' });

const seq = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

export const chatSpec = endpoints({
  ...chatModerationSpec,
  listMessages: {
    method: 'GET',
    path: '/v1/broadcasts/{broadcastId}/messages',
    summary: 'Read the chat of a broadcast by sequence number',
    description:
      'With afterSeq oldest first, with beforeSeq newest first, else from the end; of live ' +
      'broadcasts and of those that ended. To recover what a client missed, read pages of 500 ' +
      'with afterSeq while hasMore: everything is recovered if every page says unavailable 0. ' +
      'Filters are for the host and admins.',
    action: 'chat.listMessages',
    idempotency: 'none',
    params: idParams({ broadcastId: 'brc' }),
    query: z
      .strictObject({
        afterSeq: seq.optional().describe('Messages after this number, oldest first.'),
        beforeSeq: seq.optional().describe('Messages before this number, newest first.'),
        limit: z.coerce.number().int().min(1).max(500).default(100),
        kind: enumCodec(MessageKind).optional().describe('Only messages of this kind.'),
        userId: id('usr').optional().describe('Only what this person said.'),
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
          firstAvailableSeq: count.describe(
            'Lowest number that can still be read; above 1 where retention removed older ones.',
          ),
          hasMore: z.boolean().describe('Whether there are more in the direction asked for.'),
          unavailable: count.describe(
            'Messages between the position asked for and the next page that can’t be read any more.',
          ),
        })
        .meta({ id: 'ChatMessageList' }),
    },
    refusals: ['NOT_FOUND', 'PERMISSION_DENIED'],
    etag: true,
  },
  exportMessages: {
    method: 'GET',
    path: '/v1/broadcasts/{broadcastId}/messages.csv',
    summary: 'Save the chat of a broadcast as a spreadsheet',
    description:
      'CSV (RFC 4180) in UTF-8 with a byte order mark, with a line of Korean column names, up to ' +
      'the newest message when it was begun. A text that a spreadsheet would run as a formula has ' +
      'an apostrophe before it. For the host of the broadcast and admins.',
    action: 'chat.exportMessages',
    idempotency: 'none',
    params: idParams({ broadcastId: 'brc' }),
    success: { status: 200, description: 'The file.', media: 'text/csv; charset=utf-8' },
    refusals: ['NOT_FOUND'],
  },
});
