import { setTimeout as delay } from 'node:timers/promises';
import { ourViewer } from './our-viewer.ts';
import { socketIoViewer } from './socket-io-viewer.ts';
import type { ViewersOf } from './system.ts';
import { createTally } from './tally.ts';
import type { Viewer, ViewerEvents } from './viewer.ts';

/** A group of viewers whose connections are cut at random, as a process of its own. */
export interface ViewersPlan {
  readonly of: ViewersOf;
  readonly viewers: number;
  /** The highest number that a message may have. */
  readonly maxSeq: number;
  /** Seconds between two cuts of one viewer's connection, on average. */
  readonly cutEveryS: number;
  /** Milliseconds without a network after a cut. */
  readonly awayMs: number;
  /** Seconds of cutting. */
  readonly seconds: number;
}

/** Milliseconds in which the last absences must end. */
const patienceMs = 60_000;
/** Milliseconds between two viewers who come in at first. */
const joinEveryMs = 5;
/** Milliseconds without a message after which nothing more is said. */
const quietMs = 5_000;

async function main(plan: ViewersPlan): Promise<void> {
  // Thousands of tries fail, and nobody reads where.
  Error.stackTraceLimit = 0;
  const tally = createTally(plan.viewers, plan.maxSeq);
  const viewers: Viewer[] = [];
  for (let index = 0; index < plan.viewers; index += 1) {
    viewers.push(
      open(plan.of, index, {
        onMessage: (seq) => tally.message(index, seq),
        onOnline: (resumed) => tally.cameOnline(index, resumed),
        onOffline: () => tally.offline(index),
        onLost: (count) => tally.lost(count),
      }),
    );
    await delay(joinEveryMs);
  }
  while (tally.online.size < plan.viewers) await delay(50);
  const before = tally.result();
  console.log('on air');
  await new Promise((resolve) => process.once('SIGUSR2', resolve));

  tally.begin();
  const endsAt = performance.now() + plan.seconds * 1_000;
  await Promise.all(viewers.map((viewer, index) => suffer(viewer, index)));

  async function suffer(viewer: Viewer, index: number): Promise<void> {
    for (;;) {
      const ms = plan.cutEveryS * 1_000 * (0.5 + Math.random());
      if (performance.now() + ms + plan.awayMs > endsAt) return;
      await delay(ms);
      tally.cut(index);
      viewer.cut();
      await delay(plan.awayMs);
      tally.back(index);
      viewer.back();
    }
  }

  await delay(Math.max(0, endsAt - performance.now()));
  const giveUpAt = performance.now() + patienceMs;
  let [newest, since] = [0, performance.now()];
  while (performance.now() < giveUpAt) {
    if (tally.newest !== newest) [newest, since] = [tally.newest, performance.now()];
    if (tally.behind() === 0 && performance.now() - since > quietMs) break;
    await delay(100);
  }
  const result = tally.result();
  const joinedAnew = result.joinedAnew - before.joinedAnew;
  const cpuMs = result.cpuMs - before.cpuMs;
  // What follows says that the line was written whole.
  console.log(`result ${JSON.stringify({ ...result, joinedAnew, cpuMs })}\ndone`);
  for (const viewer of viewers) viewer.close();
  process.exit(0);
}

function open(of: ViewersOf, index: number, events: ViewerEvents): Viewer {
  return of.kind === 'ours' ? ourViewer(of, index, events) : socketIoViewer(of.url, events);
}

main(JSON.parse(process.argv[2] ?? '')).catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
