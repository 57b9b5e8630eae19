import { createLiveState } from '../state/live-state.ts';
import { createMessageRing } from '../state/message-ring.ts';
import { showRemovals } from '../state/removal-list.ts';
import { chatWindow, createRemovals } from './chat-window.ts';

const said = (from: number, to: number, left = (_seq: number) => true) =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i)
    .filter(left)
    .map((seq) => ({
      seq,
      kind: 'normal' as const,
      userId: 'usr_1',
      name: '하나',
      text: `message ${seq}`,
      sentAt: seq,
    }));

function setUp() {
  const state = createLiveState();
  return { state, ring: createMessageRing(state) };
}

describe('the window onto a chat', () => {
  it('reaches back to the first message while no slot was used twice', () => {
    const { state, ring } = setUp();
    ring.show(said(1, 40, (seq) => seq % 2 === 0));
    expect(chatWindow(state).firstSeq).toBe(1);
  });

  it('reaches back to the oldest slot of a ring that has turned over', () => {
    const { state, ring } = setUp();
    ring.show(said(1, 250));
    expect(chatWindow(state)).toMatchObject({ firstSeq: 151, lastSeq: 250 });
  });

  it('vouches for nothing that its room has not read, however few slots are in use', () => {
    const { state, ring } = setUp();
    ring.show(
      said(9_901, 10_000, (seq) => seq !== 9_950),
      10_000,
      9_901,
    );
    const window = chatWindow(state);
    expect(window.firstSeq).toBe(9_901);
    expect(window.after(9_900)).toHaveLength(99);
  });

  it('begins anew behind a gap, whatever older slots lie before it', () => {
    const { state, ring } = setUp();
    ring.show(said(1, 90));
    ring.show(said(2_001, 2_030), 2_030, 2_001);
    expect(chatWindow(state).firstSeq).toBe(2_001);
    ring.show(said(2_031, 2_130));
    expect(chatWindow(state).firstSeq).toBe(2_031);
  });
});

describe('what was taken down', () => {
  it('is told once, whether the ring still has it or not, and whichever room tells', () => {
    const told: number[] = [];
    const removals = createRemovals((seq) => told.push(seq));
    const { state, ring } = setUp();
    ring.show(said(1, 150));
    removals.look(state);
    ring.remove([120]);
    showRemovals(state.removals, [120, 7]);
    removals.look(state);
    const late = setUp();
    removals.look(late.state);
    showRemovals(late.state.removals, [7, 8]);
    removals.look(late.state);
    expect(told).toEqual([120, 7, 8]);
    expect([7, 8, 9, 120].map((seq) => removals.has(seq))).toEqual([true, true, false, true]);
  });
});
