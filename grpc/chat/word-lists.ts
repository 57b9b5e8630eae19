import type { Clock } from '../../common/clock.ts';
import { placeholders, type Reader } from '../db/index.ts';
import type { ChatWordListRow, ChatWordRow } from './moderation-entities.ts';
import { createWordMatcher, type WordMatcher } from './policy/word-matcher.ts';

/** Owner of the list that holds in every chat. */
export const operator = '';

/** Milliseconds for which a list is taken to be as it was: so late a change elsewhere counts here. */
const freshMs = 2_000;
/** Lists kept; the longest unused are dropped. */
const maxKept = 1_000;

interface Kept {
  readonly version: number;
  readonly matcher: WordMatcher;
  readonly checkedAt: number;
}

/** The lists of banned words, ready to be searched. */
export interface WordLists {
  /** Makes sure that these lists are fresh; asks nothing if they are. */
  load(ownerIds: readonly string[]): Promise<void>;
  /** The list as it was loaded last. */
  of(ownerId: string): WordMatcher;
  /** Looks the list up again when it is needed next: it was changed here. */
  forget(ownerId: string): void;
}

const none = createWordMatcher([]);

/** Keeps lists in memory; one look at their versions every two seconds tells which have changed. */
export function createWordLists(read: Reader, clock: Clock): WordLists {
  const kept = new Map<string, Kept>();

  function isFresh(ownerId: string): boolean {
    const list = kept.get(ownerId);
    return list !== undefined && clock.now() - list.checkedAt < freshMs;
  }

  async function check(ownerIds: readonly string[]): Promise<void> {
    const checkedAt = clock.now();
    const rows = await read.rows<ChatWordListRow>(
      `SELECT * FROM chat_word_lists WHERE ownerId IN (${placeholders(ownerIds)})`,
      ownerIds,
    );
    const versions = new Map(rows.map((row) => [row.ownerId, row.version]));
    const stale = ownerIds.filter((id) => kept.get(id)?.version !== (versions.get(id) ?? 0));
    const words = await readWords(read, stale);
    for (const ownerId of ownerIds) {
      const list = words.get(ownerId);
      const matcher = stale.includes(ownerId)
        ? createWordMatcher(list ?? [])
        : kept.get(ownerId)?.matcher;
      kept.delete(ownerId);
      const version = versions.get(ownerId) ?? 0;
      kept.set(ownerId, { version, matcher: matcher ?? none, checkedAt });
    }
    for (const ownerId of kept.keys()) {
      if (kept.size <= maxKept) break;
      kept.delete(ownerId);
    }
  }

  return {
    async load(ownerIds) {
      const stale = [...new Set(ownerIds)].filter((id) => !isFresh(id));
      if (stale.length > 0) await check(stale);
    },
    of: (ownerId) => kept.get(ownerId)?.matcher ?? none,
    forget: (ownerId) => void kept.delete(ownerId),
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
