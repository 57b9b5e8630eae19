import { Cron } from 'croner';
import type { TickKind } from '../common/jobs.ts';
import type { Logger } from '../common/logger.ts';
import type { ClientPool } from '../common/rpc/clients.ts';
import { backOffMs, pause } from './pause.ts';
import { workersActor } from './runner.ts';

/** A recurring job. */
export interface ScheduleEntry {
  readonly kind: TickKind;
  /** Minute, hour, day of month, month, day of week; with six fields seconds come first. */
  readonly cron: string;
  readonly timezone: 'UTC' | 'Asia/Seoul';
}

/**
 * Everything that recurs. Pruning takes small bites each hour rather than a big one each night, so
 * that no hour is worse than another. An entry that ran more seldom than once in 7 days would
 * outlive the memory of its ticks; see `jobs.prune`.
 */
export const schedule: readonly ScheduleEntry[] = [
  { kind: 'points.expire-lots', cron: '* * * * *', timezone: 'UTC' },
  { kind: 'chat.prune', cron: '*/5 * * * *', timezone: 'UTC' },
  { kind: 'files.sweep', cron: '*/5 * * * *', timezone: 'UTC' },
  { kind: 'sessions.keep-keys', cron: '17 4 * * *', timezone: 'UTC' },
  { kind: 'sessions.prune-attempts', cron: '27 * * * *', timezone: 'UTC' },
  { kind: 'privacy.prune-reads', cron: '57 * * * *', timezone: 'UTC' },
  { kind: 'social.prune-attempts', cron: '47 * * * *', timezone: 'UTC' },
  { kind: 'chat.forget-speakers', cron: '17 * * * *', timezone: 'UTC' },
  { kind: 'departures.erase-retained', cron: '47 * * * *', timezone: 'UTC' },
  { kind: 'requests.prune', cron: '7 * * * *', timezone: 'UTC' },
  { kind: 'jobs.prune', cron: '37 * * * *', timezone: 'UTC' },
];

/** The newest tick that is not in the future, and the one after it. */
export function ticksAround(
  { cron, timezone }: Pick<ScheduleEntry, 'cron' | 'timezone'>,
  now: Date,
): { readonly last: Date; readonly next: Date } {
  const pattern = new Cron(cron, { timezone });
  // Its reference is exclusive, ours is not: a tick at this very millisecond has struck.
  const [last] = pattern.previousRuns(1, new Date(now.getTime() + 1));
  const next = pattern.nextRun(now);
  if (last === undefined || next === null) throw new Error(`${cron} has no ticks around ${now}`);
  return { last, next };
}

export interface ScheduleDeps {
  readonly clients: ClientPool;
  readonly log: Logger;
}

/** A schedule being followed. */
export interface RunningSchedule {
  /** Enqueues no more ticks, and resolves when none is on its way. */
  stop(): Promise<void>;
}

/**
 * Enqueues the ticks of the entries as they strike. The queue makes one job of a tick however many
 * workers enqueue it. At the start each entry's newest tick is enqueued too: if it struck while no
 * worker was there it is made up for, else its job exists already.
 */
export function startSchedule(
  entries: readonly ScheduleEntry[],
  deps: ScheduleDeps,
): RunningSchedule {
  const stopping = new AbortController();
  const following = entries.map((entry) => follow(entry, deps, stopping.signal));
  return {
    async stop() {
      stopping.abort();
      await Promise.all(following);
    },
  };
}

const firstPauseMs = 250;
/** Timers can't be set for longer than 24 days; looking again each day costs nothing. */
const longestPauseMs = 86_400_000;

async function follow(
  entry: ScheduleEntry,
  { clients, log }: ScheduleDeps,
  signal: AbortSignal,
): Promise<void> {
  const { kind } = entry;
  const { jobs } = clients.as({ actor: workersActor });
  let enqueued: number | undefined;
  let failures = 0;
  while (!signal.aborted) {
    const { last, next } = ticksAround(entry, new Date());
    try {
      if (last.getTime() !== enqueued) await jobs.enqueueTick({ kind, tick: last }, { signal });
      enqueued = last.getTime();
      failures = 0;
      await pause(Math.min(Math.max(0, next.getTime() - Date.now()), longestPauseMs), signal);
    } catch (error) {
      if (signal.aborted) return;
      failures += 1;
      if (failures === 1) log.warn({ err: error, kind }, 'a tick can not be enqueued');
      await pause(backOffMs(failures, firstPauseMs), signal);
    }
  }
}
