import { type Client, ClientState } from '@colyseus/core';

/** Milliseconds in which a client must say that it is ready for the state. */
const acknowledgeWithinMs = 10_000;

/** Close code of a connection that broke a rule of ours (RFC 6455: policy violation). */
export const neverReady = 1008;

/**
 * Closes a client that takes a seat and never says that it is ready: until it does, what is sent
 * to it is kept for it, without a limit.
 */
export function expectAcknowledgement(client: Client): void {
  const timer = setTimeout(() => {
    if (client.state === ClientState.JOINING) client.leave(neverReady, 'NOT_READY');
  }, acknowledgeWithinMs);
  client.ref.once('close', () => clearTimeout(timer));
}
