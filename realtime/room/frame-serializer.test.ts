import { ClientState } from '@colyseus/core';
import { Decoder } from '@colyseus/schema';
import { createLiveState, LiveState } from '../state/live-state.ts';
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

  it('go to all in one call where the transport can, to each client from its full state on', () => {
    const state = createLiveState();
    const added: string[] = [];
    const sent: Uint8Array[] = [];
    const serializer = new FrameSerializer({
      add: (client) => added.push(`${client.sessionId} after ${sent.length}`),
      send: (frame) => sent.push(frame),
    });
    serializer.reset(state);
    const alone: Uint8Array[] = [];
    const raw = (frame: Uint8Array) => alone.push(frame);
    const [ann, bob] = ['ann', 'bob'].map((sessionId) => ({ sessionId, raw }));
    const patch = (...clients: unknown[]) =>
      Reflect.apply(serializer.applyPatches, serializer, [clients, state]);
    const join = (client: unknown): Uint8Array =>
      Reflect.apply(serializer.getFullState, serializer, [client]);

    const screens = [LiveState, LiveState].map((Screen) => new Decoder(new Screen()));
    const [annSees, bobSees] = screens;
    annSees?.decode(join(ann), { offset: 1 });
    state.title = 'one';
    expect(patch(ann)).toBe(true);
    bobSees?.decode(join(bob), { offset: 1 });
    state.sellerId = 'two';
    expect(patch(ann, bob)).toBe(true);
    expect(patch(ann, bob)).toBe(false);

    expect(added).toEqual(['ann after 0', 'bob after 1']);
    expect([sent.length, alone]).toEqual([2, []]);
    sent.forEach((frame, i) => {
      annSees?.decode(frame, { offset: 1 });
      if (i > 0) bobSees?.decode(frame, { offset: 1 });
    });
    for (const { state: seen } of screens) expect(seen.toJSON()).toEqual(state.toJSON());
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
