import type { Clock } from '../../common/clock.ts';
import type { DomainError } from '../../common/errors/index.ts';
import type { Reader } from '../db/index.ts';
import { readSettings } from './channels.ts';
import type { ChatBroadcasts } from './facts-reader.ts';
import { type Circumstances, judgeMessage } from './policy/judge-message.ts';
import { noPace } from './policy/pace.ts';
import { readText } from './policy/reading.ts';
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

/** Why each text is refused, in order; undefined where it is not. */
export type Refusals = readonly (DomainError | undefined)[];

/** Has what {@link judgeTextsIn} compares with in memory, before the transaction that judges. */
export async function prepareToJudge(
  { broadcasts, words }: JudgeDeps,
  broadcastIds: readonly string[],
): Promise<void> {
  const sellers = await broadcasts.sellersOf(broadcastIds);
  await words.load([operator, ...sellers.values()]);
}

/**
 * Judges texts by what the chat of their broadcast says of words, links and mutes: by nothing that
 * is about talk alone, like its mode and pace. Nothing waits outside of the chat, so what would be
 * held for a word or a link is refused. Refusals are the chat's: CHAT_MUTED, CHAT_BANNED_WORD,
 * CHAT_LINK. How often it reads does not grow with the number of texts.
 */
export async function judgeTextsIn(
  { clock, broadcasts, words }: JudgeDeps,
  read: Reader,
  texts: readonly ForeignText[],
): Promise<Refusals> {
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
    const linkPolicy = settings.get(broadcastId)?.linkPolicy ?? 'refuse';
    const verdict = judgeMessage(readText(text), {
      ...{ now, role, bannedUntil: 0, mutedUntil: silences[i]?.mutedUntil ?? 0, follows: true },
      ...{ operatorWords: words.of(operator), sellerWords: words.of(sellerOf(broadcastId)) },
      ...{ settings: { ...textsAlone, linkPolicy }, pace: noPace, room: noRoom },
    });
    return verdict.kind === 'refuse' ? verdict.error : undefined;
  });
}

const noRoom = { second: 0, count: 0 };

/** Settings of which only those of links and words have a say, and under which nothing waits. */
const textsAlone: Circumstances['settings'] = {
  mode: 'everyone',
  slowModeSeconds: 0,
  linkPolicy: 'refuse',
  holdPolicy: 'nobody',
  repeatLimit: 0,
  repeatSeconds: 1,
  floodMessages: 0,
  floodSeconds: 1,
  roomMessagesPerSecond: 0,
};
