import { newId } from '../../common/ids.ts';
import type { Seating } from './matchmaking.ts';
import { createSeatsByTicket } from './seats-by-ticket.ts';

describe('seats by ticket', () => {
  const broadcastId = newId('brc');
  let nowMs: number;
  let asked: number;
  let status: number;
  let seatFor: (options: unknown) => Promise<Seating>;

  beforeEach(() => {
    nowMs = 0;
    asked = 0;
    status = 200;
    const seats = createSeatsByTicket(() => nowMs);
    seatFor = (options) =>
      seats(options, async () => {
        asked += 1;
        return { status, body: `seat ${asked}` };
      });
  });

  it('are the same for whoever shows the ticket again, at once too, while they are kept', async () => {
    const options = { broadcastId, ticket: newId('tkt') };
    const all = await Promise.all(Array.from({ length: 50 }, () => seatFor({ ...options })));
    expect(new Set(all.map(({ body }) => body))).toEqual(new Set(['seat 1']));
    nowMs = 14_999;
    expect((await seatFor(options)).body).toBe('seat 1');
    nowMs = 15_000;
    expect((await seatFor(options)).body).toBe('seat 2');
  });

  it('are others for other tickets, other broadcasts, and who has none', async () => {
    const ticket = newId('tkt');
    await seatFor({ broadcastId, ticket });
    await seatFor({ broadcastId: newId('brc'), ticket });
    await seatFor({ broadcastId, ticket: newId('tkt') });
    const back = { roomId: 'a', reconnectionToken: 'b' };
    for (const options of [{ broadcastId }, { broadcastId, ticket, back }, 'nonsense', undefined]) {
      await seatFor(options);
    }
    expect(asked).toBe(7);
  });

  it('are asked for again by who was refused', async () => {
    const options = { broadcastId, ticket: newId('tkt') };
    status = 503;
    await seatFor(options);
    status = 200;
    expect(await seatFor(options)).toEqual({ status: 200, body: 'seat 2' });
    expect((await seatFor(options)).body).toBe('seat 2');
  });

  it('are forgotten, the oldest first, where there are too many', async () => {
    const first = { broadcastId, ticket: newId('tkt') };
    await seatFor(first);
    for (let i = 0; i < 10_000; i += 1) await seatFor({ broadcastId, ticket: newId('tkt') });
    await seatFor(first);
    expect(asked).toBe(10_002);
  });
});
