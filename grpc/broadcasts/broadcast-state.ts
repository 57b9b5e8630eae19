import { InvalidState } from '../../common/errors/index.ts';

export const broadcastStatuses = ['scheduled', 'live', 'ended'] as const;
export type BroadcastStatus = (typeof broadcastStatuses)[number];

/** Where a broadcast may go from each state. */
const transitions: Readonly<Record<BroadcastStatus, readonly BroadcastStatus[]>> = {
  scheduled: ['live'],
  live: ['ended'],
  ended: [],
};

/** @throws InvalidState unless a broadcast may go from one state to the other */
export function assertBroadcastTransition(from: BroadcastStatus, to: BroadcastStatus): void {
  if (!transitions[from].includes(to)) {
    throw new InvalidState('broadcast', from, `a broadcast that is ${from} can't become ${to}`);
  }
}
