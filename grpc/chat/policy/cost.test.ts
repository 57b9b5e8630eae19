import { type Letter, lettersOf } from './letters.ts';
import { createWordMatcher } from './word-matcher.ts';

/** As long as a message and a word may be. */
const characters = 200;
const wordCharacters = 50;

const repeat = (unit: string, length: number) => [...unit.repeat(length)].slice(0, length).join('');

/** What one has to write to be as much as possible to search, and what may be searched for in it. */
const units = [
  'Ⅲ',
  'l',
  'ﷺ',
  '㌀',
  '꿺',
  '뷁',
  'ㅄ',
  '시ㅣㅣ',
  'ㅋㅋㅋㅎㅎㅎ',
  'aaabbb1',
  '1',
  '가나',
];
const nowhere = '쀍';
const wordsLike = (unit: string) =>
  Array.from({ length: wordCharacters - 1 }, (_, i) => `${repeat(unit, i + 1)}`).flatMap((word) => [
    `${word}${nowhere}`,
    word,
  ]);

/** How often a letter of the text is looked at, and the text has how many. */
function looksAt(text: string, words: readonly string[]): number {
  const matcher = createWordMatcher(words.map((word) => ({ word, action: 'hold' })));
  let looks = 0;
  const counted: readonly Letter[] = new Proxy(lettersOf(text), {
    get(letters, place, receiver) {
      if (typeof place === 'string' && /^\d+$/.test(place)) looks += 1;
      return Reflect.get(letters, place, receiver);
    },
  });
  matcher.find(counted);
  return looks;
}

describe('a search takes no more steps than the characters of a text times the longest word', () => {
  it.each(units)('%s', (unit) => {
    const words = units.flatMap(wordsLike);
    const longest = Math.max(...words.map((word) => lettersOf(word).length));
    // A step looks at a letter, and at four more where a word may end.
    expect(looksAt(repeat(unit, characters), words)).toBeLessThan(10 * characters * longest);
    const few = [`${unit}${unit}${nowhere}`, `l${nowhere}`];
    // Beside the few letters of these words, each letter is looked at when a text is laid out.
    expect(looksAt(repeat(unit, characters), few)).toBeLessThan(characters * (3 * 8 + 60));
  });
});

test('a character stands for eight letters at most', () => {
  for (const unit of units) {
    expect(lettersOf(repeat(unit, characters)).length).toBeLessThanOrEqual(8 * characters);
  }
});
