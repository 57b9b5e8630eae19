import { InvalidState } from '../../common/errors/index.ts';
import {
  assertBroadcastTransition,
  type BroadcastStatus,
  broadcastStatuses,
} from './broadcast-state.ts';

const allowed: readonly (readonly [BroadcastStatus, BroadcastStatus])[] = [
  ['scheduled', 'live'],
  ['live', 'ended'],
];

const refused = broadcastStatuses
  .flatMap((from) => broadcastStatuses.map((to) => [from, to] as const))
  .filter(([from, to]) => !allowed.some(([f, t]) => f === from && t === to));

describe('a broadcast', () => {
  it.each(allowed)('goes from %s to %s', (from, to) => {
    expect(() => assertBroadcastTransition(from, to)).not.toThrow();
  });

  it.each(refused)('does not go from %s to %s', (from, to) => {
    const attempt = () => assertBroadcastTransition(from, to);
    expect(attempt).toThrow(InvalidState);
    expect(attempt).toThrow(
      expect.objectContaining({ details: { what: 'broadcast', state: from } }),
    );
  });
});
