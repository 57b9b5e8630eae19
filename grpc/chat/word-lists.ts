import type { Clock } from '../../common/clock.ts';
import { placeholders, type Reader } from '../db/index.ts';
import type { ChatWordListRow, ChatWordRow } from './moderation-entities.ts';
import { createWordMatcher, type WordMatcher } from './policy/word-matcher.ts';

/** Owner of the list that holds in every chat. */
export const operator = '';

/** Milliseconds for which a list is taken to be as it was: so late a change elsewhere counts here. */
const freshMs = 2_000;
/** Lists kept; beyond it those are dropped that nothing has asked for in `idleMs`. */
const maxKept = 1_000;
/** Milliseconds after which no message can be on its way that a list was loaded for. */
const idleMs = 60_000;

interface Kept {
  /** -1: changed before it was ever loaded. */
  readonly version: number;
  readonly matcher: WordMatcher;
  readonly checkedAt: number;
  /** Whether it was changed here since. */
  readonly isStale: boolean;
  /** Place of what made it so, a look or a change, among all: the later one knows better. */
  readonly turn: number;
}

/** The lists of banned words, ready to be searched. */
export interface WordLists {
  /** Makes sure that these lists are fresh; asks nothing if they are. */
  load(ownerIds: readonly string[]): Promise<void>;
  /**
   * The list as it was loaded last. One that was loaded in the last minute is there, whatever has
   * changed since: a message on its way to be judged never meets an empty list in its place.
   */
  of(ownerId: string): WordMatcher;
  /**
   * Looks the list up again when it is needed next: it was changed here. A look that is under way
   * can't make it fresh.
   */
  outdate(ownerId: string): void;
}

const none = createWordMatcher([]);

/** Keeps lists in memory; one look at their versions every two seconds tells which have changed. */
export function createWordLists(read: Reader, clock: Clock): WordLists {
  const kept = new Map<string, Kept>();
  let turns = 0;

  function isFresh(ownerId: string): boolean {
    const list = kept.get(ownerId);
    return list !== undefined && !list.isStale && clock.now() - list.checkedAt < freshMs;
  }

  async function check(ownerIds: readonly string[]): Promise<void> {
    turns += 1;
    const look = { checkedAt: clock.now(), isStale: false, turn: turns };
    const rows = await read.rows<ChatWordListRow>(
      `SELECT * FROM chat_word_lists WHERE ownerId IN (${placeholders(ownerIds)})`,
      ownerIds,
    );
    const versions = new Map(rows.map((row) => [row.ownerId, row.version]));
    const known = ownerIds.flatMap((id) => {
      const list = kept.get(id);
      return list?.version === (versions.get(id) ?? 0) ? [[id, list.matcher] as const] : [];
    });
    const matchers = new Map(known);
    const words = await readWords(
      read,
      ownerIds.filter((id) => !matchers.has(id)),
    );
    for (const ownerId of ownerIds) {
      const matcher = matchers.get(ownerId) ?? createWordMatcher(words.get(ownerId) ?? []);
      keep(ownerId, { version: versions.get(ownerId) ?? 0, matcher, ...look });
    }
    drop();
  }

  /** Of what was overtaken only the words count, and only where those that are kept are older. */
  function keep(ownerId: string, list: Kept): void {
    const now = kept.get(ownerId);
    const overtaken = now !== undefined && now.turn > list.turn;
    if (overtaken && now.version >= list.version) return;
    kept.delete(ownerId);
    kept.set(ownerId, overtaken ? { ...list, isStale: true, turn: now.turn } : list);
  }

  function drop(): void {
    for (const [ownerId, { checkedAt }] of kept) {
      if (kept.size <= maxKept || clock.now() - checkedAt < idleMs) break;
      kept.delete(ownerId);
    }
  }

  return {
    async load(ownerIds) {
      const stale = [...new Set(ownerIds)].filter((id) => !isFresh(id));
      if (stale.length > 0) await check(stale);
    },
    of: (ownerId) => kept.get(ownerId)?.matcher ?? none,
    outdate(ownerId) {
      turns += 1;
      const never = { version: -1, matcher: none, checkedAt: clock.now() };
      kept.set(ownerId, { ...never, ...kept.get(ownerId), isStale: true, turn: turns });
    },
  };
}

async function readWords(
  read: Reader,
  ownerIds: readonly string[],
): Promise<Map<string, ChatWordRow[]>> {
  if (ownerIds.length === 0) return new Map();
  const rows = await read.rows<ChatWordRow>(
    `SELECT * FROM chat_words WHERE ownerId IN (${placeholders(ownerIds)}) ORDER BY id`,
    ownerIds,
  );
  return Map.groupBy(rows, (row) => row.ownerId);
}
