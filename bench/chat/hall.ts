import type { LightSocket } from '../kit/light-socket.ts';
import type { Ledger } from './ledger.ts';
import type { Meter } from './meter.ts';

/** One kind of server, its house full. */
export interface Hall {
  readonly name: string;
  /** Processes whose work the deliveries are. */
  readonly pids: Readonly<Record<string, number>>;
  readonly viewers: number;
  readonly ledger: Ledger;
  readonly meter: Meter;
  /** The speaker of that number says something. */
  say(speaker: number, message: number, text: string): void;
  stop(): Promise<void>;
}

/** Names of speakers, as all halls show them. */
export const nameOf = (speaker: number) => `시청자${speaker + 1}`;

/** The benchmark's own numbers of the messages in a text, in their order. */
export function numbersIn(text: string): number[] {
  return [...text.matchAll(/#(\d+)#/g)].map((match) => Number(match[1]));
}

/** Viewers who join at the same time. */
export const joiningAtOnce = 24;

/** What a viewer does with frames: those for everybody are checked and counted. */
export function viewerOf(
  { ledger, meter }: { readonly ledger: Ledger; readonly meter: Meter },
  isForAll: (frame: Buffer) => boolean,
): (frame: Buffer, wireBytes: number) => void {
  let bytes = 0;
  const check = ledger.seat((messages) => meter.delivered(messages, bytes));
  return (frame, wireBytes) => {
    if (!isForAll(frame)) return;
    bytes = wireBytes;
    check(frame);
  };
}

/** @throws Error when a connection is gone */
export function stillOpen(sockets: readonly LightSocket[], name: string): void {
  const gone = sockets.filter((socket) => socket.closed).length;
  if (gone > 0) throw new Error(`${name}: ${gone} viewers were thrown out`);
}
