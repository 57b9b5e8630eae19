import { type Client, Protocol, SchemaSerializer } from '@colyseus/core';
import { Encoder } from '@colyseus/schema';
import type { LiveState } from '../state/live-state.ts';
import type { FanOut } from '../transport/fan-out.ts';

/** Bytes that the encoders of a room start with; they grow in steps of as many. */
Encoder.BUFFER_SIZE = 128 * 1024;

/**
 * The framework's serializer, with two differences.
 *
 * Patches go to all clients in one call where the transport has one. A client is added to them when
 * the framework asks for its full state, which it sends in the same turn: so the client
 * gets every patch from then on, and none from before.
 *
 * Frames stay as they were encoded. The framework encodes each into one buffer over and over, and
 * hands out a view of it; the ws transport keeps that view for a viewer whose connection is slow,
 * who would then be sent parts of later patches as if they were this one. One copy of a frame for
 * all viewers costs next to nothing.
 */
export class FrameSerializer extends SchemaSerializer<LiveState> {
  readonly #fanOut: FanOut | undefined;

  constructor(fanOut?: FanOut) {
    super();
    this.#fanOut = fanOut;
  }

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

  override getFullState(client?: Client): Uint8Array {
    if (client !== undefined) this.#fanOut?.add(client);
    return super.getFullState(client);
  }

  override applyPatches(clients: Client[], state?: LiveState): boolean {
    const { encoder } = this;
    if (this.#fanOut === undefined || clients.length === 0) {
      return super.applyPatches(clients, state);
    }
    if (!encoder.hasChanges) return false;
    this.needFullEncode = true;
    encoder.sharedBuffer[0] = Protocol.ROOM_STATE_PATCH;
    this.#fanOut.send(encoder.encode({ offset: 1 }));
    encoder.discardChanges();
    return true;
  }
}
