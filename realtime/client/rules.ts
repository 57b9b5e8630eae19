import type { LiveError } from './refusal.ts';

/** Milliseconds for which a room keeps the seat of a connection that broke. */
export const seatKeptMs = 20_000;

/** Close codes of connections that broke; rooms keep the seat of these, and of no others. */
const broken: ReadonlySet<number> = new Set([1001, 1005, 1006, 4010]);

/** Close code of someone who was banned: not to come back. */
export const bannedCode = 4403;

/** Whether the seat is kept for a connection that ended so. */
export function seatIsKept(closeCode: number): boolean {
  return broken.has(closeCode);
}

/** What a refusal at the door means for whoever wants in. */
export type Verdict =
  /** It may pass: try again later. */
  | 'later'
  /** The token is not taken; another one might be. */
  | 'token'
  /** There is a waiting line, with a place in it. */
  | 'wait'
  /** It stays so, however often one asks. */
  | 'final';

/** Reads a refusal to join. */
export function verdictOn({ code, status, retry }: LiveError): Verdict {
  if (code === 'BROADCAST_FULL') return 'wait';
  if (status === 401) return 'token';
  if (retry || status === 0) return 'later';
  return 'final';
}
