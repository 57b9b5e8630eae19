import { createLiveState, type LiveState, ringSize } from './live-state.ts';
import { showMessages } from './message-ring.ts';

const message = (seq: number) => ({
  seq,
  kind: 'normal' as const,
  userId: 'usr_1',
  name: '김하나',
  text: `message ${seq}`,
  sentAt: seq,
});

const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => message(from + i));

/** Reads as a client does that has seen up to `seen`. */
function readSince(state: LiveState, seen: number): string[] {
  const texts: string[] = [];
  for (let seq = Math.max(seen + 1, 1); seq <= state.lastSeq; seq += 1) {
    const slot = state.messages[seq % state.messages.length];
    texts.push(slot?.seq === seq ? slot.text : `missed ${seq}`);
  }
  return texts;
}

describe('message ring', () => {
  it('shows each message to a client that reads on from the last it has seen', () => {
    const state = createLiveState();
    showMessages(state, range(1, 3));
    expect(readSince(state, 0)).toEqual(['message 1', 'message 2', 'message 3']);
    showMessages(state, range(4, 5));
    expect(readSince(state, 3)).toEqual(['message 4', 'message 5']);
  });

  it('holds the newest messages, as many as it has slots, and not one more', () => {
    const state = createLiveState();
    showMessages(state, range(1, ringSize + 7));
    expect(state.lastSeq).toBe(ringSize + 7);
    expect(readSince(state, 7)).toEqual(range(8, ringSize + 7).map(({ text }) => text));
    expect(readSince(state, 6)[0]).toBe('missed 7');
  });

  it('takes more messages at once than it has slots for', () => {
    const state = createLiveState();
    showMessages(state, range(1, 3 * ringSize));
    expect(readSince(state, 2 * ringSize)).toEqual(
      range(2 * ringSize + 1, 3 * ringSize).map(({ text }) => text),
    );
  });
});
