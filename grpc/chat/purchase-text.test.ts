import { maskName, purchaseText } from './purchase-text.ts';

describe('maskName', () => {
  it.each([
    ['김철수', '김*수'],
    ['김수', '김*'],
    ['김', '*'],
    ['', '*'],
    ['남궁민수', '남**수'],
    ['Alexandria the Great', 'A*****t'],
    ['👩‍👧🎉👍', '👩‍👧*👍'],
  ])('%s -> %s', (name, masked) => {
    expect(maskName(name)).toBe(masked);
  });
});

describe('purchaseText', () => {
  it.each([
    ['a buyer', '김철수', '유자차', 2, '김*수님이 유자차 2개를 구매했어요'],
    ['a buyer without a name', undefined, '유자차', 1, '고객님이 유자차 1개를 구매했어요'],
    ['many units', '김수', '귤 10kg 외 2건', 1200, '김*님이 귤 10kg 외 2건 1,200개를 구매했어요'],
    ['lines', '김수', ' 유자차\n 선물 ', 1, '김*님이 유자차 선물 1개를 구매했어요'],
    ['a long name', '김수', '가'.repeat(80), 1, `김*님이 ${'가'.repeat(59)}… 1개를 구매했어요`],
  ])('tells of %s', (_case, name, summary, quantity, text) => {
    expect(purchaseText(name, summary, quantity)).toBe(text);
  });
});
