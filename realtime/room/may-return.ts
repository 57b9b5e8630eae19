import { CloseCode } from '@colyseus/core';

/** Seconds for which a seat is kept for a viewer whose connection broke. */
export const returnSeconds = 20;

/** Close codes of connections that broke; any other was closed on purpose, by one side or both. */
const broken: ReadonlySet<number> = new Set([
  CloseCode.GOING_AWAY,
  CloseCode.NO_STATUS_RECEIVED,
  CloseCode.ABNORMAL_CLOSURE,
  CloseCode.MAY_TRY_RECONNECT,
]);

/**
 * Whether a viewer may come back to the same seat: after a broken connection, but not after one
 * that the room closed for good reason (too many messages, one too large, the process ending).
 * Everyone may join anew.
 */
export function mayReturn(closeCode: number | undefined): boolean {
  return closeCode === undefined || broken.has(closeCode);
}
