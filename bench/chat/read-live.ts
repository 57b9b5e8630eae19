import { Decoder } from '@colyseus/schema';
import { LiveState } from '../../realtime/state/live-state.ts';
import { frames } from '../kit/light-seat.ts';

/** A viewer's screen of the live room: takes what the room sends, tells what is new in the chat. */
export interface Screen {
  /** Takes the full state or a patch; answers the texts that were not shown before, in order. */
  read(frame: Buffer): readonly string[];
  /** Numbers that were skipped. */
  readonly missed: number;
}

export function createScreen(): Screen {
  const state = new LiveState();
  const decoder = new Decoder(state);
  let shown: number | undefined;
  let missed = 0;

  function readNew(): string[] {
    const size = state.messages.length;
    const fresh: { seq: number; text: string }[] = [];
    for (let back = 0; back < size; back += 1) {
      const slot = state.messages[(state.newest - back + size) % size];
      if (slot === undefined || slot.seq <= (shown ?? state.lastSeq)) break;
      fresh.unshift({ seq: slot.seq, text: slot.text });
    }
    let last = shown ?? state.lastSeq;
    for (const { seq } of fresh) {
      missed += seq - last - 1;
      last = seq;
    }
    shown = state.lastSeq;
    return fresh.map(({ text }) => text);
  }

  return {
    get missed() {
      return missed;
    },
    read(frame) {
      const kind = frame[0];
      if (kind !== frames.state && kind !== frames.patch) return [];
      decoder.decode(frame, { offset: 1 });
      return readNew();
    },
  };
}
