import fc from 'fast-check';
import { type ChatFeedDeps, createChatFeed, type HistoryPage, type SeqRange } from './chat-feed.ts';
import type { ChatMessage, ChatWindow } from './chat-window.ts';

const message = (seq: number): ChatMessage => ({
  seq,
  kind: 'normal',
  userId: 'usr_1',
  name: '하나',
  text: `message ${seq}`,
  sentAt: seq,
});
const numbers = (from: number, to: number) =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);

/** A window onto the newest `size` of the messages up to `lastSeq`; `shown` says which there are. */
function windowOf(lastSeq: number, size: number, shown = (_seq: number) => true): ChatWindow {
  const held = numbers(1, lastSeq).filter(shown).slice(-size);
  const firstSeq = held.length < size ? 1 : (held[0] ?? 1);
  return { lastSeq, firstSeq, after: (seq) => held.filter((it) => it > seq).map(message) };
}

/** The history up to `lastSeq` that has let go of everything before `firstSeq`. */
function pageOf(after: number, lastSeq: number, firstSeq = 1, limit = 500): HistoryPage {
  const left = numbers(Math.max(after + 1, firstSeq), lastSeq);
  const items = left.slice(0, limit).map(message);
  return { items, lastSeq, firstSeq, more: left.length > limit };
}

function setUp(deps: Partial<ChatFeedDeps> = {}) {
  const shown: number[] = [];
  const lost: SeqRange[] = [];
  const omitted: SeqRange[] = [];
  const fetched: number[] = [];
  const feed = createChatFeed({
    startAt: { afterSeq: 0 },
    maxRecovered: 1_000,
    waitForHistory: () => Promise.resolve(),
    deliver: ({ seq }) => shown.push(seq),
    onLost: (range) => lost.push(range),
    onOmitted: (range) => omitted.push(range),
    ...deps,
    fetchAfter(seq) {
      fetched.push(seq);
      if (deps.fetchAfter === undefined) throw new Error('nothing was to be fetched');
      return deps.fetchAfter(seq);
    },
  });
  return { feed, shown, lost, omitted, fetched };
}

/** Lets everything run that waits for nothing but its turn. */
async function settle(): Promise<void> {
  for (let i = 0; i < 200; i += 1) await Promise.resolve();
}

describe('chat as a client shows it', () => {
  it('is read from the state alone while the state has it', () => {
    const { feed, shown, fetched } = setUp();
    for (const lastSeq of [3, 3, 40, 120, 90, 121]) feed.show(windowOf(lastSeq, 100));
    expect(shown).toEqual(numbers(1, 121));
    expect(fetched).toEqual([]);
  });

  it.each([
    ['recent' as const, numbers(51, 160)],
    ['now' as const, numbers(151, 160)],
    [{ afterSeq: 140 }, numbers(141, 160)],
  ])('begins where it was told to: %j', (startAt, expected) => {
    const { feed, shown } = setUp({ startAt });
    feed.show(windowOf(150, 100));
    feed.show(windowOf(160, 100));
    expect(shown).toEqual(expected);
  });

  it('waits for what was missed, and nothing overtakes', async () => {
    const answer = Promise.withResolvers<HistoryPage>();
    const { feed, shown, fetched } = setUp({ fetchAfter: () => answer.promise });
    feed.show(windowOf(5, 100));
    for (const lastSeq of [300, 310, 380]) feed.show(windowOf(lastSeq, 100));
    await settle();
    expect([shown, fetched]).toEqual([numbers(1, 5), [5]]);
    answer.resolve(pageOf(5, 380));
    await settle();
    expect(shown).toEqual(numbers(1, 380));
    expect(fetched).toEqual([5]);
  });

  it('fetches page by page', async () => {
    const { feed, shown, fetched } = setUp({
      fetchAfter: async (seq) => pageOf(seq, 700, 1, 200),
    });
    feed.show(windowOf(700, 100));
    await settle();
    expect(shown).toEqual(numbers(1, 700));
    expect(fetched).toEqual([0, 200, 400]);
  });

  it('tells what the history let go of, and goes on with the rest', async () => {
    const { feed, shown, lost } = setUp({ fetchAfter: async (seq) => pageOf(seq, 400, 180) });
    feed.show(windowOf(20, 100));
    feed.show(windowOf(400, 100));
    await settle();
    expect(lost).toEqual([{ fromSeq: 21, toSeq: 179 }]);
    expect(shown).toEqual([...numbers(1, 20), ...numbers(180, 400)]);
  });

  it('tells all of it when the history is empty, or can’t be had', async () => {
    const empty = async () => ({ items: [], lastSeq: 400, firstSeq: 401, more: false });
    for (const fetchAfter of [empty, () => Promise.reject(new Error('404'))]) {
      const { feed, shown, lost } = setUp({ fetchAfter });
      feed.show(windowOf(20, 100));
      feed.show(windowOf(400, 100));
      await settle();
      expect(lost).toEqual([{ fromSeq: 21, toSeq: 300 }]);
      expect(shown).toEqual([...numbers(1, 20), ...numbers(301, 400)]);
    }
  });

  it('fetches no more than it may, and tells of the older ones', async () => {
    const { feed, shown, lost } = setUp({
      maxRecovered: 100,
      fetchAfter: async (seq) => pageOf(seq, 5_000),
    });
    feed.show(windowOf(5_000, 100));
    await settle();
    expect(lost).toEqual([{ fromSeq: 1, toSeq: 4_800 }]);
    expect(shown).toEqual(numbers(4_801, 5_000));
  });

  it('waits for a history that is behind the room, but not for ever', async () => {
    let behind = 3;
    const late = setUp({
      fetchAfter: async (seq) => pageOf(seq, behind-- > 0 ? 0 : 300),
    });
    late.feed.show(windowOf(300, 100));
    await settle();
    expect([late.shown, late.lost]).toEqual([numbers(1, 300), []]);
    const never = setUp({ fetchAfter: async (seq) => pageOf(seq, 0) });
    never.feed.show(windowOf(300, 100));
    await settle();
    expect(never.lost).toEqual([{ fromSeq: 1, toSeq: 200 }]);
    expect(never.shown).toEqual(numbers(201, 300));
  });

  it('tells what is left out on purpose from what was lost', async () => {
    const { feed, shown, omitted, lost, fetched } = setUp();
    feed.show(windowOf(8, 100, (seq) => seq % 4 === 0));
    feed.show(windowOf(10, 100, (seq) => seq % 4 === 0));
    expect(shown).toEqual([4, 8]);
    expect(omitted).toEqual([
      { fromSeq: 1, toSeq: 3 },
      { fromSeq: 5, toSeq: 7 },
      { fromSeq: 9, toSeq: 10 },
    ]);
    expect([lost, fetched]).toEqual([[], []]);
  });

  it('leaves out what was taken down, in the history as in the state', async () => {
    const taken = (page: HistoryPage) => ({
      ...page,
      items: page.items.map((it) =>
        it.seq % 10 === 0 ? { ...it, kind: 'removed', text: '' } : it,
      ),
    });
    const { feed, shown, omitted, lost } = setUp({
      fetchAfter: async (seq) => taken(pageOf(seq, 40)),
    });
    feed.show(windowOf(40, 15));
    await settle();
    expect(shown).toEqual(numbers(1, 40).filter((seq) => seq % 10 !== 0 || seq > 25));
    expect(omitted).toEqual([10, 20].map((seq) => ({ fromSeq: seq, toSeq: seq })));
    expect(lost).toEqual([]);
  });

  it('is silent once it is stopped', async () => {
    const answer = Promise.withResolvers<HistoryPage>();
    const { feed, shown, lost } = setUp({ fetchAfter: () => answer.promise });
    feed.show(windowOf(300, 100));
    feed.stop();
    answer.resolve(pageOf(0, 300));
    await settle();
    feed.show(windowOf(301, 100));
    expect([shown, lost]).toEqual([[], []]);
  });

  it('deals with every number once and in order, whatever rooms show and the history keeps', async () => {
    const step = fc.record({
      more: fc.nat(60),
      /** A room may be behind another. */
      behind: fc.nat(30),
      kept: fc.nat(120),
      fails: fc.boolean(),
      settles: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 25 }),
        fc.integer({ min: 1, max: 20 }),
        async (steps, size) => {
          let [lastSeq, kept, fails] = [0, 0, false];
          const dealtWith: number[] = [];
          const { feed } = setUp({
            maxRecovered: 50,
            deliver: ({ seq }) => dealtWith.push(seq),
            onLost: ({ fromSeq, toSeq }) => dealtWith.push(...numbers(fromSeq, toSeq)),
            onOmitted: ({ fromSeq, toSeq }) => dealtWith.push(...numbers(fromSeq, toSeq)),
            fetchAfter: async (seq) => {
              if (fails) throw new Error('unreachable');
              return pageOf(seq, lastSeq, Math.max(1, lastSeq - kept + 1), 7);
            },
          });
          for (const { more, behind, settles, ...now } of steps) {
            lastSeq += more;
            ({ kept, fails } = now);
            feed.show(windowOf(Math.max(0, lastSeq - behind), size, (seq) => seq % 5 !== 0));
            if (settles) await settle();
          }
          feed.show(windowOf(lastSeq, size));
          await settle();
          expect(dealtWith).toEqual(numbers(1, lastSeq));
        },
      ),
      { numRuns: 300 },
    );
  });
});
