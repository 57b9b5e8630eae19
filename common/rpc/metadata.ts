/** Metadata keys of internal calls. */
export const metadataKeys = {
  /** The service credential: `Bearer <secret>`. */
  authorization: 'authorization',
  /** Who is behind the call; see auth/actor.ts. */
  actor: 'x-onair-actor',
  /** Request id for logs, carried from the edge through every process. */
  requestId: 'x-request-id',
} as const;

/** Milliseconds after which a call is given up unless it says otherwise. */
export const defaultDeadlineMs = 5_000;
