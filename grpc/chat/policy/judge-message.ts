import { DomainError } from '../../../common/errors/index.ts';
import { hasLink } from './links.ts';
import {
  type Pace,
  type RoomPace,
  refuseFlood,
  refuseRepeat,
  refuseRoomFlood,
  refuseSlow,
} from './pace.ts';
import { hasPhoneNumber } from './phone-numbers.ts';
import type { Reading } from './reading.ts';
import type { ChatSettings } from './settings.ts';
import type { WordMatcher } from './word-matcher.ts';

/** Why a message waits for approval. */
export const holdReasons = ['word', 'link', 'phone', 'everyone'] as const;
export type HoldReason = (typeof holdReasons)[number];

/** Everything that a message is judged by beside its text. */
export interface Circumstances {
  readonly now: number;
  readonly settings: ChatSettings;
  readonly role: 'host' | 'moderator' | 'viewer';
  /** Until when the sender is kept out of the broadcast, or muted; epoch ms, 0 if not. */
  readonly bannedUntil: number;
  readonly mutedUntil: number;
  /** Whether the sender follows the seller; asked only where the mode depends on it. */
  readonly follows: boolean;
  /** The operator's words, which nobody may say, and the seller's, which viewers may not. */
  readonly operatorWords: WordMatcher;
  readonly sellerWords: WordMatcher;
  readonly pace: Pace;
  readonly room: RoomPace;
}

/** What becomes of a message. */
export type Verdict =
  | { readonly kind: 'say' }
  | { readonly kind: 'refuse'; readonly error: DomainError }
  | { readonly kind: 'hold'; readonly reason: HoldReason };

/** What a rule thinks of a message: refuse it, let it wait, or nothing. */
type Opinion = DomainError | HoldReason | undefined;

type Rule = (message: Reading, at: Circumstances) => Opinion;

/** What holds for everyone but the host: those who were told to be quiet, and the operator's words. */
const rulesForAll: readonly Rule[] = [
  function isNotBanned(_message, { bannedUntil, now }) {
    return bannedUntil > now
      ? new DomainError('CHAT_BANNED', 'banned from this broadcast', untilOf(bannedUntil, now))
      : undefined;
  },
  function isNotMuted(_message, { mutedUntil, now }) {
    return mutedUntil > now
      ? new DomainError('CHAT_MUTED', 'muted', untilOf(mutedUntil, now))
      : undefined;
  },
  function keepsOperatorWords({ letters }, { operatorWords, settings }) {
    return opinionOfWord(operatorWords, letters, settings);
  },
];

/** What holds for viewers: the host and moderators keep order and are exempt. */
const rulesForViewers: readonly Rule[] = [
  function isNotFrozen(_message, { settings }) {
    if (settings.mode !== 'frozen') return undefined;
    return new DomainError('CHAT_FROZEN', 'the chat is frozen');
  },
  function followsSeller(_message, { settings, follows }) {
    if (settings.mode !== 'followers' || follows) return undefined;
    return new DomainError('CHAT_FOLLOWERS_ONLY', 'only followers of the seller can chat');
  },
  function keepsSellerWords({ letters }, { sellerWords, settings }) {
    return opinionOfWord(sellerWords, letters, settings);
  },
  function hasNoLink({ text }, { settings: { linkPolicy, holdPolicy } }) {
    if (linkPolicy === 'allow' || !hasLink(text)) return undefined;
    if (linkPolicy === 'hold' && holdPolicy !== 'nobody') return 'link';
    return new DomainError('CHAT_LINK', 'links are not allowed');
  },
  (_message, { settings, pace, now }) => refuseSlow(settings, pace, now),
  (_message, { settings, pace, now }) => refuseFlood(settings, pace, now),
  ({ gist }, { settings, pace, now }) => refuseRepeat(settings, pace, gist(), now),
  (_message, { settings, room, now }) => refuseRoomFlood(settings, room, now),
  function keepsPhoneNumbersPrivate({ text }, { settings }) {
    return settings.holdPolicy !== 'nobody' && hasPhoneNumber(text) ? 'phone' : undefined;
  },
  function isApproved(_message, { settings }) {
    return settings.holdPolicy === 'everyone' ? 'everyone' : undefined;
  },
];

/**
 * Judges a message by every rule: one that refuses decides; else one that lets it wait; else it is
 * said. The host is bound by the operator's words alone.
 */
export function judgeMessage(message: Reading, at: Circumstances): Verdict {
  const circumstances = at.role === 'host' ? { ...at, bannedUntil: 0, mutedUntil: 0 } : at;
  const rules = at.role === 'viewer' ? [...rulesForAll, ...rulesForViewers] : rulesForAll;
  let held: HoldReason | undefined;
  for (const rule of rules) {
    const opinion = rule(message, circumstances);
    if (opinion instanceof DomainError) return { kind: 'refuse', error: opinion };
    held ??= opinion;
  }
  return held === undefined || at.role === 'host'
    ? { kind: 'say' }
    : { kind: 'hold', reason: held };
}

function opinionOfWord(
  words: WordMatcher,
  letters: Reading['letters'],
  { holdPolicy }: ChatSettings,
): Opinion {
  if (words.isEmpty) return undefined;
  const found = words.find(letters());
  if (found === undefined) return undefined;
  if (found.action === 'hold' && holdPolicy !== 'nobody') return 'word';
  return new DomainError('CHAT_BANNED_WORD', 'a banned word', { word: found.word });
}

/** The last millisecond that a date can hold: what ends then never ends. */
const lastMoment = 8_640_000_000_000_000;

/** Without an end there is nothing to wait for. */
function untilOf(until: number, now: number): Record<string, string> {
  if (until >= lastMoment) return {};
  return {
    until: String(until),
    secondsLeft: String(Math.ceil((until - now) / 1_000)),
    retryAfterMs: String(until - now),
  };
}
