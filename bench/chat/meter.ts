import type { Histogram } from 'hdr-histogram-js';
import { latencyHistogram } from '../kit/measure.ts';

/** What all viewers of a hall got since the last reset. */
export interface Meter {
  /** Messages, each counted for each viewer. */
  deliveries: number;
  frames: number;
  /** Of those frames, with WebSocket's own. */
  bytes: number;
  /** Microseconds from the speaker's socket to the viewer's. */
  latencies: Histogram;
  /** A message is about to be said. */
  said(message: number): void;
  delivered(messages: readonly number[], wireBytes: number): void;
  reset(): void;
}

export function createMeter(): Meter {
  let saidAt = new Map<number, number>();
  return {
    deliveries: 0,
    frames: 0,
    bytes: 0,
    latencies: latencyHistogram(),
    said(message) {
      saidAt.set(message, performance.now());
    },
    delivered(messages, wireBytes) {
      const now = performance.now();
      this.frames += 1;
      this.bytes += wireBytes;
      this.deliveries += messages.length;
      for (const message of messages) {
        const us = (now - (saidAt.get(message) ?? now)) * 1_000;
        this.latencies.recordValue(Math.max(1, Math.round(us)));
      }
    },
    reset() {
      this.deliveries = 0;
      this.frames = 0;
      this.bytes = 0;
      this.latencies = latencyHistogram();
      saidAt = new Map();
    },
  };
}
