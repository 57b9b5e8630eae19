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
import { findWord, type Reading } from './reading.ts';
import type { ChatSettings } from './settings.ts';
import type { WordMatcher } from './word-matcher.ts';

/** Why a message waits for approval. */
export const holdReasons = ['word', 'link', 'phone', 'everyone'] as const;
export type HoldReason = (typeof holdReasons)[number];

/** Everything that a message is judged by beside its text. */
export interface Circumstances {
  readonly now: number;
  readonly settings: ChatSettings;
  /** Whether it can wait for approval if it has to: what can't is refused. */
  readonly waits: boolean;
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

/** What binds moderators too, and none of it the host. */
const rulesOfQuiet: readonly Rule[] = [
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
];

/** When viewers may speak: the host and moderators keep order and are exempt. */
const rulesOfPace: readonly Rule[] = [
  function isNotFrozen(_message, { settings }) {
    if (settings.mode !== 'frozen') return undefined;
    return new DomainError('CHAT_FROZEN', 'the chat is frozen');
  },
  function followsSeller(_message, { settings, follows }) {
    if (settings.mode !== 'followers' || follows) return undefined;
    return new DomainError('CHAT_FOLLOWERS_ONLY', 'only followers of the seller can chat');
  },
  (_message, { settings, pace, now }) => refuseSlow(settings, pace, now),
  (_message, { settings, pace, now }) => refuseFlood(settings, pace, now),
  (_message, { settings, room, now }) => refuseRoomFlood(settings, room, now),
  ({ gist }, { settings, pace, now }) => refuseRepeat(settings, pace, gist(), now),
];

/** What binds everyone, the host too. */
const rulesForAll: readonly Rule[] = [
  function keepsOperatorWords(message, at) {
    return opinionOfWord(at.operatorWords, message, at);
  },
];

/** What viewers may say. */
const rulesForViewers: readonly Rule[] = [
  function keepsSellerWords(message, at) {
    return opinionOfWord(at.sellerWords, message, at);
  },
  function hasNoLink({ text }, at) {
    const { linkPolicy } = at.settings;
    if (linkPolicy === 'allow' || !hasLink(text)) return undefined;
    if (linkPolicy === 'hold' && canWait(at)) return 'link';
    return new DomainError('CHAT_LINK', 'links are not allowed');
  },
  function keepsPhoneNumbersPrivate({ text }, at) {
    if (at.settings.holdPolicy === 'nobody' || !hasPhoneNumber(text)) return undefined;
    return canWait(at) ? 'phone' : new DomainError('CHAT_PHONE_NUMBER', 'a phone number');
  },
  function isApproved(_message, at) {
    return at.settings.holdPolicy === 'everyone' && canWait(at) ? 'everyone' : undefined;
  },
];

/** In this order: what costs nothing to judge spares the search for words and links. */
const rulesByRole: Readonly<Record<Circumstances['role'], readonly Rule[]>> = {
  host: rulesForAll,
  moderator: [...rulesOfQuiet, ...rulesForAll],
  viewer: [...rulesOfQuiet, ...rulesOfPace, ...rulesForAll, ...rulesForViewers],
};

/**
 * Judges a message by the rules for its sender: one that refuses decides; else one that lets it
 * wait; else it is said. The host is bound by the operator's words alone. What the host and
 * moderators say never waits, for it is they who approve.
 */
export function judgeMessage(message: Reading, at: Circumstances): Verdict {
  let held: HoldReason | undefined;
  for (const rule of rulesByRole[at.role]) {
    const opinion = rule(message, at);
    if (opinion instanceof DomainError) return { kind: 'refuse', error: opinion };
    held ??= opinion;
  }
  return held === undefined ? { kind: 'say' } : { kind: 'hold', reason: held };
}

function canWait({ waits, settings }: Circumstances): boolean {
  return waits && settings.holdPolicy !== 'nobody';
}

/** Of the words to hold for those who keep order are free, whether anything waits or not. */
function opinionOfWord(words: WordMatcher, message: Reading, at: Circumstances): Opinion {
  const found = findWord(words, message);
  if (found === undefined) return undefined;
  if (found.action === 'hold' && at.role !== 'viewer') return undefined;
  if (found.action === 'hold' && canWait(at)) return 'word';
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
