import { DomainError } from '../../common/errors/index.ts';
import { newId } from '../../common/ids.ts';
import type { Logger } from '../../common/logger.ts';
import type { ClientPool, Clients } from '../../common/rpc/clients.ts';
import type { HeartReport } from '../../proto/gen/onair/reactions/v1/reactions.ts';
import { maxBatch, realtimeActor } from './batch-caller.ts';
import { refused } from './refused.ts';

/** Milliseconds between two reports. */
const reportEveryMs = 1_000;
/** Most hearts in one report. */
const maxHearts = 10_000_000;
/** Times that what is left is sent when the process ends. */
const lastTries = 3;

/** Codes after which a report would be refused again, however often it is sent. */
const final: ReadonlySet<string> = new Set([
  'INVALID_ARGUMENT',
  'NOT_FOUND',
  'BROADCAST_NOT_LIVE',
  'REQUEST_ID_REUSED',
]);

/** The hearts that viewers of this process sent and that are not counted yet. */
export interface HeartTally {
  /** Adds hearts. Costs an addition; the call to the service is made once a second. */
  add(broadcastId: string, hearts: number): void;
  /** Reports what is left; resolves when nothing is, or nobody answered. */
  drain(): Promise<void>;
}

interface Sum {
  /** Hearts of no report yet. */
  waiting: number;
  /** The report under way, which stays as it is until its outcome is known. */
  report?: HeartReport;
}

/**
 * Sums hearts by broadcast over all rooms of the process, and reports them all in one call a
 * second. A report whose outcome is not known is sent again under its id while new hearts wait for
 * the next one, so every heart counts once, and what is kept stays two numbers for each broadcast.
 */
export function createHeartTally({
  clients,
  log,
}: {
  readonly clients: ClientPool;
  readonly log: Logger;
}): HeartTally {
  const { reactions } = clients.as({ actor: realtimeActor });
  const sums = new Map<string, Sum>();
  let timer: NodeJS.Timeout | undefined;
  let sending: Promise<void> | undefined;

  function schedule(): void {
    if (timer !== undefined) return;
    timer = setTimeout(() => {
      timer = undefined;
      void send();
    }, reportEveryMs);
    // Hearts alone keep no process alive; `drain` sends the last of them.
    timer.unref();
  }

  function send(): Promise<void> {
    sending ??= report().finally(() => {
      sending = undefined;
      if (sums.size > 0) schedule();
    });
    return sending;
  }

  async function report(): Promise<void> {
    const reports = [...sums].map(([broadcastId, sum]) => reportOf(broadcastId, sum));
    for (let from = 0; from < reports.length; from += maxBatch) {
      await tell(reactions, reports.slice(from, from + maxBatch));
    }
  }

  async function tell(
    service: Clients['reactions'],
    reports: readonly HeartReport[],
  ): Promise<void> {
    try {
      const { outcomes } = await service.reportHearts({ reports: [...reports] });
      reports.forEach((one, i) => {
        const result = outcomes[i]?.result;
        if (result?.$case === 'reactions') settle(one);
        else onRefused(one, refused(result?.value).reason);
      });
    } catch (error) {
      log.warn({ err: error }, 'hearts were not reported; they will be sent again');
    }
  }

  function onRefused(one: HeartReport, error: unknown): void {
    const lost = error instanceof DomainError && final.has(error.code);
    log.warn({ err: error, ...one }, lost ? 'hearts were refused' : 'hearts will be sent again');
    if (lost) settle(one);
  }

  function settle({ broadcastId }: HeartReport): void {
    const sum = sums.get(broadcastId);
    if (sum === undefined) return;
    delete sum.report;
    if (sum.waiting === 0) sums.delete(broadcastId);
  }

  return {
    add(broadcastId, hearts) {
      const sum = sums.get(broadcastId) ?? { waiting: 0 };
      sum.waiting += hearts;
      sums.set(broadcastId, sum);
      if (sending === undefined) schedule();
    },
    async drain() {
      await sending;
      for (let tries = 0; tries < lastTries && sums.size > 0; tries += 1) await send();
      clearTimeout(timer);
      timer = undefined;
      if (sums.size > 0) log.warn({ broadcasts: sums.size }, 'hearts of the last moments are lost');
    },
  };
}

/** The report under way, or a new one of what waits. */
function reportOf(broadcastId: string, sum: Sum): HeartReport {
  if (sum.report !== undefined) return sum.report;
  const hearts = Math.min(sum.waiting, maxHearts);
  sum.waiting -= hearts;
  sum.report = { reportId: newId('req'), broadcastId, hearts };
  return sum.report;
}
