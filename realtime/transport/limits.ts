/** Bytes that one WebSocket message may have at most before the connection is cut. */
export const maxPayloadBytes = 64 * 1024;
/** Bytes that may wait for one slow viewer; past it the connection is cut, and the viewer returns. */
export const maxBackpressureBytes = 1024 * 1024;
/** Bytes that the body of a matchmaking request may have. */
export const maxBodyBytes = 16 * 1024;

/** How a request's body is refused before it is read, or undefined if it may come. */
export function refuseBody(
  method: string | undefined,
  contentLength: string | undefined,
): { readonly status: string } | undefined {
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return undefined;
  // Without its length a body could go on forever.
  if (contentLength === undefined || contentLength === '') return { status: '411 Length Required' };
  return Number(contentLength) <= maxBodyBytes ? undefined : { status: '413 Content Too Large' };
}
