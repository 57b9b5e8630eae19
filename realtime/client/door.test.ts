import { createDoor } from './door.ts';
import { LiveError } from './refusal.ts';

/** What a try at the door comes to. */
type Outcome = 'no network' | 503 | 404;

describe('the way in', () => {
  /** Milliseconds waited after each of these, until the last of them is refused for good. */
  async function waitsAfter(outcomes: readonly Outcome[]): Promise<readonly number[]> {
    const waits: number[] = [];
    const coming = [...outcomes];
    const door = createDoor({
      options: { realtimeUrl: 'ws://rooms', apiUrl: 'http://api', broadcastId: 'brc_1' },
      backoff: { baseMs: 500, ceilingMs: 15_000 },
      seats: {
        async fetch() {
          const outcome = coming.shift();
          if (outcome === undefined || outcome === 'no network') throw new TypeError('no network');
          const error = outcome === 503 ? 'UNAVAILABLE' : 'NOT_FOUND';
          return Response.json({ code: outcome, error }, { status: outcome });
        },
        socketUrl: (url) => url,
        timeoutMs: 10_000,
        onState: () => undefined,
        onMessage: () => undefined,
      },
      wait: async (ms) => void waits.push(ms),
      onWaiting: () => undefined,
      isClosed: () => false,
    });
    await expect(door.enter(0)).rejects.toBeInstanceOf(LiveError);
    expect(coming).toEqual([]);
    // The first is before any try.
    return waits.slice(1);
  }

  /** The longest of many, by place: waits are random below a bound. */
  async function longest(outcomes: readonly Outcome[]): Promise<readonly number[]> {
    const runs = await Promise.all(Array.from({ length: 200 }, () => waitsAfter(outcomes)));
    return outcomes.slice(0, -1).map((_, i) => Math.max(...runs.map((waits) => waits[i] ?? 0)));
  }

  it('is tried again soon while nobody answers, and less and less often when someone does', async () => {
    const unanswered = await longest([...Array<Outcome>(8).fill('no network'), 404]);
    expect(Math.max(...unanswered)).toBeLessThanOrEqual(1_000);
    const answered = await longest([...Array<Outcome>(6).fill(503), 404]);
    expect(answered[0]).toBeLessThanOrEqual(500);
    expect(answered[5]).toBeGreaterThan(5_000);
    expect(answered[5]).toBeLessThanOrEqual(15_000);
  });

  it('is not waited for long at a first refusal, however long there was no network', async () => {
    const waits = await longest([...Array<Outcome>(8).fill('no network'), 503, 404]);
    expect(waits.at(-1)).toBeLessThanOrEqual(500);
  });
});
