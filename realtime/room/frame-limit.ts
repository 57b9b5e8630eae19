import type { Client } from '@colyseus/core';

/** Bytes that one message of a client may have. */
export const maxFrameBytes = 16 * 1024;

/** Close code of a connection on which a larger message came (RFC 6455: message too big). */
export const messageTooBig = 1009;

/**
 * Closes the connection of a client that sends more than a frame may have. The transports have a
 * hard limit as well, above this one; but there uWebSockets.js cuts the connection without a code.
 */
export function limitFrames(client: Client): void {
  client.ref.on('message', (frame: Buffer) => {
    if (frame.byteLength > maxFrameBytes) client.leave(messageTooBig, 'PAYLOAD_TOO_LARGE');
  });
}
