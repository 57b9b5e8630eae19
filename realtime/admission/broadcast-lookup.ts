import { DomainError, NotFound } from '../../common/errors/index.ts';
import type { Clients } from '../../common/rpc/clients.ts';

/** How long an answer is good for, in milliseconds. */
const keepMs = 5_000;
/** Answers kept; strangers may ask for any number of broadcasts that don't exist. */
const maxKept = 10_000;

/** Whether a broadcast exists, asked once in a while however many viewers come. */
export type BroadcastLookup = (broadcastId: string) => Promise<boolean>;

/**
 * Concurrent questions about one broadcast share one call. A call that fails is not remembered.
 */
export function createBroadcastLookup(
  broadcasts: Pick<Clients['broadcasts'], 'getBroadcast'>,
  now: () => number = () => performance.now(),
): BroadcastLookup {
  const kept = new Map<string, { readonly until: number; readonly answer: Promise<boolean> }>();

  async function ask(broadcastId: string): Promise<boolean> {
    try {
      await broadcasts.getBroadcast({ broadcastId });
      return true;
    } catch (error) {
      if (error instanceof DomainError && error.code === 'NOT_FOUND') return false;
      kept.delete(broadcastId);
      throw error;
    }
  }

  return (broadcastId) => {
    const known = kept.get(broadcastId);
    if (known !== undefined && known.until > now()) return known.answer;
    const answer = ask(broadcastId);
    kept.delete(broadcastId);
    kept.set(broadcastId, { until: now() + keepMs, answer });
    if (kept.size > maxKept) dropOldest();
    return answer;
  };

  function dropOldest(): void {
    for (const oldest of kept.keys()) {
      kept.delete(oldest);
      return;
    }
  }
}

/** @throws NotFound when there is no such broadcast; DomainError as BroadcastsService.GetBroadcast */
export async function requireBroadcast(
  lookup: BroadcastLookup,
  broadcastId: string,
): Promise<void> {
  if (!(await lookup(broadcastId))) throw new NotFound('broadcast', broadcastId);
}
