import type { LiveState } from './live-state.ts';

/**
 * Makes the list hold these numbers, in any order. A place is written only where its number is no
 * longer among them: one more removal costs the viewers one number, not the list.
 */
export function showRemovals(list: LiveState['removals'], seqs: readonly number[]): void {
  const wanted = new Set(seqs);
  const free: number[] = [];
  list.forEach((seq, place) => {
    if (!wanted.delete(seq)) free.push(place);
  });
  for (const seq of wanted) {
    const place = free.shift();
    if (place === undefined) list.push(seq);
    else list[place] = seq;
  }
}
