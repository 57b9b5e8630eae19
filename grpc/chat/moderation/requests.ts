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
} from '../../../proto/gen/onair/chat/v1/moderation.ts';
import { createEnumCodec, type EnumCodec, wordFilter } from '../../rpc/enum-codec.ts';
import { idOf, requestId, text, timestamp } from '../../rpc/fields.ts';
import { pageSize } from '../../rpc/paging.ts';
import { heldStates, moderationActions, sanctionKinds } from '../moderation-entities.ts';
import { holdReasons } from '../policy/judge-message.ts';
import { chatModes, holdPolicies, linkPolicies, settingBounds } from '../policy/settings.ts';

export const modeCodec = createEnumCodec(ChatMode, chatModes);
export const linkPolicyCodec = createEnumCodec(LinkPolicy, linkPolicies);
export const holdPolicyCodec = createEnumCodec(HoldPolicy, holdPolicies);
export const wordActionCodec = createEnumCodec(WordAction, ['refuse', 'hold'] as const);
export const sanctionKindCodec = createEnumCodec(SanctionKind, sanctionKinds);
export const holdReasonCodec = createEnumCodec(HoldReason, holdReasons);
export const heldStateCodec = createEnumCodec(HeldState, heldStates);
export const actionCodec = createEnumCodec(ModerationAction, moderationActions);

/** A word of ours from a generated enum; UNSPECIFIED is refused. */
function wordOf<Enum extends string, Word extends string>(
  values: Readonly<Record<string, Enum>>,
  codec: EnumCodec<Enum, Word>,
) {
  return z.enum(values).transform((value, context): Word => {
    const word = codec.fromProto(value);
    if (word !== undefined) return word;
    context.addIssue('must be set');
    return z.NEVER;
  });
}

const broadcastId = idOf('brc');
const userId = idOf('usr');
const ownerId = userId.or(z.literal(''));
const reason = text(1, 500);
const optionalReason = text(0, 500);
const page = { pageSize, pageToken: z.string() };

const bounded = (name: keyof typeof settingBounds) => {
  const [min, max] = settingBounds[name];
  return z.number().int().min(min).max(max).optional();
};

export const chatIdSchema = z.object({ broadcastId });

export const roomChatSchema = z.object({ broadcastId, fromSeq: z.number().int().min(0) });

export const updateSettingsSchema = z.object({
  requestId,
  broadcastId,
  version: z.number().int().min(1),
  mode: wordOf(ChatMode, modeCodec).optional(),
  slowModeSeconds: bounded('slowModeSeconds'),
  linkPolicy: wordOf(LinkPolicy, linkPolicyCodec).optional(),
  holdPolicy: wordOf(HoldPolicy, holdPolicyCodec).optional(),
  repeatLimit: bounded('repeatLimit'),
  repeatSeconds: bounded('repeatSeconds'),
  floodMessages: bounded('floodMessages'),
  floodSeconds: bounded('floodSeconds'),
  roomMessagesPerSecond: bounded('roomMessagesPerSecond'),
  reason: optionalReason,
});
export type UpdateSettingsInput = z.output<typeof updateSettingsSchema>;

export const addWordsSchema = z
  .object({
    requestId,
    sellerId: ownerId,
    words: z
      .array(z.object({ word: text(1, 50), action: wordOf(WordAction, wordActionCodec) }))
      .min(1)
      .max(100),
    reason: optionalReason,
  })
  .transform(({ sellerId, ...rest }) => ({ ...rest, ownerId: sellerId }));
export type AddWordsInput = z.output<typeof addWordsSchema>;

export const removeWordsSchema = z
  .object({
    requestId,
    sellerId: ownerId,
    wordIds: z.array(idOf('wrd')).min(1).max(100),
    reason: optionalReason,
  })
  .transform(({ sellerId, ...rest }) => ({ ...rest, ownerId: sellerId }));
export type RemoveWordsInput = z.output<typeof removeWordsSchema>;

export const listWordsSchema = z.object({ sellerId: ownerId, ...page });

const about = { requestId, broadcastId, userId, kind: wordOf(SanctionKind, sanctionKindCodec) };

export const muteSchema = z.object({
  ...about,
  sellerWide: z.boolean(),
  expiresAt: timestamp.optional(),
  reason,
});
export type MuteInput = z.output<typeof muteSchema>;

export const unmuteSchema = z.object({ ...about, sellerWide: z.boolean(), reason });
export type UnmuteInput = z.output<typeof unmuteSchema>;

export const listSanctionsSchema = z.object({
  broadcastId,
  userId: ownerId,
  includePast: z.boolean(),
  ...page,
});

export const listHeldSchema = z.object({
  broadcastId,
  state: wordFilter(HeldState, heldStateCodec),
  ...page,
});

export const resolveHeldSchema = z.object({
  requestId,
  broadcastId,
  heldId: idOf('hld'),
  approve: z.boolean(),
  reason: optionalReason,
});
export type ResolveHeldInput = z.output<typeof resolveHeldSchema>;

export const removeMessageSchema = z.object({
  requestId,
  broadcastId,
  seq: z.number().int().min(1),
  reason,
});
export type RemoveMessageInput = z.output<typeof removeMessageSchema>;

export const listModerationSchema = z.object({
  scopeId: broadcastId.or(userId).or(z.literal('')),
  ...page,
});

export const forgetSpeakersSchema = z.object({ limit: z.number().int().min(1).max(10_000) });
