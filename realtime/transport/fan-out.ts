import type { Client } from '@colyseus/core';

/** Those who watch one room, reached by one call however many they are. */
export interface FanOut {
  /** From now on the client gets what is sent to all, after what was sent to it alone so far. */
  add(client: Client): void;
  /**
   * Sends a frame to all. A client gets it before what is sent to it alone afterwards. One whose
   * connection ends is left out from then on.
   */
  send(frame: Uint8Array): void;
}
