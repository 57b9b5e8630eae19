import type { Actor } from '../../common/auth/index.ts';
import { type CoalesceOptions, type Coalescer, createCoalescer } from '../../common/coalesce.ts';
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
  /** Milliseconds that an item may be expected to wait; see coalesce.ts. */
  readonly queueWaitMs?: number;
}

/** The most items that one call takes. */
export const maxBatch = 500;

/**
 * Id of a call that serves many requests. A single request keeps its own; several get one together,
 * and the log says which.
 */
export function traceOf(
  { log }: BatchDeps,
  items: readonly { readonly requestId: string }[],
): string {
  const [only] = items;
  if (only !== undefined && items.length === 1) return only.requestId;
  const traceId = newId('req');
  log.debug({ requestId: traceId, serves: items.map((item) => item.requestId) }, 'batched');
  return traceId;
}

/** Clients for a call that serves many requests. */
export function callerFor(
  deps: BatchDeps,
  items: readonly { readonly requestId: string }[],
): Clients {
  return deps.clients.as({ actor: realtimeActor, requestId: traceOf(deps, items) });
}

/** A coalescer over calls on a stream, which ends when nothing waits any more. */
export function untilDrained<Item, Result>(
  calls: { close(): void },
  options: CoalesceOptions<Item, Result>,
): Coalescer<Item, Result> {
  const coalescer = createCoalescer(options);
  return {
    submit: coalescer.submit,
    get queued() {
      return coalescer.queued;
    },
    async drain() {
      await coalescer.drain();
      calls.close();
    },
  };
}
