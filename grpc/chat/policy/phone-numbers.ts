/** Korean mobile numbers as people write them: `010-1234-5678`, `010 1234 5678`, `01012345678`. */
const mobile = /(?<!\d)(?:\+?82[\s.-]*)?0?1[016789][\s.,-]*\d{3,4}[\s.,-]*\d{4}(?!\d)/;

/** `공일공`: digits spelled out. */
const spelled: ReadonlyMap<string, string> = new Map([
  ...[...'공일이삼사오육칠팔구'].map((word, i) => [word, String(i)] as const),
  ['영', '0'],
  ['륙', '6'],
]);

/** Whether a text gives a mobile phone number away, which its owner may regret. */
export function hasPhoneNumber(text: string): boolean {
  const plain = text.normalize('NFKC').replace(/\p{Default_Ignorable_Code_Point}/gu, '');
  if (mobile.test(plain)) return true;
  const digits = plain.replace(/[공영일이삼사오육륙칠팔구]/g, (word) => spelled.get(word) ?? word);
  return digits !== plain && mobile.test(digits);
}
