import { z } from 'zod';
import {
  ChatMode,
  HeldState,
  HoldPolicy,
  HoldReason,
  LinkPolicy,
  ModerationAction,
  SanctionKind,
  WordAction,
} from '../../proto/gen/onair/chat/v1/moderation.ts';
import { enumCodec, jsonText, textOrNull, timestamp, timestampOrNull } from './codecs.ts';
import { endpoints } from './endpoint.ts';
import { count, id, idParams, pageOf, pageQuery, text, version } from './schemas.ts';

const rules = {
  mode: enumCodec(ChatMode).describe('Who may speak: everyone, followers, or for now nobody.'),
  slowModeSeconds: z.int().min(0).max(600).describe('Between two messages; 0 means off.'),
  linkPolicy: enumCodec(LinkPolicy).describe('What becomes of a message with a link.'),
  holdPolicy: enumCodec(HoldPolicy).describe('Whose messages wait for approval.'),
  repeatLimit: z.int().min(0).max(10).describe('How often nearly the same may be said; 0: always.'),
  repeatSeconds: z.int().min(1).max(600).describe('Within so many seconds.'),
  floodMessages: z.int().min(0).max(100).describe('Messages of one viewer; 0: any number.'),
  floodSeconds: z.int().min(1).max(60).describe('In so many seconds.'),
  roomMessagesPerSecond: z.int().min(0).max(10_000).describe('Of all viewers; 0: any number.'),
};

const settings = z
  .object({
    broadcastId: z.string(),
    ...rules,
    version: count.describe('Grows with every change.'),
  })
  .meta({ id: 'ChatSettings', description: 'Rules of a chat; host and moderators are exempt.' });

const action = enumCodec(WordAction).describe('Refuse the message, or let it wait for approval.');

const word = z
  .object({ id: z.string(), word: z.string(), action, addedBy: z.string(), addedAt: timestamp })
  .meta({ id: 'BannedWord' });

const changedWords = z
  .object({
    changed: count.describe('Words that were added, changed or removed.'),
    words: count.describe('Words in the list now.'),
  })
  .meta({ id: 'ChangedBannedWords' });

const kind = enumCodec(SanctionKind).describe(
  '`mute`: refused and told so. `shadow`: answered as if it was said, and shown to nobody else.',
);

const sanction = z
  .object({
    id: z.string(),
    userId: z.string(),
    kind,
    sellerWide: z.boolean().describe('Whether in all broadcasts of the seller.'),
    expiresAt: timestampOrNull.describe('Null: until it is lifted.'),
    reason: z.string(),
    givenBy: z.string(),
    givenAt: timestamp,
    liftedAt: timestampOrNull.describe('When it was lifted or replaced.'),
  })
  .meta({ id: 'ChatSanction' });

const held = z
  .object({
    id: z.string(),
    broadcastId: z.string(),
    userId: z.string(),
    name: z.string(),
    text: z.string(),
    reason: enumCodec(HoldReason).describe('Why it waits.'),
    heldAt: timestamp,
    state: enumCodec(HeldState),
    seq: count.describe('Number of the message that it became; 0 if none.'),
    resolvedBy: textOrNull,
    resolvedAt: timestampOrNull,
  })
  .meta({ id: 'HeldMessage', description: 'A message that waits for approval, or did.' });

const entry = z
  .object({
    id: z.string(),
    action: enumCodec(ModerationAction),
    actorId: z.string(),
    userId: textOrNull.describe('Whom it befell.'),
    reason: z.string(),
    detail: jsonText,
    at: timestamp,
  })
  .meta({ id: 'ModerationEntry', description: 'Who did what to keep order, and why.' });

const broadcastId = idParams({ broadcastId: 'brc' });
const keepers = 'For the host, moderators and admins.';
const reason = text(1, 500).describe('Why, for the audit.');
const optionalReason = text(0, 500).default('').describe('Why, for the audit.');
const listOwner = id('usr').optional().describe('The seller; absent means the operator’s list.');
const flag = z
  .enum(['true', 'false'])
  .default('false')
  .transform((value) => value === 'true');

/** Keeping order in chats. */
export const chatModerationSpec = endpoints({
  getChatSettings: {
    method: 'GET',
    path: '/v1/broadcasts/{broadcastId}/chat-settings',
    summary: 'Read the rules of a chat',
    action: 'chat.getChatSettings',
    idempotency: 'none',
    params: broadcastId,
    success: { status: 200, description: 'The rules.', body: settings },
    refusals: ['NOT_FOUND'],
  },
  updateChatSettings: {
    method: 'PATCH',
    path: '/v1/broadcasts/{broadcastId}/chat-settings',
    summary: 'Change the rules of a chat, at once',
    description: `${keepers} The seller’s next broadcast begins with them, but for a freeze.`,
    action: 'chat.updateChatSettings',
    idempotency: 'optional',
    params: broadcastId,
    body: z
      .strictObject({
        version: version.describe('The version that the editor saw.'),
        ...z.object(rules).partial().shape,
        reason: optionalReason,
      })
      .meta({ id: 'UpdateChatSettingsBody', description: 'What is absent stays as it is.' }),
    success: { status: 200, description: 'The rules now.', body: settings },
    refusals: ['NOT_FOUND', 'STALE_VERSION'],
  },
  addBannedWords: {
    method: 'POST',
    path: '/v1/chat/banned-words',
    summary: 'Add banned words to a list',
    description:
      'The seller’s own list counts in the seller’s chats, the operator’s (admins) in all. Words are ' +
      'found however they are written: with spaces or signs between, as jamo, in look-alikes. A word ' +
      'that is read like one of the list takes its place. They count within two seconds.',
    action: 'chat.addBannedWords',
    idempotency: 'optional',
    body: z
      .strictObject({
        sellerId: listOwner,
        words: z
          .array(z.strictObject({ word: text(1, 50), action: action.default(WordAction.REFUSE) }))
          .min(1)
          .max(100),
        reason: optionalReason,
      })
      .meta({ id: 'AddBannedWordsBody' }),
    success: { status: 200, description: 'What became of the list.', body: changedWords },
    refusals: ['LIMIT_REACHED'],
  },
  removeBannedWords: {
    method: 'POST',
    path: '/v1/chat/banned-words/remove',
    summary: 'Remove banned words from a list',
    action: 'chat.removeBannedWords',
    idempotency: 'optional',
    body: z
      .strictObject({
        sellerId: listOwner,
        wordIds: z.array(id('wrd')).min(1).max(100).describe('Unknown ones are passed over.'),
        reason: optionalReason,
      })
      .meta({ id: 'RemoveBannedWordsBody' }),
    success: { status: 200, description: 'What became of the list.', body: changedWords },
    refusals: [],
  },
  listBannedWords: {
    method: 'GET',
    path: '/v1/chat/banned-words',
    summary: 'List the banned words of a list, newest first',
    action: 'chat.listBannedWords',
    idempotency: 'none',
    query: z.strictObject({ sellerId: listOwner, ...pageQuery }),
    success: {
      status: 200,
      description: 'One page.',
      body: pageOf(word).meta({ id: 'BannedWordPage' }),
    },
    refusals: [],
  },
  muteUser: {
    method: 'PUT',
    path: '/v1/broadcasts/{broadcastId}/mutes/{userId}',
    summary: 'Mute someone in a chat, openly or in the shadow',
    description:
      `${keepers} \`sellerWide\` not for moderators. One of the same kind that is in force is ` +
      'replaced. The host can not be muted, nor a moderator by another.',
    action: 'chat.muteUser',
    idempotency: 'optional',
    params: idParams({ broadcastId: 'brc', userId: 'usr' }),
    body: z
      .strictObject({
        kind: kind.default(SanctionKind.MUTE),
        reason,
        expiresAt: timestamp.optional().describe('Until when; absent: until it is lifted.'),
        sellerWide: z.boolean().default(false).describe('In all broadcasts of the seller.'),
      })
      .meta({ id: 'MuteUserBody' }),
    success: { status: 200, description: 'The mute.', body: sanction },
    refusals: ['NOT_FOUND'],
  },
  unmuteUser: {
    method: 'DELETE',
    path: '/v1/broadcasts/{broadcastId}/mutes/{userId}',
    summary: 'Lift a mute',
    description: 'Lifting one that is not there changes nothing.',
    action: 'chat.unmuteUser',
    idempotency: 'optional',
    params: idParams({ broadcastId: 'brc', userId: 'usr' }),
    query: z.strictObject({ kind: kind.default(SanctionKind.MUTE), reason, sellerWide: flag }),
    success: { status: 204, description: 'There is no such mute.' },
    refusals: ['NOT_FOUND'],
  },
  listSanctions: {
    method: 'GET',
    path: '/v1/broadcasts/{broadcastId}/mutes',
    summary: 'List the mutes of a chat, newest first',
    description: `${keepers} Those in all of the seller’s broadcasts too.`,
    action: 'chat.listSanctions',
    idempotency: 'none',
    params: broadcastId,
    query: z.strictObject({
      userId: id('usr').optional(),
      includePast: flag.describe('Also those that are over.'),
      ...pageQuery,
    }),
    success: {
      status: 200,
      description: 'One page.',
      body: pageOf(sanction).meta({ id: 'ChatSanctionPage' }),
    },
    refusals: ['NOT_FOUND'],
  },
  listHeldMessages: {
    method: 'GET',
    path: '/v1/broadcasts/{broadcastId}/held-messages',
    summary: 'List messages that wait for approval, oldest first',
    description: keepers,
    action: 'chat.listHeldMessages',
    idempotency: 'none',
    params: broadcastId,
    query: z.strictObject({
      state: enumCodec(HeldState).optional().describe('Absent means all.'),
      ...pageQuery,
    }),
    success: {
      status: 200,
      description: 'One page.',
      body: pageOf(held).meta({ id: 'HeldMessagePage' }),
    },
    refusals: ['NOT_FOUND'],
  },
  resolveHeldMessage: {
    method: 'POST',
    path: '/v1/broadcasts/{broadcastId}/held-messages/{heldId}/resolve',
    summary: 'Approve or reject a message that waits',
    description:
      `${keepers} An approved one gets the chat’s next number then, and is heard as its sender ` +
      'would be now: INVALID_STATE while they are muted or banned.',
    action: 'chat.resolveHeldMessage',
    idempotency: 'optional',
    params: idParams({ broadcastId: 'brc', heldId: 'hld' }),
    body: z
      .strictObject({ approve: z.boolean(), reason: optionalReason })
      .meta({ id: 'ResolveHeldMessageBody' }),
    success: { status: 200, description: 'The message.', body: held },
    refusals: ['NOT_FOUND', 'ALREADY_RESOLVED', 'BROADCAST_NOT_LIVE', 'INVALID_STATE'],
  },
  removeMessage: {
    method: 'DELETE',
    path: '/v1/broadcasts/{broadcastId}/messages/{seq}',
    summary: 'Remove a message from history and rooms',
    description: `${keepers} Its number stays, as \`removed\` without a text.`,
    action: 'chat.removeMessage',
    idempotency: 'optional',
    params: z.object({
      broadcastId: id('brc'),
      seq: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER),
    }),
    query: z.strictObject({ reason }),
    success: { status: 204, description: 'The message is gone.' },
    refusals: ['NOT_FOUND'],
  },
  listModeration: {
    method: 'GET',
    path: '/v1/chat/moderation',
    summary: 'List who did what to keep order, and why, newest first',
    description: `Of a chat: ${keepers} Of a list of banned words: for its owner.`,
    action: 'chat.listModeration',
    idempotency: 'none',
    query: z.strictObject({
      scopeId: id('brc')
        .or(id('usr'))
        .optional()
        .describe('A broadcast, or a seller for their list; absent means the operator’s list.'),
      ...pageQuery,
    }),
    success: {
      status: 200,
      description: 'One page.',
      body: pageOf(entry).meta({ id: 'ModerationPage' }),
    },
    refusals: ['NOT_FOUND'],
  },
});
