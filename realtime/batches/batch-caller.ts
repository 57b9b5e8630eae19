import type { Actor } from '../../common/auth/index.ts';
import { newId } from '../../common/ids.ts';
import type { Logger } from '../../common/logger.ts';
import type { ClientPool, Clients } from '../../common/rpc/clients.ts';

/** On whose behalf the rooms call: their own, having checked who their viewers are. */
export const realtimeActor: Actor = { kind: 'service', name: 'realtime' };

export interface BatchDeps {
  readonly clients: ClientPool;
  readonly log: Logger;
  /** Items that may wait for the next call. */
  readonly queueLimit: number;
}

/** The most items that one call takes. */
export const maxBatch = 500;

/**
 * Clients for a call that serves many requests. A single request keeps its id; several get one
 * together, and the log says which.
 */
export function callerFor(
  { clients, log }: BatchDeps,
  items: readonly { readonly requestId: string }[],
): Clients {
  const [only] = items;
  if (only !== undefined && items.length === 1) {
    return clients.as({ actor: realtimeActor, requestId: only.requestId });
  }
  const requestId = newId('req');
  log.debug({ requestId, serves: items.map((item) => item.requestId) }, 'batched');
  return clients.as({ actor: realtimeActor, requestId });
}
