import { findWord, readText } from './reading.ts';
import { unmask } from './unmask.ts';
import { createWordMatcher } from './word-matcher.ts';

const matcher = createWordMatcher(
  [
    ...['시발', '씨발', 'ㅅㅂ', '병신', 'ㅂㅅ', '개새끼', '지랄', '미친', '토토', '카지노', '꺼져'],
    ...['고자', '짱개', '조개', '갈보', '보지', '자지', '느금마', 'ㅗ', 'ㅁㅊ', '변태', '호구'],
  ].map((word) => ({ word, action: 'refuse' as const })),
);
const find = (text: string) => findWord(matcher, readText(text))?.word;

describe('a word is found that is written with', () => {
  it.each([
    ['l for ㅣ', 'ㅅl발', '시발'],
    ['I for ㅣ', '아 ㅅI발 진짜', '시발'],
    ['| for ㅣ', 'ㅅ|발', '시발'],
    ['! for ㅣ', 'ㅅ!발', '시발'],
    ['1 for ㅣ', 'ㅅ1발놈', '시발'],
    ['a full width 1 for ㅣ', 'ㅅ１발', '시발'],
    ['l after a half width ㅅ', 'ﾵl발', '시발'],
    ['l behind zero width', 'ㅅ\u200bl\u200b발', '시발'],
    ['l drawn out', 'ㅅll발', '시발'],
    ['r for ㅏ', '시ㅂrㄹ', '시발'],
    ['both', 'ㅅlㅂrㄹ', '시발'],
    ['both, doubled', 'ㅆlㅂrㄹ', '씨발'],
    ['人 for ㅅ', '人ㅣ발', '시발'],
    ['人 and l', '人l발', '시발'],
    ['人 and 丨', '人丨발', '시발'],
    ['人 for a bare ㅅ', '人ㅂ', 'ㅅㅂ'],
    ['口 for ㅁ', '口ㅊ', 'ㅁㅊ'],
    ['口 and l', '口l친', '미친'],
    ['己 for a final ㄹ', '시바己', '시발'],
    ['〇 for a final ㅇ', '벼〇신', '병신'],
    ['廿 for ㅂ', '廿ㅅ', 'ㅂㅅ'],
    ['一 for ㅡ', 'ㄴ一금마', '느금마'],
    ['- for ㅡ', 'ㄴ-금마', '느금마'],
    ['7H for 개', '7H새끼', '개새끼'],
    ['H for ㅐ', 'ㄱH새끼', '개새끼'],
    ['T and o for ㅜ and ㅇ', '호ㄱT', '호구'],
    ['a digit between', '시1발', '시발'],
    ['another digit between', '시8발', '시발'],
    ['a digit between', '병1신', '병신'],
    ['digits between', '카1지2노', '카지노'],
    ['a digit between jamo', 'ㅅ1ㅂ', 'ㅅㅂ'],
    ['a Latin letter between', '시x발', '시발'],
    ['a Latin letter between', '병X신', '병신'],
    ['a sign that is a letter between', '시@발', '시발'],
    ['a Han letter between', '시天발', '시발'],
    ['an exclamation mark between', '시!발', '시발'],
    ['a digit and a look-alike', '시1ㅂrㄹ', '시발'],
    ['a Cyrillic letter between', '시ж발', '시발'],
  ])('%s: %s', (_how, text, word) => {
    expect(find(text)).toBe(word);
  });
});

describe('nothing is found in', () => {
  it.each([
    'L사이즈 있나요',
    'XL 사이즈랑 M사이즈 차이요',
    'T셔츠 2개랑 H라인 스커트 1개요',
    'O링 3개, 7부 바지',
    '10시 발송인가요 2시 발송인가요',
    '다시 1발송',
    '오늘 3시1분 전',
    '고1자녀 선물로 어때요',
    '고3자녀',
    '중2병',
    '짱2개 주세요',
    '이 조3개 주세요',
    '18년식인가요 1년1월',
    '가2보여주세요',
    '1+1 행사 맞죠?',
    'LG시그니처',
    'iPhone15프로',
    'ㅋㅋl ㅋㅋ1 ㅋ!',
    'ㅇㅇ! 100년',
    '5000원 10000원 20대',
    'SK매직 B병실 신1호',
    'A급 S급 1등급',
    '보조배터리1지원',
    '자동1지급',
    '새우2끼',
    'ㅠㅠ T.T ㅜㅜ',
    '2L생수 1L',
    '64GB랑 128GB 2T하드',
    '人터뷰 口감 좋은 一등',
    '^^ ㅎㅎ^^ 네^^',
    '토1 일2',
    '미세먼지1친환경',
  ])('%s', (text) => {
    expect(find(text)).toBeUndefined();
  });
});

test('most texts are taken for nothing else', () => {
  for (const text of [
    '안녕하세요!',
    '이거 얼마예요?',
    '100개 주세요~',
    'hello there',
    'M 사이즈',
    '',
  ]) {
    expect([text, unmask(text)]).toEqual([text, []]);
  }
});

test('a text is taken for two others at most, none of them longer', () => {
  for (const unit of ['ㅅl', '人1발x', '7H', 'ㅅ1ㅂ', 'ㄱ!-_', 'ㅅlll', '시1']) {
    const text = unit.repeat(50);
    const others = unmask(text);
    expect(others.length).toBeLessThanOrEqual(2);
    for (const other of others) expect(other.length).toBeLessThanOrEqual(text.length);
  }
});

test('a word to refuse for that is disguised comes before a plain one to hold for', () => {
  const both = createWordMatcher([
    { word: '가품', action: 'hold' },
    { word: '사기꾼', action: 'refuse' },
    { word: '시발', action: 'hold' },
  ]);
  expect(findWord(both, readText('가품 파는 사x기꾼'))?.action).toBe('refuse');
  expect(findWord(both, readText('ㅅl발'))?.action).toBe('hold');
});
