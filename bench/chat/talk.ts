import { setTimeout as delay } from 'node:timers/promises';
import type { Histogram } from 'hdr-histogram-js';
import { machineUsage, othersPercent } from '../burst/machine-usage.ts';
import { cpuMsOf } from '../kit/process-usage.ts';
import { type Hall, nameOf } from './hall.ts';

/** People who talk; the others listen. */
const speakers = 100;
/** Milliseconds for the last messages to arrive. */
const patienceMs = 60_000;

/** What came of a stretch of talk. */
export interface Talk {
  readonly said: number;
  readonly deliveries: number;
  /** Deliveries that were due and did not come. */
  readonly lost: number;
  readonly frames: number;
  readonly seconds: number;
  /** On the wire, per delivery. */
  readonly bytesPerDelivery: number;
  /** Of those, neither text nor name. */
  readonly overheadPerDelivery: number;
  /** Server CPU per delivery, in microseconds, and by process. */
  readonly usPerDelivery: number;
  readonly cpuMs: Readonly<Record<string, number>>;
  readonly latencies: Histogram;
  readonly othersPercent: number;
}

const phrases = [
  '이거 색깔 너무 예쁘네요',
  '사이즈가 어떻게 되나요?',
  '배송은 언제 오나요',
  '저도 하나 주문했어요!',
  '가격이 정말 좋네요',
  '재고 얼마나 남았어요?',
];

let lastNumber = 0;

/** 100 viewers talk in turn for some seconds, evenly; ends when everybody heard everything. */
export async function talk(hall: Hall, perSecond: number, seconds: number): Promise<Talk> {
  const { meter } = hall;
  meter.reset();
  const pids = Object.entries(hall.pids);
  const machine = machineUsage();
  const ownBefore = cpuMsOf(process.pid);
  const before = pids.map(([, pid]) => cpuMsOf(pid));
  const startedAt = performance.now();
  const total = perSecond * seconds;
  let said = 0;
  let bytesSaid = 0;
  while (said < total) {
    const due = Math.min(total, ((performance.now() - startedAt) / 1_000) * perSecond);
    for (; said < due; said += 1) {
      lastNumber += 1;
      const text = `#${lastNumber}# ${phrases[lastNumber % phrases.length]}`;
      const speaker = lastNumber % speakers;
      bytesSaid += Buffer.byteLength(text) + Buffer.byteLength(nameOf(speaker));
      hall.say(speaker, lastNumber, text);
    }
    await delay(2);
  }
  const heard = () => meter.deliveries >= total * hall.viewers;
  const givenUpAt = performance.now() + patienceMs;
  while (!heard() && performance.now() < givenUpAt) await delay(10);
  const cpu = pids.map(([, pid], i) => cpuMsOf(pid) - (before[i] ?? 0));
  const cpuMs = cpu.reduce((sum, ms) => sum + ms, 0);
  const own = cpuMs + cpuMsOf(process.pid) - ownBefore;
  const bytesPerDelivery = meter.bytes / meter.deliveries;
  return {
    said,
    deliveries: meter.deliveries,
    lost: total * hall.viewers - meter.deliveries,
    frames: meter.frames,
    seconds: (performance.now() - startedAt) / 1_000,
    bytesPerDelivery,
    overheadPerDelivery: bytesPerDelivery - bytesSaid / said,
    usPerDelivery: (cpuMs * 1_000) / meter.deliveries,
    cpuMs: Object.fromEntries(pids.map(([name], i) => [name, cpu[i] ?? 0])),
    latencies: meter.latencies,
    othersPercent: othersPercent(machine, machineUsage(), own),
  };
}
