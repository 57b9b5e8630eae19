import { inParallel } from '../../demo/in-parallel.ts';
import { until } from '../../test/kit/until.ts';
import { takeLightSeat } from '../kit/light-seat.ts';
import type { LightSocket } from '../kit/light-socket.ts';
import { round2 } from '../kit/measure.ts';
import { cpuMsOf } from '../kit/process-usage.ts';
import { probe } from './probe.ts';

/** Who waits for a seat at the same time. */
const joiningAtOnce = 128;
/** The byte that says goodbye. */
const leaveRoom = 12;

/** A server to join. */
export interface House {
  readonly name: string;
  readonly pid: number;
  readonly url: URL;
  readonly broadcastId: string;
  /** Other processes that have work with those who come, by name. */
  readonly helpers: Readonly<Record<string, number>>;
  log(): string;
  stop(): Promise<void>;
}

/** What came of everybody coming at once, staying, and leaving at once. */
export interface Visit {
  readonly viewers: number;
  readonly failedJoins: number;
  readonly joinsPerS: number;
  /** Server CPU for each join, in microseconds. */
  readonly usPerJoin: number;
  /** The same of every other process, and of the load itself as `load`. */
  readonly othersUsPerJoin: Readonly<Record<string, number>>;
  /** Growth of resident memory and of the live heap, per viewer. */
  readonly bytesPerViewer: number;
  readonly heapPerViewer: number;
  /** Server CPU for an idle house, as a percentage of one processor. */
  readonly idlePercent: number;
  readonly leaveMs: number;
  /** Of the worst phase. */
  readonly loopDelayP99Ms: number;
}

/** Milliseconds of sitting still. */
const sittingMs = 3_000;

export async function visit(house: House, tokens: readonly string[]): Promise<Visit> {
  let came = 0;
  const join = (accessToken: string | undefined) =>
    takeLightSeat({
      // Each from an address of their own, which is one more thing to count.
      address: addressOf(came++),
      url: house.url,
      roomName: 'live',
      joinOptions: { broadcastId: house.broadcastId },
      ...(accessToken === undefined ? {} : { accessToken }),
      onFrame: () => undefined,
    });
  // Some come and go before, so that the code is warm and the room open.
  const first = await inParallel(tokens.slice(0, 200), 16, join);
  await leaveAll(first.slice(1));
  const empty = await probe(house);

  let failedJoins = 0;
  const sockets: LightSocket[] = [];
  const cpuBefore = cpuMsOf(house.pid);
  const others = Object.entries({ ...house.helpers, load: process.pid });
  const othersBefore = others.map(([, pid]) => cpuMsOf(pid));
  const startedAt = performance.now();
  await inParallel(tokens, joiningAtOnce, async (token) => {
    try {
      sockets.push(await join(token));
    } catch (error) {
      if (failedJoins === 0) console.error(`${house.name}: a join failed:`, error);
      failedJoins += 1;
    }
  });
  const joinedInMs = performance.now() - startedAt;
  const joinCpuMs = cpuMsOf(house.pid) - cpuBefore;
  const othersCpuMs = others.map(([, pid], i) => cpuMsOf(pid) - (othersBefore[i] ?? 0));
  const full = await probe(house);

  const idleBefore = cpuMsOf(house.pid);
  await new Promise((resolve) => setTimeout(resolve, sittingMs));
  const idleMs = cpuMsOf(house.pid) - idleBefore;
  const gone = sockets.filter((socket) => socket.closed).length;
  if (gone > 0) throw new Error(`${house.name}: ${gone} viewers were thrown out`);
  const sitting = await probe(house);
  const leaveMs = await leaveAll(sockets);
  const after = await probe(house);
  await leaveAll(first.slice(0, 1));

  const count = sockets.length;
  return {
    viewers: tokens.length,
    failedJoins,
    joinsPerS: Math.round((count / joinedInMs) * 1_000),
    usPerJoin: Math.round((joinCpuMs * 1_000) / count),
    othersUsPerJoin: Object.fromEntries(
      others.map(([name], i) => [name, Math.round(((othersCpuMs[i] ?? 0) * 1_000) / count)]),
    ),
    bytesPerViewer: Math.round((full.rss - empty.rss) / count),
    heapPerViewer: Math.round((full.heapUsed - empty.heapUsed) / count),
    idlePercent: round2((idleMs / sittingMs) * 100),
    leaveMs: Math.round(leaveMs),
    loopDelayP99Ms: round2(Math.max(...[full, sitting, after].map((one) => one.loopDelayP99Ms))),
  };
}

function addressOf(index: number): string {
  return `11.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`;
}

/** All say goodbye at once; answers the milliseconds until the server has let all of them go. */
async function leaveAll(sockets: readonly LightSocket[]): Promise<number> {
  const startedAt = performance.now();
  for (const socket of sockets) socket.send(Uint8Array.of(leaveRoom));
  await until('everybody has left', () => sockets.every((socket) => socket.closed), {
    timeoutMs: 60_000,
  });
  return performance.now() - startedAt;
}
