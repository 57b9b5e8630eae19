import { setTimeout as delay } from 'node:timers/promises';
import type { Seat } from './seat.ts';

/** Viewers talking, and how long it took until others read it. */
export interface Chatter {
  /** Messages that the room took. */
  sent(): number;
  /** Milliseconds from saying to reading, one for each reader of each message. */
  readonly delays: readonly number[];
  /** For a seat's messages. */
  onMessage(seat: Seat, message: { text: string }): void;
  stop(): Promise<void>;
}

const lines = [
  '예뻐요',
  '얼마예요?',
  '배송 언제 되나요',
  '두근두근',
  '색이 정말 곱네요',
  '꼭 사야지',
];

/** Lets the seats talk in turn, `perSecond` messages in all, from when `start` is called. */
export function createChatter(): Chatter & {
  start(seats: readonly Seat[], perSecond: number): void;
} {
  const saidAt = new Map<string, number>();
  const delays: number[] = [];
  const pending = new Set<Promise<unknown>>();
  const stopping = new AbortController();
  let talking: Promise<void> = Promise.resolve();
  let said = 0;
  let taken = 0;

  async function talk(seats: readonly Seat[], perSecond: number): Promise<void> {
    const startedAt = performance.now();
    while (!stopping.signal.aborted) {
      const due = ((performance.now() - startedAt) / 1_000) * perSecond;
      for (; said < due; said += 1) say(seats, said);
      await delay(10);
    }
  }

  function say(seats: readonly Seat[], n: number): void {
    const seat = seats[n % seats.length];
    if (seat === undefined) return;
    const text = `${lines[n % lines.length]} #${n}`;
    saidAt.set(text, performance.now());
    const request = seat
      .chat(`chat-${n}`, text)
      .then(() => {
        taken += 1;
      })
      .finally(() => pending.delete(request));
    pending.add(request);
  }

  return {
    delays,
    sent: () => taken,
    onMessage(_seat, { text }) {
      const at = saidAt.get(text);
      if (at !== undefined) delays.push(performance.now() - at);
    },
    start(seats, perSecond) {
      talking = talk(seats, perSecond);
    },
    async stop() {
      stopping.abort();
      await talking;
      await Promise.all(pending);
    },
  };
}
