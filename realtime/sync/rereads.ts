import type { Pulse } from '../../common/pulse/index.ts';

/** Of so many looks one reads in any case: news may have been lost on its way out. */
const looksPerRead = 3;
/** Looks that read after news was lost: at the first its source may be on its way back yet. */
const readsPerLoss = 2;

/**
 * Answers at each look whether all is to be read again, because news may have failed to tell of it.
 * The first look says so: subscriptions may still have been on their way when all was read before.
 */
export function createRereads(pulse: Pick<Pulse, 'losses'>): () => boolean {
  let { losses } = pulse;
  let looks = 0;
  let due = 1;
  return () => {
    looks += 1;
    if (pulse.losses !== losses) {
      losses = pulse.losses;
      due = readsPerLoss;
    }
    if (due === 0 && looks % looksPerRead !== 0) return false;
    due = Math.max(0, due - 1);
    return true;
  };
}
