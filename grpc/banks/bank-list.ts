/** A bank, and how long its account numbers are. */
export interface Bank {
  /** Standard code of the institution (금융기관 표준코드). */
  readonly code: string;
  readonly name: string;
  readonly minDigits: number;
  readonly maxDigits: number;
}

const rows: readonly (readonly [code: string, name: string, min: number, max: number])[] = [
  ['002', 'KDB산업은행', 11, 14],
  ['003', 'IBK기업은행', 10, 14],
  ['004', 'KB국민은행', 11, 14],
  ['007', '수협은행', 11, 14],
  ['011', 'NH농협은행', 11, 14],
  ['012', '지역농축협', 11, 14],
  ['020', '우리은행', 11, 14],
  ['023', 'SC제일은행', 11, 14],
  ['027', '한국씨티은행', 10, 13],
  ['031', 'iM뱅크', 11, 14],
  ['032', '부산은행', 12, 13],
  ['034', '광주은행', 12, 13],
  ['035', '제주은행', 10, 12],
  ['037', '전북은행', 11, 13],
  ['039', '경남은행', 12, 13],
  ['045', '새마을금고', 13, 14],
  ['048', '신협', 10, 14],
  ['050', '저축은행', 11, 14],
  ['064', '산림조합', 10, 14],
  ['071', '우체국', 12, 14],
  ['081', '하나은행', 11, 14],
  ['088', '신한은행', 11, 14],
  ['089', '케이뱅크', 10, 14],
  ['090', '카카오뱅크', 13, 13],
  ['092', '토스뱅크', 12, 14],
];

/** Banks that accounts may be at, by code. */
export const banks: readonly Bank[] = rows.map(([code, name, minDigits, maxDigits]) => {
  return { code, name, minDigits, maxDigits };
});

/** The digits of an account number at a bank; undefined when the bank has no such numbers. */
export function readNumber(code: string, text: string): string | undefined {
  const bank = banks.find((one) => one.code === code);
  const digits = text.normalize('NFKC').replaceAll(/[\s-]/g, '');
  if (bank === undefined || !/^\d+$/.test(digits)) return undefined;
  const fits = digits.length >= bank.minDigits && digits.length <= bank.maxDigits;
  return fits ? digits : undefined;
}
