import { SchemaSerializer } from '@colyseus/core';
import { Encoder } from '@colyseus/schema';
import type { LiveState } from '../state/live-state.ts';

/** Bytes that the encoders of a room start with; they grow in steps of as many. */
Encoder.BUFFER_SIZE = 128 * 1024;

/**
 * The framework's serializer, with frames that stay as they were encoded. It encodes each into one
 * buffer over and over, and hands out a view of it; the ws transport keeps that view for a viewer
 * whose connection is slow, who would then be sent parts of later patches as if they were this one.
 * One copy of a frame for all viewers costs next to nothing.
 */
export class FrameSerializer extends SchemaSerializer<LiveState> {
  override reset(state: LiveState): void {
    super.reset(state);
    const { encoder } = this;
    const encode = encoder.encode.bind(encoder);
    encoder.encode = (...args) => encode(...args).slice();
    const encodeAll = encoder.encodeAll.bind(encoder);
    encoder.encodeAll = (it, buffer) => {
      const full = encodeAll(it, buffer);
      // Where it did not fit, the encoder took a larger buffer; keep that for the next time.
      if (full.buffer !== this.fullEncodeBuffer.buffer) {
        this.fullEncodeBuffer = new Uint8Array(full.buffer);
      }
      return full.slice();
    };
  }
}
