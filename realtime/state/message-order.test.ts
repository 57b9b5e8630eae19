import fc from 'fast-check';
import { createMessageOrder } from './message-order.ts';

const numbered = (...seqs: readonly number[]) => seqs.map((seq) => ({ seq }));
const seqsOf = (messages: readonly { seq: number }[]) => messages.map((message) => message.seq);

describe('message order', () => {
  it('hands out messages in order, each once, however they arrive', () => {
    const order = createMessageOrder(100);
    expect(seqsOf(order.offer(numbered(2, 1)))).toEqual([1, 2]);
    expect(seqsOf(order.offer(numbered(1, 2, 3)))).toEqual([3]);
    expect(order.last).toBe(3);
    expect(order.gap).toBe(false);
  });

  it('holds back what follows a missing message, and says that one is missing', () => {
    const order = createMessageOrder(100);
    order.offer(numbered(1));
    expect(order.offer(numbered(3, 4))).toEqual([]);
    expect(order.gap).toBe(true);
    expect(seqsOf(order.offer(numbered(2)))).toEqual([2, 3, 4]);
    expect(order.gap).toBe(false);
  });

  it('goes on behind a gap that is given up', () => {
    const order = createMessageOrder(100);
    order.offer(numbered(1, 50, 52));
    expect(seqsOf(order.restart(numbered(49, 50, 51)))).toEqual([49, 50, 51, 52]);
    expect(order.last).toBe(52);
    expect(order.gap).toBe(false);
  });

  it('never goes back: an old page changes nothing', () => {
    const order = createMessageOrder(100);
    order.offer(numbered(1, 2, 3, 5));
    expect(order.restart(numbered(1, 2))).toEqual([]);
    expect(order.last).toBe(3);
    expect(order.gap).toBe(true);
  });

  it('keeps a bounded number of messages waiting, the nearest ones', () => {
    const order = createMessageOrder(3);
    order.offer(numbered(9, 8, 7, 5, 6, 3));
    expect(seqsOf(order.offer(numbered(1, 2)))).toEqual([1, 2, 3]);
    expect(seqsOf(order.offer(numbered(4)))).toEqual([4, 5, 6]);
  });

  it('hands out 1..n exactly once for any order, repetition and grouping of arrivals', () => {
    const arrivals = fc.integer({ min: 1, max: 60 }).chain((count) => {
      const all = Array.from({ length: count }, (_, i) => i + 1);
      return fc.record({
        count: fc.constant(count),
        groups: fc
          .tuple(
            fc.shuffledSubarray(all, { minLength: count, maxLength: count }),
            fc.array(fc.integer({ min: 1, max: count }), { maxLength: 60 }),
            fc.integer({ min: 1, max: 10 }),
          )
          .map(([every, again, size]) => chunk([...again, ...every], size)),
      });
    });
    fc.assert(
      fc.property(arrivals, ({ count, groups }) => {
        const order = createMessageOrder(1_000);
        const seen = groups.flatMap((group) => seqsOf(order.offer(numbered(...group))));
        expect(seen).toEqual(Array.from({ length: count }, (_, i) => i + 1));
        expect(order.gap).toBe(false);
      }),
    );
  });
});

function chunk(items: readonly number[], size: number): number[][] {
  const groups: number[][] = [];
  for (let i = 0; i < items.length; i += size) groups.push(items.slice(i, i + size));
  return groups;
}
