import { readBusinessNumber, readMailOrderNumber } from './business-number.ts';

describe('a business number', () => {
  // Published by their owners: Kakao, Naver, Samsung Electronics.
  it.each([
    ['1208147521', '1208147521'],
    ['220-81-62517', '2208162517'],
    [' 124 81 00998 ', '1248100998'],
    ['１２４－８１－００９９８', '1248100998'],
  ])('%s is read', (given, digits) => {
    expect(readBusinessNumber(given)).toBe(digits);
  });

  it.each([
    ['a wrong check digit', '1208147522'],
    ['two digits that changed places', '1208174521'],
    ['nine digits', '120814752'],
    ['eleven', '12081475210'],
    ['letters', '120814752I'],
    ['nothing', ''],
  ])('is none with %s', (_why, given) => {
    expect(readBusinessNumber(given)).toBeUndefined();
  });

  it('is none when any one digit of it is another', () => {
    const good = '1248100998';
    for (let i = 0; i < 10; i += 1) {
      for (const digit of '0123456789') {
        if (digit === good[i]) continue;
        // The ninth counts five times, with the tens of that: that too tells all digits apart.
        expect(readBusinessNumber(`${good.slice(0, i)}${digit}${good.slice(i + 1)}`)).toBe(
          undefined,
        );
      }
    }
  });
});

describe('the number of a mail-order sales report', () => {
  it.each([
    ['2024-서울강남-01234', '2024-서울강남-01234'],
    ['제 2019-성남분당A-0557호', undefined],
    ['제2019-성남분당-0557호', '2019-성남분당-0557'],
    ['2010 – 서울중구 – 0221', '2010-서울중구-0221'],
    ['서울강남-01234', undefined],
    ['1888-서울강남-01234', undefined],
    ['2024-서울강남', undefined],
  ])('%s is read as %s', (given, read) => {
    expect(readMailOrderNumber(given)).toBe(read);
  });
});
