import {
  DomainError,
  InvalidArgument,
  NotFound,
  PermissionDenied,
} from '../../common/errors/index.ts';

/** What chat knows of a broadcast. */
export interface BroadcastFacts {
  readonly sellerId: string;
  readonly status: 'scheduled' | 'live' | 'ended';
  /** Epoch ms; absent until it ended. */
  readonly endedAt?: number | undefined;
}

/** A message that someone wants to say, its text cleaned. */
export interface NewMessage {
  readonly broadcastId: string;
  readonly userId: string;
  /** The sender's own id of it. */
  readonly clientId: string;
  readonly kind: 'normal' | 'notice';
  readonly name: string;
  readonly text: string;
}

/** Longest message, in Unicode code points. */
const maxTextLength = 200;

/** A reason to refuse a message, or undefined. */
type Rule = (message: NewMessage, broadcast: BroadcastFacts | undefined) => DomainError | undefined;

/**
 * The policy: the first rule that objects decides. Every rule of who may say what, and when, has
 * its place in this list.
 */
const rules: readonly Rule[] = [
  function broadcastExists({ broadcastId }, broadcast) {
    return broadcast === undefined ? new NotFound('broadcast', broadcastId) : undefined;
  },
  function broadcastIsLive({ broadcastId }, broadcast) {
    if (broadcast?.status === 'live') return undefined;
    return new DomainError('BROADCAST_NOT_LIVE', `broadcast ${broadcastId} is not live`, {
      broadcastId,
    });
  },
  function sellerAnnounces({ kind, userId }, broadcast) {
    if (kind !== 'notice' || broadcast?.sellerId === userId) return undefined;
    return new PermissionDenied('only the seller of the broadcast can announce');
  },
];

/** Why the message can't be said, or undefined if it can. */
export function refuseMessage(
  message: NewMessage,
  broadcast: BroadcastFacts | undefined,
): DomainError | undefined {
  for (const rule of rules) {
    const refusal = rule(message, broadcast);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/** Control characters, and those that turn the direction of the text around them. */
const forbidden = /[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u;
/** Something that is drawn: not space, not zero width, not one of the blank letters. */
const visible = /[^\p{Z}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\p{M}\u2800]/u;

/**
 * Text as it is stored: trimmed, in Unicode's form NFC.
 * @throws InvalidArgument unless it is one line of 1 to `max` code points of which one can be seen
 */
export function cleanText(text: string, max = maxTextLength): string {
  const cleaned = text.trim().normalize('NFC');
  if (forbidden.test(cleaned)) throw new InvalidArgument('text must not hold control characters');
  if (!visible.test(cleaned)) throw new InvalidArgument('text must not be empty');
  const length = [...cleaned].length;
  if (length > max) {
    throw new InvalidArgument(`text must not be longer than ${max} characters`, {
      length: String(length),
      max: String(max),
    });
  }
  return cleaned;
}
