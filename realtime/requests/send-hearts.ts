import { z } from 'zod';
import type { Clock } from '../../common/clock.ts';
import { DomainError } from '../../common/errors/index.ts';
import type { HeartTally } from '../batches/heart-tally.ts';
import type { Viewer } from '../viewer.ts';
import { parse } from './parse.ts';
import type { Handler } from './request.ts';

/** Most hearts in one message: clients gather taps rather than send each. */
const maxPerMessage = 20;
/** Most hearts of one seat in a second. */
const maxPerSecond = 30;

const schema = z.object({ count: z.int().min(1).max(maxPerMessage) });

export interface SendHeartsDeps {
  readonly broadcastId: string;
  readonly isLive: () => boolean;
  readonly hearts: HeartTally;
  readonly clock: Clock;
}

/**
 * `heart {count}` -> `{counted}`. Open to guests as well: hearts decide nothing, and their number
 * is bounded for every seat. Refuses BROADCAST_NOT_LIVE, and RATE_LIMITED with `retryAfterMs`.
 */
export function createSendHearts({ broadcastId, isLive, hearts, clock }: SendHeartsDeps): Handler {
  /** What each seat sent in its current second; goes with the viewer. */
  const sent = new WeakMap<Viewer, { since: number; count: number }>();

  return async ({ viewer, message }) => {
    const { count } = parse(schema, message);
    if (!isLive()) throw new DomainError('BROADCAST_NOT_LIVE', 'hearts are for live broadcasts');
    const now = clock.now();
    const before = sent.get(viewer);
    const second = before !== undefined && now - before.since < 1_000 ? before : fresh(now);
    if (second.count + count > maxPerSecond) {
      const retryAfterMs = String(Math.max(1, second.since + 1_000 - now));
      throw new DomainError('RATE_LIMITED', 'too many hearts', { retryAfterMs });
    }
    second.count += count;
    sent.set(viewer, second);
    hearts.add(broadcastId, count);
    return { counted: count };
  };
}

function fresh(since: number) {
  return { since, count: 0 };
}
