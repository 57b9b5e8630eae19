import { matchMaker } from '@colyseus/core';
import type { Logger } from '../../common/logger.ts';

/** Milliseconds between two looks at which processes are there. */
const lookEveryMs = 1_000;
/** Seconds for which others are told that this process is ending. */
const endingSeconds = 120;

const endingKey = (processId: string) => `onair:ending:${processId}`;

/**
 * Where a new room opens: at the process with the fewest, of those that are not ending. Without
 * any, here. Rooms are counted in their list: what processes say of themselves comes a second late,
 * and a crowd would open one room after the other at the same process.
 */
export async function chooseProcess(): Promise<string> {
  const [processes, rooms] = await Promise.all([matchMaker.stats.fetchAll(), matchMaker.query({})]);
  const roomsOf = Map.groupBy(rooms, ({ processId }) => processId);
  const countOf = (processId: string) => roomsOf.get(processId)?.length ?? 0;
  const ids = processes.map(({ processId }) => processId);
  for (const processId of fewestFirst(ids, countOf, matchMaker.processId)) {
    if (!(await matchMaker.presence.exists(endingKey(processId)))) return processId;
  }
  return matchMaker.processId;
}

/**
 * Processes by their rooms; of several with as few, `own` first: processes that need their first
 * rooms at the same time would all take the same one else.
 */
export function fewestFirst(
  ids: readonly string[],
  countOf: (processId: string) => number,
  own: string,
): string[] {
  const rank = (processId: string) => countOf(processId) - (processId === own ? 0.5 : 0);
  return ids.toSorted((one, other) => rank(one) - rank(other));
}

/** Opens no more rooms here, whoever asks for one. */
export async function announceEnding(): Promise<void> {
  await matchMaker.presence.setex(endingKey(matchMaker.processId), '1', endingSeconds);
  await matchMaker.stats.excludeProcess(matchMaker.processId);
}

/**
 * Keeps the list of rooms true, once a second. A process that was killed leaves its rooms in it,
 * and a join that is sent there waits until it times out; Redis knows at once that nobody listens
 * for that process any more. A Redis that was restarted has an empty list, and rooms that are open
 * are put back. Answers the function that ends it.
 */
export function watchPeers(log: Logger): () => void {
  let looking = false;

  async function look(): Promise<void> {
    // While Redis is away a look waits for it.
    if (looking) return;
    looking = true;
    try {
      await matchMaker.healthCheckAllProcesses();
      await matchMaker.restoreMissingRoomCaches();
    } catch (error) {
      log.warn({ err: error }, 'the list of rooms was not checked');
    } finally {
      looking = false;
    }
  }

  const timer = setInterval(() => void look(), lookEveryMs);
  return () => clearInterval(timer);
}
