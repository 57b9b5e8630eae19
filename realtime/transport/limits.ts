/** Bytes that one WebSocket message may have at most before the connection is cut. */
export const maxPayloadBytes = 64 * 1024;
/** Bytes that may wait for one slow viewer; past it the connection is cut, and the viewer returns. */
export const maxBackpressureBytes = 1024 * 1024;
/** Bytes that the body of a matchmaking request may have. */
export const maxBodyBytes = 16 * 1024;
/** Pings that a connection may send in a second. Clients of ours send none: the server does. */
export const maxPingsPerSecond = 20;
/** Milliseconds that a connection has to close from its side once the server closed it. */
export const closeTimeoutMs = 3_000;

/**
 * Bytes that a connection may send in a second before it is cut; several times what someone sends
 * who uses up all messages of the largest size.
 */
export function maxBytesPerSecond(messagesPerSecond: number): number {
  return Math.max(2, messagesPerSecond) * maxPayloadBytes;
}
