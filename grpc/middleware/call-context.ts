import type { Actor } from '../../common/auth/index.ts';
import type { Logger } from '../../common/logger.ts';

/** What the middleware adds to every call. */
export interface CallExt {
  /** Who is behind the call. */
  readonly actor: Actor;
  /** Id of the request that led to the call, from the edge on. */
  readonly requestId: string;
  /** Logger that carries the request id. */
  readonly log: Logger;
  /** Aborted when the server ends: a stream is to end after the answer that is under way. */
  readonly closing: AbortSignal;
}
