import type { UserRole } from '../viewer.ts';
import type { BackoffOptions } from './backoff.ts';
import type { ChatFeedDeps, SeqRange } from './chat-feed.ts';
import type { ChatMessage } from './chat-window.ts';
import type { Fetch } from './http.ts';
import type { LiveError } from './refusal.ts';
import type { LiveRoom } from './seat.ts';

export interface LiveOptions {
  /** Where rooms are, e.g. `https://live.example.com`; of several, the next when one fails. */
  readonly realtimeUrl: string | readonly string[];
  /** Where REST is, e.g. `https://api.example.com`: chat that the room no longer holds is there. */
  readonly apiUrl: string;
  readonly broadcastId: string;
  /**
   * The access token to join with; absent, or answering undefined, for a guest. Asked before each
   * join, and once more with `refused` when the token given last was: answer a fresh one then. A
   * rejection counts as a failure that passes.
   */
  readonly token?: (ask: {
    readonly refused: boolean;
  }) => Promise<string | undefined> | string | undefined;
  /** Chat to begin with: what the room holds (up to 100), what is new, or all after a number. */
  readonly startAt?: ChatFeedDeps['startAt'];
  /** The most messages to fetch after an absence; 2,000 unless told. */
  readonly maxRecovered?: number;
  /** Waits between tries to come back; from up to 500 ms up to 15 s unless told. */
  readonly backoff?: Partial<BackoffOptions>;
  /** Milliseconds for one try to come in; 10,000 unless told. */
  readonly timeoutMs?: number;
  /** Milliseconds of silence after which the room is asked whether it is there; 5,000 unless told. */
  readonly quietMs?: number;
  /** Milliseconds between two looks at the server's clock; a minute unless told. */
  readonly clockEveryMs?: number;
  /** The runtime's own unless told. */
  readonly fetch?: Fetch;
  /** Changes the addresses of connections, where something stands between. */
  readonly socketUrl?: (url: string) => string;
}

export type LiveStatus =
  /** Coming in for the first time. */
  | 'connecting'
  /** In a room. */
  | 'online'
  /** The connection broke; coming back. */
  | 'recovering'
  /** In the waiting line of a broadcast that is full. */
  | 'waiting'
  /** Over: closed, or refused for good. */
  | 'closed';

/** What happens, by its kind. */
export interface LiveEvents {
  /** A chat message: each once, in order of their numbers. */
  message: ChatMessage;
  /** Chat that can't be had any more: the history let go of it, or it was more than was wanted. */
  notRecovered: SeqRange;
  /** Chat that the platform does not show: left out of a sample when it is too much to read. */
  omitted: SeqRange;
  /** A message was taken down: take it off the screen, if it was shown. */
  removed: { readonly seq: number };
  /** The state changed; it is `room.state`. */
  state: LiveRoom;
  status: LiveStatus;
  /** The connection is up (again): in which room, and whether in the seat that was kept. */
  online: { readonly room: LiveRoom; readonly resumed: boolean };
  /** The connection ended; this client comes back by itself. */
  offline: { readonly code: number; readonly reason: string };
  /** A place in the waiting line. */
  waiting: { readonly position: number; readonly retryAfterMs: number };
  /** Refused for good; nothing more happens. */
  refused: LiveError;
  /** How many messages wait for approval; for the host and moderators. */
  held: { readonly waiting: number };
  /**
   * What this viewer is in the broadcast: told to the host and moderators when they come in, each
   * time, and to whoever becomes one or ceases to be one.
   */
  role: { readonly role: UserRole };
  /** Anything that the room sends beside its state and its answers. */
  room: { readonly type: string; readonly body: unknown };
}
