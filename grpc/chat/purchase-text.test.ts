import { buyerName, clipSummary, maskName, purchaseText } from './purchase-text.ts';

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

const bought = (name: string | undefined, summary: string, quantity: number, userId = 'usr_1') => ({
  userId,
  buyer: buyerName(name),
  summary: clipSummary(summary),
  quantity,
});

describe('purchaseText', () => {
  it.each([
    ['a buyer', '김철수', '유자차', 2, '김*수님이 유자차 2개를 구매했어요'],
    ['a buyer without a name', undefined, '유자차', 1, '고객님이 유자차 1개를 구매했어요'],
    ['many units', '김수', '귤 10kg 외 2건', 1200, '김*님이 귤 10kg 외 2건 1,200개를 구매했어요'],
    ['lines', '김수', ' 유자차\n 선물 ', 1, '김*님이 유자차 선물 1개를 구매했어요'],
    ['a long name', '김수', '가'.repeat(80), 1, `김*님이 ${'가'.repeat(59)}… 1개를 구매했어요`],
  ])('tells of %s', (_case, name, summary, quantity, text) => {
    expect(purchaseText(bought(name, summary, quantity))).toBe(text);
  });

  it('tells of many buyers of one thing by the first of them', () => {
    const first = bought('김철수', '캔버스 토트백', 1, 'usr_0');
    const others = Array.from({ length: 1_037 }, (_, i) =>
      bought('이영희', '캔버스 토트백', 2, `usr_${i + 1}`),
    );
    expect(purchaseText(first, ...others)).toBe(
      '김*수님 외 1,037명이 캔버스 토트백 2,075개를 구매했어요',
    );
  });

  it('tells of one who buys again by the units, not as more people', () => {
    expect(purchaseText(bought('김철수', '유자차', 1), bought('김철수', '유자차', 2))).toBe(
      '김*수님이 유자차 3개를 구매했어요',
    );
  });

  it('of several things names the one bought most often', () => {
    const text = purchaseText(
      bought('김철수', '귤', 9, 'usr_1'),
      bought('이영희', '유자차', 1, 'usr_2'),
      bought('박민수', '유자차', 1, 'usr_3'),
    );
    expect(text).toBe('김*수님 외 2명이 유자차 등 11개를 구매했어요');
  });
});
