import { lettersOf } from './letters.ts';
import { createWordMatcher, wordForm } from './word-matcher.ts';

const matcher = createWordMatcher(
  ['시발', 'fuck', 'ass', '년', '토토사이트', 'ㅅㅂ', '18', 'spam'].map((word) => ({
    word,
    action: 'refuse' as const,
  })),
);
const find = (text: string) => matcher.find(lettersOf(text))?.word;

describe('a banned word is found', () => {
  it.each([
    ['as it is', '아 시발 뭐야', '시발'],
    ['inside of a word', '야이시발놈아', '시발'],
    ['with spaces between its letters', '시 발', '시발'],
    ['with points between', '시.발', '시발'],
    ['with stars and points', '시*^발', '시발'],
    ['with an emoji between', '시😀발', '시발'],
    ['with zero width between', '시\u200b발', '시발'],
    ['with a Hangul filler between', '시\u3164발', '시발'],
    ['as compatibility jamo', 'ㅅㅣㅂㅏㄹ', '시발'],
    ['as jamo with spaces', 'ㅅ ㅣ ㅂ ㅏ ㄹ', '시발'],
    ['half composed', '시바ㄹ', '시발'],
    ['half jamo', 'ㅅㅣ발', '시발'],
    ['as conjoining jamo', '시발'.normalize('NFD'), '시발'],
    ['in half width jamo', 'ﾡ시발', '시발'],
    ['with drawn-out jamo', '시ㅣㅣㅣ발', '시발'],
    ['as initials', 'ㅅㅂ 진짜', 'ㅅㅂ'],
    ['in capitals', 'FUCK', 'fuck'],
    ['in full width', 'ｆｕｃｋ', 'fuck'],
    ['drawn out', 'fuuuuuck', 'fuck'],
    ['with Cyrillic look-alikes', 'fuсk', 'fuck'],
    ['with Greek look-alikes', 'fυcκ', 'fuck'],
    ['with accents', 'fúçk', 'fuck'],
    ['with points', 'f.u.c.k', 'fuck'],
    ['with spaces', 'f u c k', 'fuck'],
    ['with a digit for a letter', 'a55', 'ass'],
    ['with a sign for a letter', 'a$s', 'ass'],
    ['with a sign in the middle', 'sp@m', 'spam'],
    ['with mathematical letters', '𝖋𝖚𝖈𝖐', 'fuck'],
    ['next to Hangul', 'ass야', 'ass'],
    ['as digits', '18', '18'],
    ['of one syllable as a word', '이 년 아', '년'],
    ['long', '토토 사이트', '토토사이트'],
  ])('%s', (_how, text, word) => {
    expect(find(text)).toBe(word);
  });
});

describe('nothing is found', () => {
  it.each([
    ['where words only meet', '다시 발송해 주세요'],
    ['where a word goes on', '몇 시 발송인가요'],
    ['across half a syllable', '시바라'],
    ['where a final and an initial meet', '옷바지'],
    ['in a longer Latin word', 'class'],
    ['in a longer Latin word, at its start', 'assist'],
    ['of one syllable inside of a word', '2020년식 소년'],
    ['in digits that look like letters', '455 원'],
    ['in letters that look like digits', 'lb'],
    ['in a number with the digits', '218000원'],
    ['in nothing', ''],
    ['in emoji', '👍👍'],
  ])('%s', (_where, text) => {
    expect(find(text)).toBeUndefined();
  });
});

test('a word to refuse for comes before one to hold for', () => {
  const both = createWordMatcher([
    { word: '가품', action: 'hold' },
    { word: '사기꾼', action: 'refuse' },
  ]);
  expect(both.find(lettersOf('가품 파는 사기꾼'))?.action).toBe('refuse');
  expect(both.find(lettersOf('이거 가품 아니죠'))?.action).toBe('hold');
});

test('an empty list finds nothing', () => {
  expect(createWordMatcher([]).find(lettersOf('아무 말'))).toBeUndefined();
});

test('words that are read alike have one form', () => {
  expect(wordForm('F u c k!')).toBe(wordForm('fuсk'));
  expect(wordForm('시발')).toBe(wordForm('ㅅㅣㅂㅏㄹ'));
  expect(wordForm('...')).toBe('');
});
