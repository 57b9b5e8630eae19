import type { Clock } from '../../common/clock.ts';
import type { DomainError } from '../../common/errors/index.ts';
import type { Reader } from '../db/index.ts';
import { readSettings } from './channels.ts';
import type { ChatBroadcasts } from './facts-reader.ts';
import { type Circumstances, judgeMessage } from './policy/judge-message.ts';
import { noPace } from './policy/pace.ts';
import { readText } from './policy/reading.ts';
import { defaultSettings } from './policy/settings.ts';
import { silencesOf } from './sanctions-store.ts';
import { operator, type WordLists } from './word-lists.ts';

/** A text that someone wants to show in a broadcast elsewhere than in its chat. */
export interface ForeignText {
  readonly broadcastId: string;
  readonly userId: string;
  readonly text: string;
  readonly role: Circumstances['role'];
}

/** What judging takes. */
export interface JudgeDeps {
  readonly clock: Clock;
  readonly broadcasts: ChatBroadcasts;
  readonly words: WordLists;
}

/** What becomes of a text. */
export interface Judgement {
  /** Why it is refused, undefined where it is not; searched for when it is asked for. */
  refusal(): DomainError | undefined;
  /** Whether its author is to think that it is shown, and nobody is to see it. */
  readonly shadowed: boolean;
}

/** Has what {@link judgeTextsIn} compares with in memory, before the transaction that judges. */
export async function prepareToJudge(
  { broadcasts, words }: JudgeDeps,
  broadcastIds: readonly string[],
): Promise<void> {
  const sellers = await broadcasts.sellersOf(broadcastIds);
  await words.load([operator, ...sellers.values()]);
}

/**
 * Judges texts by what the chat of their broadcast says of words, links, phone numbers and mutes: by
 * nothing that is about talk alone, like its mode and pace. Nothing waits outside of the chat, so
 * what would be held for a word, a link or a phone number is refused. Refusals are the chat's:
 * CHAT_MUTED, CHAT_BANNED_WORD, CHAT_LINK, and CHAT_PHONE_NUMBER. One judgement for each text, in
 * order; how often it reads does not grow with their number.
 */
export async function judgeTextsIn(
  { clock, broadcasts, words }: JudgeDeps,
  read: Reader,
  texts: readonly ForeignText[],
): Promise<readonly Judgement[]> {
  const ids = [...new Set(texts.map(({ broadcastId }) => broadcastId))];
  const sellers = await broadcasts.sellersOf(ids);
  const sellerOf = (id: string) => sellers.get(id) ?? '';
  const now = clock.now();
  const keys = texts.map(({ broadcastId, userId }) => {
    return { broadcastId, sellerId: sellerOf(broadcastId), userId };
  });
  const [settings, silences] = await Promise.all([
    readSettings(read, broadcasts, ids),
    silencesOf(read, keys, now),
  ]);
  return texts.map(({ broadcastId, text, role }, i) => {
    const { linkPolicy, holdPolicy } = settings.get(broadcastId) ?? defaultSettings;
    const { mutedUntil = 0, shadowedUntil = 0 } = silences[i] ?? {};
    const at: Circumstances = {
      ...{ now, role, waits: false, bannedUntil: 0, mutedUntil, follows: true },
      ...{ operatorWords: words.of(operator), sellerWords: words.of(sellerOf(broadcastId)) },
      ...{ settings: { ...textsAlone, linkPolicy, holdPolicy }, pace: noPace, room: noRoom },
    };
    return {
      refusal() {
        const verdict = judgeMessage(readText(text), at);
        return verdict.kind === 'refuse' ? verdict.error : undefined;
      },
      shadowed: role !== 'host' && shadowedUntil > now,
    };
  });
}

const noRoom = { second: 0, count: 0 };

/** Settings under which pace has no say. */
const textsAlone: Omit<Circumstances['settings'], 'linkPolicy' | 'holdPolicy'> = {
  mode: 'everyone',
  slowModeSeconds: 0,
  repeatLimit: 0,
  repeatSeconds: 1,
  floodMessages: 0,
  floodSeconds: 1,
  roomMessagesPerSecond: 0,
};
