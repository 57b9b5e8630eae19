import { createFairSample } from './fair-sample.ts';

interface Said {
  readonly who: string;
  readonly at: number;
  readonly kind?: 'normal' | 'notice' | 'purchase' | 'system';
}

const host = 'usr_host';
const sampleOf = (perSecond: number) => createFairSample(perSecond, (userId) => userId === host);

const start = 1_760_000_000_000;

const chat = (said: readonly Said[]) =>
  said.map(({ who, at, kind = 'normal' }, i) => ({
    seq: i + 1,
    kind,
    userId: who,
    name: who,
    text: `${who} ${i}`,
    sentAt: start + at,
  }));

/** Everyone says `each` messages in every second, for some seconds, in turn. */
function seconds(count: number, people: readonly string[], each = 1): Said[] {
  return Array.from({ length: count }, (_, second) =>
    Array.from({ length: each }, (_, i) =>
      people.map((who) => ({ who, at: second * 1_000 + Math.floor((i * 1_000) / each) })),
    ).flat(),
  ).flat();
}

const crowd = (size: number) => Array.from({ length: size }, (_, i) => `usr_${i}`);

function tally(messages: readonly { readonly userId: string }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { userId } of messages) counts[userId] = (counts[userId] ?? 0) + 1;
  return counts;
}

describe('a fair sample of a chat', () => {
  it('is all of it while people say no more than is shown', () => {
    const messages = chat(seconds(5, crowd(10)));
    const sample = sampleOf(10);
    expect(sample.take(messages)).toEqual(messages);
    expect(sample.lastOmittedAt).toBe(0);
  });

  it('is all of it, however much, where no bound is set', () => {
    const messages = chat(seconds(2, crowd(500), 3));
    expect(sampleOf(0).take(messages)).toEqual(messages);
  });

  it('shows no more than the bound in any second, and says that something was left out', () => {
    const messages = chat(seconds(10, crowd(300)));
    const sample = sampleOf(20);
    const shown = sample.take(messages);
    const perSecond = Map.groupBy(shown, ({ sentAt }) => Math.floor(sentAt / 1_000));
    expect(Math.max(...[...perSecond.values()].map((some) => some.length))).toBeLessThanOrEqual(20);
    expect(Math.min(...[...perSecond.values()].map((some) => some.length))).toBeGreaterThan(5);
    expect(sample.lastOmittedAt).toBe(start + 9_000);
  });

  it('lets someone who floods crowd out nobody', () => {
    const quiet = seconds(10, crowd(8));
    const flood = Array.from({ length: 1_000 }, (_, i) => ({ who: 'usr_flood', at: i * 10 }));
    const all = [...flood, ...quiet].sort((a, b) => a.at - b.at);
    const counts = tally(sampleOf(10).take(chat(all)));
    for (const who of crowd(8)) expect(counts[who]).toBeGreaterThanOrEqual(9);
    expect(counts.usr_flood).toBeLessThanOrEqual(5 + 9 * 2);
  });

  it('lets everyone be heard in turn where there are more people than places', () => {
    const counts = tally(sampleOf(20).take(chat(seconds(120, crowd(200)))));
    expect(Object.keys(counts)).toHaveLength(200);
    expect(Math.max(...Object.values(counts))).toBeLessThan(40);
  });

  it('always shows what the host, the platform and buyers say, and takes nobody’s place for it', () => {
    const said = seconds(3, crowd(40));
    const important = (['notice', 'purchase', 'system'] as const).flatMap((kind) =>
      Array.from({ length: 50 }, (_, i) => ({ who: '', at: i * 60, kind })),
    );
    const ofHost = Array.from({ length: 50 }, (_, i) => ({ who: host, at: i * 60 }));
    const all = [...said, ...important, ...ofHost].sort((a, b) => a.at - b.at);
    const shown = sampleOf(10).take(chat(all));
    expect(shown.filter(({ kind }) => kind !== 'normal')).toHaveLength(150);
    expect(shown.filter(({ userId }) => userId === host)).toHaveLength(50);
    const alone = sampleOf(10).take(chat(said));
    const ofPeople = shown.filter(({ kind, userId }) => kind === 'normal' && userId !== host);
    expect(ofPeople).toHaveLength(alone.length);
  });

  it('is the same however the messages are cut, and for who began two seconds before', () => {
    const messages = chat(seconds(8, crowd(100), 2));
    const whole = sampleOf(15).take(messages);
    const pieces = sampleOf(15);
    const cut: (typeof whole)[number][] = [];
    for (let at = 0, size = 1; at < messages.length; at += size, size = (size * 7 + 3) % 31 || 1) {
      cut.push(...pieces.take(messages.slice(at, at + size)));
    }
    expect(cut).toEqual(whole);
    const from = start + 3_000;
    const late = sampleOf(15).take(messages.filter(({ sentAt }) => sentAt >= from));
    const settled = (some: readonly { readonly sentAt: number }[]) =>
      some.filter(({ sentAt }) => sentAt >= from + 1_000);
    expect(settled(late)).toEqual(settled(whole));
  });
});
