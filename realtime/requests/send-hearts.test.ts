import { holdClock } from '../../test/kit/held-clock.ts';
import type { Viewer } from '../viewer.ts';
import { createSendHearts } from './send-hearts.ts';

function sending() {
  const clock = holdClock();
  const counts: number[] = [];
  const room = { live: true };
  const handler = createSendHearts({
    broadcastId: 'brc_1',
    isLive: () => room.live,
    hearts: { add: (_id, hearts) => counts.push(hearts), drain: async () => undefined },
    clock,
  });
  const send = (viewer: Viewer, count: unknown) =>
    handler({ viewer, message: { count }, requestId: 'req_1' });
  return { send, clock, counts, room };
}

describe('heart', () => {
  it('counts what guests send too, up to 30 a second for each seat', async () => {
    const { send, clock, counts } = sending();
    const guest: Viewer = { kind: 'guest' };
    expect(await send(guest, 20)).toEqual({ counted: 20 });
    clock.advance(400);
    await expect(send(guest, 11)).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      details: { retryAfterMs: '600' },
    });
    await send(guest, 10);
    await send({ kind: 'guest' }, 20);
    clock.advance(600);
    await send(guest, 20);
    expect(counts).toEqual([20, 10, 20, 20]);
  });

  it('is refused in impossible numbers, and while the broadcast is not live', async () => {
    const { send, counts, room } = sending();
    const guest: Viewer = { kind: 'guest' };
    for (const count of [0, -1, 21, 1.5, '1', null, undefined, Number.NaN]) {
      await expect(send(guest, count)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    }
    room.live = false;
    await expect(send(guest, 1)).rejects.toMatchObject({ code: 'BROADCAST_NOT_LIVE' });
    expect(counts).toEqual([]);
  });
});
