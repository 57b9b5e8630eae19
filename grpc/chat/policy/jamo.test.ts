import { lettersOf } from './letters.ts';
import { createWordMatcher } from './word-matcher.ts';

/** Every cluster of the compatibility block, and what one types to say it without it. */
const clusters: readonly (readonly [cluster: string, parts: string])[] = (
  'ㄲㄱㄱ ㄳㄱㅅ ㄵㄴㅈ ㄶㄴㅎ ㄸㄷㄷ ㄺㄹㄱ ㄻㄹㅁ ㄼㄹㅂ ㄽㄹㅅ ㄾㄹㅌ ㄿㄹㅍ ㅀㄹㅎ ㅃㅂㅂ ㅄㅂㅅ ㅆㅅㅅ ㅉㅈㅈ ' +
  'ㅘㅗㅏ ㅙㅗㅐ ㅚㅗㅣ ㅝㅜㅓ ㅞㅜㅔ ㅟㅜㅣ ㅢㅡㅣ ' +
  'ㅥㄴㄴ ㅦㄴㄷ ㅧㄴㅅ ㅩㄹㄱㅅ ㅪㄹㄷ ㅫㄹㅂㅅ ㅮㅁㅂ ㅯㅁㅅ ㅱㅁㅇ ㅲㅂㄱ ㅳㅂㄷ ㅴㅂㅅㄱ ㅵㅂㅅㄷ ㅶㅂㅈ ㅷㅂㅌ ㅸㅂㅇ ' +
  'ㅹㅂㅂㅇ ㅺㅅㄱ ㅻㅅㄴ ㅼㅅㄷ ㅽㅅㅂ ㅾㅅㅈ ㆀㅇㅇ ㆂㅇㅅ ㆄㅍㅇ ㆅㅎㅎ ㆇㅛㅑ ㆈㅛㅒ ㆉㅛㅣ ㆊㅠㅕ ㆋㅠㅖ ㆌㅠㅣ ' +
  // The letters of old that are no more, as those that they look like.
  'ㅨㄴㅿ ㅬㄹㅿ ㅰㅁㅿ ㅭㄹㆆ ㆃㆁㅿ ㅿㅅ ㆁㅇ ㆆㅎ ㆎㅣ'
)
  .split(' ')
  .map((pair) => [pair.charAt(0), pair.slice(1)]);

const readsAs = (word: string, text: string) =>
  createWordMatcher([{ word, action: 'refuse' }]).find(lettersOf(text))?.word === word;

describe('a cluster is read as its parts, and its parts as it', () => {
  it.each(clusters)('%s as %s', (cluster, parts) => {
    expect(readsAs(cluster, parts)).toBe(true);
    expect(readsAs(parts, cluster)).toBe(true);
    expect(readsAs(`${cluster}가`, `${parts}가`)).toBe(true);
    expect(readsAs(`${parts}가`, `아${cluster}가`)).toBe(true);
  });
});

test('every letter of the compatibility block is Hangul, and stands in the table if it is a cluster', () => {
  const inTable = new Set(clusters.map(([cluster]) => cluster));
  for (let code = 0x3131; code <= 0x318e; code += 1) {
    const letter = String.fromCodePoint(code);
    const letters = lettersOf(letter);
    expect([letter, letters.every(({ script }) => script === 'hangul')]).toEqual([letter, true]);
    if (letters.length > 1) expect([letter, inTable.has(letter)]).toEqual([letter, true]);
    // The filler is not drawn, and the dot of old only separates.
    if (letters.length === 0) expect(['ㅤ', 'ㆍ']).toContain(letter);
  }
});

test('consonants of one cluster are found inside of a word like the same ones written apart', () => {
  for (const word of ['ㅂㅅ', 'ㅄ']) {
    for (const text of ['이ㅂㅅ아', '이ㅄ아', '이ﾲﾵ아', '이ﾴ아']) {
      expect([word, text, readsAs(word, text)]).toEqual([word, text, true]);
    }
  }
});

test('the dot of old separates as any other point', () => {
  expect(readsAs('시발', '시ㆍ발')).toBe(true);
  expect(readsAs('시발', '시ᆞ발')).toBe(true);
});
