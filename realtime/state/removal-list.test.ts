import { Decoder, Encoder } from '@colyseus/schema';
import { createLiveState, LiveState } from './live-state.ts';
import { showRemovals } from './removal-list.ts';

describe('the list of removals in the state', () => {
  it('holds what was removed last, and grows by a number for each', () => {
    const state = createLiveState();
    const encoder = new Encoder(state);
    const seen = new LiveState();
    const decoder = new Decoder(seen);
    decoder.decode(encoder.encodeAll());
    encoder.discardChanges();
    const patch = (seqs: readonly number[]) => {
      showRemovals(state.removals, seqs);
      const bytes = encoder.encode().slice();
      encoder.discardChanges();
      decoder.decode(bytes);
      expect([...seen.removals].sort((a, b) => a - b)).toEqual([...seqs].sort((a, b) => a - b));
      return bytes.byteLength;
    };
    const seqs = Array.from({ length: 64 }, (_, i) => 70_001 + i);
    patch(seqs);
    expect(patch(seqs)).toBe(0);
    expect(patch([90_000, ...seqs.slice(0, 63)])).toBeLessThan(16);
    patch([90_002, 90_001, 90_000, ...seqs.slice(0, 61)]);
  });
});
