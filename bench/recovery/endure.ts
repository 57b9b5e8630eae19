import { setTimeout as delay } from 'node:timers/promises';
import type { Child } from '../../test/kit/child.ts';
import { startService } from '../kit/processes.ts';
import type { ChatSystem } from './system.ts';
import type { Replay, Tally } from './tally.ts';
import type { ViewersPlan } from './viewers-service.ts';

export interface Ordeal {
  readonly dir: string;
  readonly viewers: number;
  readonly seconds: number;
  readonly messagesPerS: number;
  readonly cutEveryS: number;
  readonly awayMs: number;
}

/** What came of it. */
export interface Endured {
  /** Of all messages to all viewers. */
  readonly deliveredPercent: number;
  /** Of those that were said while only wires were cut. */
  readonly deliveredPercentCutsOnly: number;
  readonly repeated: number;
  readonly outOfOrder: number;
  readonly notRecovered: number;
  readonly replays: readonly Replay[];
  readonly unfinished: number;
  readonly messages: number;
  readonly cuts: number;
  readonly resumed: number;
  readonly joinedAnew: number;
  /** Processor milliseconds that the viewers took. */
  readonly loadCpuMs: number;
}

/** Share of the time after which processes end as well. */
export const faultsFrom = 0.5;
/** Processes with viewers: more would only take turns on the processors. */
const groups = 2;

/** Lets viewers suffer cuts all the time, one rolling restart, and one crash. */
export async function endure(system: ChatSystem, ordeal: Ordeal): Promise<Endured> {
  const { seconds, viewers } = ordeal;
  const maxSeq = Math.ceil((seconds + 120) * ordeal.messagesPerS);
  const children = await Promise.all(
    Array.from({ length: groups }, (_, i) => {
      const share = Math.floor(viewers / groups) + (i < viewers % groups ? 1 : 0);
      const plan: ViewersPlan = { ...ordeal, of: system.viewers, viewers: share, maxSeq };
      return startService({
        file: 'bench/recovery/viewers-service.js',
        ...{ name: `viewers-${i}-of-${system.name.replace(/\W/g, '')}`, dir: ordeal.dir },
        env: {},
        args: [JSON.stringify(plan)],
      });
    }),
  );
  for (const child of children) process.kill(child.pid, 'SIGUSR2');
  const startedAt = performance.now();
  const talk = startTalking(system, ordeal.messagesPerS);
  const until = async (share: number) =>
    delay(Math.max(0, startedAt + share * seconds * 1_000 - performance.now()));
  await until(faultsFrom);
  const saidBeforeFaults = talk.said();
  await system.rollingRestart();
  await until(0.75);
  await system.crash();
  await until(1);
  const messages = await talk.stop();
  const tallies = await Promise.all(children.map(resultOf));
  const deliveredUpTo = (last: number) =>
    tallies.reduce((sum, one) => sum + total(one.deliveredBySeq.slice(0, last + 1)), 0);
  const percent = (last: number) => (100 * deliveredUpTo(last)) / (last * viewers);
  const count = (of: (tally: Tally) => number) => total(tallies.map(of));
  return {
    deliveredPercent: percent(messages),
    deliveredPercentCutsOnly: percent(saidBeforeFaults),
    repeated: count((tally) => tally.repeated),
    outOfOrder: count((tally) => tally.outOfOrder),
    notRecovered: count((tally) => tally.lost),
    replays: tallies.flatMap((tally) => tally.replays),
    unfinished: count((tally) => tally.unfinished),
    messages,
    cuts: count((tally) => tally.cuts),
    resumed: count((tally) => tally.resumed),
    joinedAnew: count((tally) => tally.joinedAnew),
    loadCpuMs: count((tally) => tally.cpuMs),
  };
}

/** Says things at a steady rate, one after the other, so that there is an order to keep. */
function startTalking(system: ChatSystem, perS: number) {
  const stopping = new AbortController();
  let said = 0;
  const talking = (async () => {
    const startedAt = performance.now();
    while (!stopping.signal.aborted) {
      const due = ((performance.now() - startedAt) / 1_000) * perS;
      if (said < due) said = await system.say();
      else await delay(5);
    }
  })();
  return {
    said: () => said,
    async stop(): Promise<number> {
      stopping.abort();
      await talking;
      return said;
    },
  };
}

/** Milliseconds for viewers to make up for their last absences. */
const patienceMs = 90_000;

async function resultOf(child: Child): Promise<Tally> {
  const [, json = ''] = await child.waitForLine(/^result (.*)\ndone$/m, { timeoutMs: patienceMs });
  return JSON.parse(json);
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
