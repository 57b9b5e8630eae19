import type { Coalescer } from '../../common/coalesce.ts';
import { createCallsInTurn } from '../../common/rpc/calls-in-turn.ts';
import type {
  Admission,
  AdmitViewerOutcome,
} from '../../proto/gen/onair/broadcasts/v1/broadcasts.ts';
import { type BatchDeps, maxBatch, realtimeActor, traceOf, untilDrained } from './batch-caller.ts';
import { refused } from './refused.ts';

/** Someone at the door, and the request that brought them. */
export interface AtTheDoor {
  readonly broadcastId: string;
  /** Empty for a guest. */
  readonly userId: string;
  /** A guest's from before, or empty. */
  readonly ticket: string;
  readonly requestId: string;
}

/**
 * Everyone at the doors of this process: who comes while a call runs goes with the next one. Rejects
 * with what BroadcastsService.AdmitViewers said of them, or OVERLOADED.
 */
export function createAdmitBatch(deps: BatchDeps): Coalescer<AtTheDoor, Admission> {
  const { broadcasts } = deps.clients.as({ actor: realtimeActor });
  const calls = createCallsInTurn({ open: broadcasts.admitViewersInTurn });
  return untilDrained(calls, {
    name: 'admissions',
    maxBatch,
    maxQueue: deps.queueLimit,
    maxWaitMs: deps.queueWaitMs,
    async run(people) {
      const viewers = people.map(({ broadcastId, userId, ticket }) => {
        return { broadcastId, userId, ticket };
      });
      const { outcomes } = await calls.call({ viewers, traceId: traceOf(deps, people) });
      return outcomes.map(outcomeOf);
    },
  });
}

function outcomeOf({ result }: AdmitViewerOutcome): PromiseSettledResult<Admission> {
  if (result?.$case !== 'admission') return refused(result?.value);
  return { status: 'fulfilled', value: result.value };
}
