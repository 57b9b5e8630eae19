import { ClientState } from '@colyseus/core';
import { createLiveState } from '../state/live-state.ts';
import { FrameSerializer } from './frame-serializer.ts';

function setUp() {
  const state = createLiveState();
  const serializer = new FrameSerializer();
  serializer.reset(state);
  return { state, serializer };
}

describe('frames of a room', () => {
  it('stay as they were encoded, for a viewer who reads them later', () => {
    const { state, serializer } = setUp();
    const patches: Uint8Array[] = [];
    const viewer = { state: ClientState.JOINED, raw: (frame: Uint8Array) => patches.push(frame) };
    const patch = () => Reflect.apply(serializer.applyPatches, serializer, [[viewer], state]);
    patch();
    state.title = 'one';
    patch();
    const full = serializer.getFullState();
    const [before, fullBefore] = [patches.map((frame) => frame.slice()), full.slice()];
    state.title = 'another title';
    patch();
    serializer.getFullState();
    expect(patches).toHaveLength(3);
    expect(patches.slice(0, 2)).toEqual(before);
    expect(full).toEqual(fullBefore);
  });

  it('grow with a state that outgrows its buffer, and the framework complains of that once', () => {
    const complaints: unknown[] = [];
    const { warn } = console;
    console.warn = (...complaint) => complaints.push(complaint);
    try {
      const { state, serializer } = setUp();
      for (const slot of state.messages) slot.text = '가'.repeat(1_000);
      expect(serializer.getFullState().byteLength).toBeGreaterThan(300_000);
      state.title = 'again';
      serializer.getFullState();
      expect(complaints).toHaveLength(1);
    } finally {
      console.warn = warn;
    }
  });
});
