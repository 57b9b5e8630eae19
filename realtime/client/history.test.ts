import { createHistory } from './history.ts';
import type { Fetch } from './http.ts';

/** A history over a network whose time passes only while it waits. */
function setUp(fetch: Fetch) {
  let nowMs = 0;
  const read = createHistory({
    ...{ fetch, apiUrl: 'http://api.test', broadcastId: 'brc_1' },
    backoff: { baseMs: 500, ceilingMs: 15_000 },
    now: () => nowMs,
    wait: async (ms) => {
      nowMs += ms;
    },
    isClosed: () => false,
  });
  return { read, now: () => nowMs };
}

const page = (seq: number) =>
  Response.json({
    items: [{ seq, kind: 'normal', sentAt: new Date(0).toISOString() }],
    ...{ lastSeq: seq, firstAvailableSeq: 1, hasMore: false, unavailable: 0 },
  });

describe('the history as a client reads it', () => {
  it('is tried again while it fails', async () => {
    let failures = 4;
    const { read } = setUp(async () => {
      failures -= 1;
      if (failures > 0) throw new Error('no network');
      return page(7);
    });
    expect(await read(6)).toMatchObject({ items: [{ seq: 7 }], lastSeq: 7, more: false });
  });

  it('is given up after fifteen seconds, however long it asks to be left alone', async () => {
    for (const headers of [{}, { 'retry-after': '3' }, { 'retry-after': '3600' }]) {
      const { read, now } = setUp(async () => Response.json({}, { status: 503, headers }));
      await expect(read(6)).rejects.toMatchObject({ status: 503 });
      expect(now()).toBe(15_000);
    }
  });

  it('is not tried again when it is refused for good', async () => {
    let asked = 0;
    const { read } = setUp(async () => {
      asked += 1;
      return Response.json({ code: 'NOT_FOUND' }, { status: 404 });
    });
    await expect(read(6)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(asked).toBe(1);
  });
});
