import { Encoder } from '@colyseus/schema';
import { createLiveState, type LiveState, ringSize, senderSlots } from './live-state.ts';
import { createMessageRing } from './message-ring.ts';

const message = (seq: number, who = `usr_${seq % 7}`) => ({
  seq,
  kind: 'normal' as const,
  userId: who,
  name: `이름 ${who}`,
  text: `message ${seq}`,
  sentAt: 1_760_000_000_000 + seq,
});

const range = (from: number, to: number, who?: (seq: number) => string) =>
  Array.from({ length: to - from + 1 }, (_, i) => message(from + i, who?.(from + i)));

/** Reads as a client does that has seen up to `seen`: back from the newest. */
function readSince(state: LiveState, seen: number): string[] {
  const lines: string[] = [];
  const size = state.messages.length;
  for (let back = 0; back < size; back += 1) {
    const slot = state.messages[(state.newest - back + size) % size];
    if (slot === undefined || slot.seq <= seen) return lines;
    lines.unshift(`${state.senders[slot.from]?.userId}: ${slot.text}`);
  }
  return ['missed some', ...lines];
}

const lines = (from: number, to: number, who?: (seq: number) => string) =>
  range(from, to, who).map(({ userId, text }) => `${userId}: ${text}`);

function setUp() {
  const state = createLiveState();
  return { state, ring: createMessageRing(state) };
}

describe('message ring', () => {
  it('shows each message to a client that reads on from the last it has seen', () => {
    const { state, ring } = setUp();
    expect(readSince(state, 0)).toEqual([]);
    ring.show(range(1, 3));
    expect(readSince(state, 0)).toEqual(lines(1, 3));
    ring.show(range(4, 5));
    expect(readSince(state, 3)).toEqual(lines(4, 5));
    expect(readSince(state, 5)).toEqual([]);
  });

  it('holds the newest messages, as many as it has slots, and not one more', () => {
    const { state, ring } = setUp();
    ring.show(range(1, ringSize + 7));
    expect(state.lastSeq).toBe(ringSize + 7);
    expect(readSince(state, 8)).toEqual(lines(9, ringSize + 7));
    expect(readSince(state, 6)).toEqual(['missed some', ...lines(8, ringSize + 7)]);
    expect(ring.find(7)).toBeUndefined();
    expect(ring.find(8)?.text).toBe('message 8');
  });

  it('takes more messages at once than it has slots for', () => {
    const { state, ring } = setUp();
    ring.show(range(1, 3 * ringSize));
    expect(readSince(state, 2 * ringSize + 1)).toEqual(lines(2 * ringSize + 2, 3 * ringSize));
  });

  it('names the right sender of every message, however many come and go', () => {
    const { state, ring } = setUp();
    // Regulars who talk now and then, between strangers who say one thing each.
    const who = (seq: number) => (seq % 3 === 0 ? `usr_regular${seq % 5}` : `usr_stranger${seq}`);
    for (let seq = 1; seq < 1_000; seq += 10) {
      ring.show(range(seq, seq + 9, who));
      const from = Math.max(1, seq + 9 - ringSize + 1);
      expect(readSince(state, from)).toEqual(lines(from + 1, seq + 9, who));
    }
    expect(state.senders.length).toBe(senderSlots);
  });

  it('shows someone who takes another name under both, each where it was used', () => {
    const { state, ring } = setUp();
    ring.show([{ ...message(1, 'usr_a'), name: '전' }]);
    ring.show([{ ...message(2, 'usr_a'), name: '후' }]);
    const names = [1, 2].map((seq) => state.senders[ring.find(seq)?.from ?? -1]?.name);
    expect(names).toEqual(['전', '후']);
  });

  it('empties the slot of a removed message and keeps all others', () => {
    const { state, ring } = setUp();
    ring.show(range(1, 3));
    ring.remove([2, 2, 99]);
    ring.remove([2]);
    expect(ring.find(2)).toMatchObject({ kind: 'removed', text: '', seq: 2 });
    expect(state.senders[ring.find(2)?.from ?? -1]?.userId).toBe('');
    expect(readSince(state, 2)).toEqual(lines(3, 3));
    ring.show(range(4, ringSize + 3));
    expect(readSince(state, 3)).toEqual(['missed some', ...lines(4, ringSize + 3)]);
    expect(ring.find(2)).toBeUndefined();
  });

  it('shows nothing of a message that was removed before it came', () => {
    const { state, ring } = setUp();
    ring.show([message(1), { ...message(2), kind: 'removed', text: '' }, message(3)]);
    expect(readSince(state, 0)).toEqual([...lines(1, 1), ...lines(3, 3)]);
    expect(state.lastSeq).toBe(3);
  });

  it('says from where on it vouches for what it has no slot for', () => {
    const { state, ring } = setUp();
    ring.show(range(9_901, 9_990), 10_000, 9_901);
    expect([state.completeFrom, state.lastSeq]).toEqual([9_901, 10_000]);
    ring.show(range(10_001, 10_003));
    expect(state.completeFrom).toBe(9_901);
  });

  it('costs at most 32 bytes a message beside its text, when people talk repeatedly', () => {
    const { state, ring } = setUp();
    const encoder = new Encoder(state);
    encoder.encodeAll();
    // Numbers as they are in a long broadcast, in a ring that is full.
    ring.show(range(70_001, 70_100));
    encoder.encode();
    encoder.discardChanges();
    const tick = range(70_101, 70_110);
    ring.show(tick);
    const bytes = encoder.encode().byteLength;
    const texts = tick.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
    expect((bytes - texts) / tick.length).toBeLessThanOrEqual(32);
  });
});
