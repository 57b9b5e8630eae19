import { type Coalescer, createCoalescer } from '../../common/coalesce.ts';
import type { Logger } from '../../common/logger.ts';
import { type Count, type Growth, openCountScript, windowMs } from './count-script.ts';

/** Counts of callers: of this process, or over all processes where there is Redis. */
export interface RequestCounts {
  /**
   * Counts a request by what this process knows; it tells the others, and learns of theirs, several
   * times a second. A caller at their limit of `most` is not counted any further.
   */
  add(key: string, most: number): Count;
  /** As `add`, over all processes before it answers; by this one alone while Redis is away. */
  addExactly(key: string, most: number): Promise<Count>;
  close(): void;
}

export interface RequestCountsOptions {
  readonly redisUrl: string | undefined;
  readonly log: Logger;
  /** Callers counted at one time; the longest known is forgotten first. */
  readonly maxCallers?: number;
}

interface Entry {
  used: number;
  endsAt: number;
  /** Counted here and not told yet. */
  untold: number;
}

/** Milliseconds after which others know of a request at the latest, while Redis answers. */
const tellMs = 100;

export function createRequestCounts({
  redisUrl,
  log,
  maxCallers = 50_000,
}: RequestCountsOptions): RequestCounts {
  const entries = new Map<string, Entry>();
  const script = redisUrl === undefined ? undefined : openCountScript(redisUrl, log);
  const telling: Coalescer<Growth, Count> = createCoalescer({
    ...{ name: 'counts of requests', maxBatch: 500, maxQueue: maxCallers },
    run: async (growths) => (await script?.grow(growths)) ?? [],
  });
  let untold = new Set<string>();

  function entryOf(key: string): Entry {
    const found = entries.get(key);
    if (found !== undefined && found.endsAt > performance.now()) return found;
    entries.delete(key);
    for (const oldest of entries.keys()) {
      if (entries.size < maxCallers) break;
      entries.delete(oldest);
    }
    const entry = { used: 0, endsAt: performance.now() + windowMs, untold: 0 };
    entries.set(key, entry);
    return entry;
  }

  const toCount = ({ used, endsAt }: Entry): Count => ({
    used,
    msLeft: Math.max(0, endsAt - performance.now()),
  });

  /** Takes the word of all processes for it. */
  function learn(entry: Entry, { used, msLeft }: Count): void {
    entry.used = used + entry.untold;
    entry.endsAt = performance.now() + msLeft;
  }

  async function tell(key: string): Promise<void> {
    const entry = entries.get(key);
    if (entry === undefined || entry.untold === 0) return;
    const by = entry.untold;
    entry.untold = 0;
    learn(entry, await telling.submit({ key, by }));
  }

  function tellAll(): void {
    const keys = untold;
    untold = new Set();
    // While Redis is away what this process counted stands.
    for (const key of keys) tell(key).catch(() => undefined);
  }

  const timer = script === undefined ? undefined : setInterval(tellAll, tellMs);
  timer?.unref();

  function count(key: string, most: number): Entry {
    const entry = entryOf(key);
    if (entry.used <= most) entry.used += 1;
    return entry;
  }

  return {
    add(key, most) {
      const entry = count(key, most);
      if (script !== undefined && entry.used <= most) {
        entry.untold += 1;
        untold.add(key);
      }
      return toCount(entry);
    },
    async addExactly(key, most) {
      const entry = count(key, most);
      if (script === undefined || entry.used > most) return toCount(entry);
      try {
        const said = await telling.submit({ key, by: 1 });
        learn(entry, { ...said, used: Math.max(said.used, entry.used) });
        return said;
      } catch {
        return toCount(entry);
      }
    },
    close() {
      clearInterval(timer);
      script?.close();
    },
  };
}
