import { hasLink } from './links.ts';
import { hasPhoneNumber } from './phone-numbers.ts';
import { gistOf, isNearlySame } from './sameness.ts';

describe('hasLink finds', () => {
  it.each([
    'https://example.com/a',
    'hxxp://bad.example',
    'www.naver.com',
    '여기 naver.com 보세요',
    'naver.com에서 봐요',
    'NAVER.COM',
    'ｎａｖｅｒ．ｃｏｍ',
    'naver。com',
    'naver . com',
    'naver dot com',
    'naver(dot)com',
    'naver [.] com',
    'naver닷컴',
    '네이버 닷 컴',
    'naver점com',
    'n a v e r . c o m',
    'nаvеr.соm',
    'na\u200bver.c\u200bom',
    'shop.co.kr',
    'open.kakao.com/o/abc',
    't.me/abc',
    'youtu.be/x',
    'kko.to/x',
    '여기로 kko.to/x 오세요',
    '링크kko.to/x',
    'abc.ai/x',
    'abc.ai',
    'abc.ai에서',
    '네이버.한국',
    '네이버.한국/shop',
    '네이버.한국에서 봐요',
    'naver.한국',
    '네이버.xn--3e0b707e',
    'naver.xn--3e0b707e',
    'goo.gl/x',
    '3abc.page.link/x',
    '1a.st/x',
    'kko[.]to/x',
    'kko dot to/x',
    'youtu . be/x',
    'y o u t u . b e / x',
    'ｋｋｏ．ｔｏ／ｘ',
    'kko。to/x',
    'kkо.to/x',
    'bit.ly/3x',
    '192.168.0.1/admin',
    'me@example.com',
  ])('%s', (text) => {
    expect(hasLink(text)).toBe(true);
  });
});

describe('hasLink leaves alone', () => {
  it.each([
    '안녕하세요. 반가워요.',
    '3.5kg 맞나요?',
    '1.2.3 버전',
    '좋아요...me too',
    'ok. me too',
    '점심에 또 봐요',
    '이 점 컴퓨터랑 달라요',
    '가격은 29.900원',
    '와.. 대박',
    'com 포트',
    '10.5.7',
    '3.5',
    '1.5/2',
    'ㅋㅋ.ㅋㅋ',
    'ㅋㅋ.ㅋㅋ/ㅋㅋ',
    '안녕.하세요',
    '안녕.하세요/반가워요',
    'e.g/ 이런 거',
    'i.e/저런 거',
    '좋아요.black/white 있나요',
    'S.size/M.size',
    '10.cm/20',
    '1.5kg/3kg',
    '요즘.ai가 대세',
    'to.be 아니고요',
    'how to/from',
    '좋아요.한국 분이세요?',
    '감사합니다.한국에서 왔어요',
    '미국.한국 둘 다 배송되나요',
    '미국.한국/일본',
    '한국/일본 배송',
    'ok. me/you',
    '11.25/11.26',
    '24/7',
    'and/or',
    'A.S/교환',
    'No.1/No.2',
  ])('%s', (text) => {
    expect(hasLink(text)).toBe(false);
  });
});

describe('hasPhoneNumber', () => {
  it.each([
    ['010-1234-5678', true],
    ['01012345678로 연락', true],
    ['０１０ １２３４ ５６７８', true],
    ['공일공 1234 5678', true],
    ['+82 10-1234-5678', true],
    ['1234567 8900', false],
    ['29,900원 2개', false],
    ['20251122', false],
  ])('%s: %s', (text, found) => {
    expect(hasPhoneNumber(text)).toBe(found);
  });
});

describe('isNearlySame', () => {
  it.each([
    ['the same', '이거 얼마예요?', '이거 얼마예요?', true],
    ['other spaces and signs', '이거 얼마예요?', '이거얼마예요!!!', true],
    ['other case', 'Buy this now', 'BUY THIS NOW', true],
    ['drawn out', '너무 좋아요', '너무 좋아요오오오오ㅗㅗㅗ'.slice(0, 6), true],
    ['a letter changed', '지금 바로 구매하세요 여러분', '지금 바로 구매하세용 여러분', true],
    ['another number', '3번 상품 2개 주세요', '3번 상품 3개 주세요', false],
    ['a counter', 'hello message 101', 'hello message 102', false],
    ['something else', '이거 얼마예요?', '저거 사이즈 있나요?', false],
    ['too short to count', '네', '네', false],
    ['laughter', 'ㅋㅋㅋㅋㅋㅋㅋㅋㅋ', 'ㅋㅋㅋㅋㅋㅋㅋㅋㅋ', false],
    ['emoji alone', '👍👍👍', '👍👍👍', false],
  ])('%s', (_case, one, other, same) => {
    expect(isNearlySame(gistOf(one), gistOf(other))).toBe(same);
  });
});
