import { type Coalescer, createCoalescer } from '../coalesce.ts';
import type { Logger } from '../logger.ts';
import { type Count, type Growth, openCountScript } from './count-script.ts';

/** So often in so many milliseconds, which begin when a key is counted first. */
export interface Limit {
  readonly most: number;
  readonly windowMs: number;
}

/** Counts by key: of this process, or over all processes where there is Redis. */
export interface Counts {
  /**
   * Counts by what this process knows; it tells the others, and learns of theirs, several times a
   * second. What is past its limit is not counted.
   */
  add(key: string, limit: Limit): Count;
  /** As `add`, over all processes before it answers; by this one alone while Redis is away. */
  addExactly(key: string, limit: Limit): Promise<Count>;
  /**
   * As `addExactly` for a limit that is small, or near. Below an eighth of a large one as `add`: so a
   * key may begin at each process at once, and no limit is passed by more than such an eighth of
   * each of them.
   */
  addNearly(key: string, limit: Limit): Count | Promise<Count>;
  /** Takes one of what was added back, at all processes. */
  takeBack(key: string, limit: Limit): void;
  close(): void;
}

export interface CountsOptions {
  /** Begins the names of the counters in Redis. */
  readonly prefix: string;
  readonly redisUrl: string | undefined;
  readonly log: Logger;
  /** Keys counted at one time; the longest known is forgotten first. */
  readonly maxKeys?: number;
}

interface Entry {
  used: number;
  endsAt: number;
  /** Counted here and not told yet. */
  untold: number;
  /** Taken back here since the last telling, and before it. */
  takenBack: number;
  due: number;
  readonly windowMs: number;
  /** When all processes together were last said to be past the limit. */
  refusedAt: number;
}

/** Milliseconds after which others know of what was added at the latest, while Redis answers. */
const tellMs = 100;

/** Of a limit that is large, this share may be counted by each process for itself. */
const beginning = 1 / 8;
const large = 64;

/** What many ask of Redis at the same time is one call. */
export function createCounts({ prefix, redisUrl, log, maxKeys = 50_000 }: CountsOptions): Counts {
  const entries = new Map<string, Entry>();
  const script = redisUrl === undefined ? undefined : openCountScript(redisUrl, prefix, log);
  const telling: Coalescer<Growth, Count> = createCoalescer({
    ...{ name: `counts of ${prefix}`, maxBatch: 500, maxQueue: maxKeys },
    run: async (growths) => (await script?.grow(growths)) ?? [],
  });
  let untold = new Set<string>();
  let nextTelling: NodeJS.Timeout | undefined;

  function entryOf(key: string, windowMs: number): Entry {
    const found = entries.get(key);
    if (found !== undefined && found.endsAt > performance.now()) return found;
    const now = performance.now();
    entries.delete(key);
    for (const [oldest, { endsAt }] of entries) {
      if (entries.size < maxKeys && endsAt > now) break;
      entries.delete(oldest);
    }
    const refusedAt = Number.NEGATIVE_INFINITY;
    const entry = {
      ...{ used: 0, endsAt: now + windowMs, windowMs, refusedAt },
      ...{ untold: 0, takenBack: 0, due: 0 },
    };
    entries.set(key, entry);
    return entry;
  }

  const toCount = ({ used, endsAt }: Entry): Count => ({
    used,
    msLeft: Math.max(0, endsAt - performance.now()),
  });

  /** What the others have not been told. */
  const pending = ({ untold, takenBack, due }: Entry) => untold - takenBack - due;

  /** Takes the word of all processes for it. */
  function learn(entry: Entry, { used, msLeft }: Count): void {
    entry.used = Math.max(0, used + pending(entry));
    if (msLeft > 0) entry.endsAt = performance.now() + msLeft;
  }

  async function tell(key: string): Promise<void> {
    const entry = entries.get(key);
    if (entry === undefined) return;
    const { windowMs } = entry;
    const by = entry.untold - entry.due;
    entry.untold = 0;
    // Told a tick later: where it was counted, if that was at another process, is told by then.
    entry.due = entry.takenBack;
    entry.takenBack = 0;
    if (entry.due > 0) toTell(key);
    if (by !== 0) learn(entry, await telling.submit({ key, by, windowMs }));
  }

  function tellAll(): void {
    nextTelling = undefined;
    const keys = untold;
    untold = new Set();
    // While Redis is away what this process counted stands.
    for (const key of keys) tell(key).catch(() => undefined);
  }

  /** No timer while there is nothing to tell: each of its ticks would wake the process. */
  function toTell(key: string): void {
    untold.add(key);
    nextTelling ??= setTimeout(tellAll, tellMs).unref();
  }

  function count(key: string, { most, windowMs }: Limit): Entry {
    const entry = entryOf(key, windowMs);
    if (entry.used <= most) entry.used += 1;
    return entry;
  }

  /** Asking again before others can have taken anything back would only cost Redis. */
  function isKnownPast({ used, refusedAt }: Entry, { most }: Limit): boolean {
    return used > most && performance.now() - refusedAt < tellMs;
  }

  function add(key: string, limit: Limit): Count {
    const entry = count(key, limit);
    if (script !== undefined && entry.used <= limit.most) {
      entry.untold += 1;
      toTell(key);
    }
    return toCount(entry);
  }

  async function addExactly(key: string, limit: Limit): Promise<Count> {
    const entry = count(key, limit);
    if (script === undefined || isKnownPast(entry, limit)) return toCount(entry);
    try {
      const said = await telling.submit({ key, by: 1, ...limit });
      const past = said.used > limit.most;
      if (past) entry.refusedAt = performance.now();
      // Others of this process may be under way, whom Redis does not know of yet.
      const used = past ? said.used : Math.max(said.used, entry.used - pending(entry));
      learn(entry, { ...said, used });
      return said;
    } catch {
      return toCount(entry);
    }
  }

  return {
    add,
    addExactly,
    addNearly(key, limit) {
      const { most, windowMs } = limit;
      const isFar = most >= large && entryOf(key, windowMs).used < most * beginning;
      return isFar ? add(key, limit) : addExactly(key, limit);
    },
    takeBack(key, { most, windowMs }) {
      const entry = entryOf(key, windowMs);
      entry.used = Math.max(0, entry.used - 1);
      entry.refusedAt = Number.NEGATIVE_INFINITY;
      if (script === undefined) return;
      if (entry.untold > 0) {
        entry.untold -= 1;
      } else if (most >= large) {
        entry.takenBack += 1;
        toTell(key);
      } else {
        // What is not told now is over at the end of its window.
        telling.submit({ key, by: -1, windowMs }).then(
          (said) => learn(entry, said),
          () => undefined,
        );
      }
    },
    close() {
      clearTimeout(nextTelling);
      script?.close();
    },
  };
}
