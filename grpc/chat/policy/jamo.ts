/** Jamo by their place in a syllable, in Unicode's order; those written with two keys as two. */
const initials = 'ㄱ ㄱㄱ ㄴ ㄷ ㄷㄷ ㄹ ㅁ ㅂ ㅂㅂ ㅅ ㅅㅅ ㅇ ㅈ ㅈㅈ ㅊ ㅋ ㅌ ㅍ ㅎ'.split(' ');
const medials =
  'ㅏ ㅐ ㅑ ㅒ ㅓ ㅔ ㅕ ㅖ ㅗ ㅗㅏ ㅗㅐ ㅗㅣ ㅛ ㅜ ㅜㅓ ㅜㅔ ㅜㅣ ㅠ ㅡ ㅡㅣ ㅣ'.split(' ');
const finals =
  ' ㄱ ㄱㄱ ㄱㅅ ㄴ ㄴㅈ ㄴㅎ ㄷ ㄹ ㄹㄱ ㄹㅁ ㄹㅂ ㄹㅅ ㄹㅌ ㄹㅍ ㄹㅎ ㅁ ㅂ ㅂㅅ ㅅ ㅅㅅ ㅇ ㅈ ㅊ ㅋ ㅌ ㅍ ㅎ'.split(
    ' ',
  );
/**
 * The compatibility block from U+3165 on, which has the letters of old: each as the ones of today
 * that it is made of or looks like. The dot of old (U+318D) is typed for a middle dot, so it is
 * none.
 */
const old =
  'ㄴㄴ ㄴㄷ ㄴㅅ ㄴㅅ ㄹㄱㅅ ㄹㄷ ㄹㅂㅅ ㄹㅅ ㄹㅎ ㅁㅂ ㅁㅅ ㅁㅅ ㅁㅇ ㅂㄱ ㅂㄷ ㅂㅅㄱ ㅂㅅㄷ ㅂㅈ ㅂㅌ ㅂㅇ ㅂㅂㅇ ㅅㄱ ㅅㄴ ㅅㄷ ㅅㅂ ㅅㅈ ㅅ ㅇㅇ ㅇ ㅇㅅ ㅇㅅ ㅍㅇ ㅎㅎ ㅎ ㅛㅑ ㅛㅒ ㅛㅣ ㅠㅕ ㅠㅖ ㅠㅣ  ㅣ'.split(
    ' ',
  );

const firstSyllable = 0xac00;
const syllables = 11_172;
const perMedial = finals.length;
const perInitial = medials.length * perMedial;

/**
 * Jamo that stand alone as in Unicode's Hangul Jamo block, which is what NFKD makes of the
 * compatibility block: two clusters of today (`ㅀ`, `ㅄ`) become initials of old there.
 */
const jamoByCode: ReadonlyMap<number, string> = new Map([
  ...old.map((jamo, i) => [decomposed(0x3165 + i), jamo] as const),
  ...initials.map((jamo, i) => [0x1100 + i, jamo] as const),
  ...medials.map((jamo, i) => [0x1161 + i, jamo] as const),
  ...finals.slice(1).map((jamo, i) => [0x11a8 + i, jamo] as const),
  [decomposed(0x3140), 'ㄹㅎ'],
  [decomposed(0x3144), 'ㅂㅅ'],
]);

/**
 * The jamo of a Hangul character in the order in which they are typed, whether it is a syllable or
 * jamo of either block of Unicode (once it was decomposed: NFKD); undefined for any other character.
 * Empty for the dot of old.
 */
export function jamoOf(character: string): string | undefined {
  const code = character.codePointAt(0) ?? 0;
  const syllable = code - firstSyllable;
  if (syllable >= 0 && syllable < syllables) {
    const initial = initials[Math.floor(syllable / perInitial)];
    const medial = medials[Math.floor((syllable % perInitial) / perMedial)];
    return `${initial}${medial}${finals[syllable % perMedial]}`;
  }
  return jamoByCode.get(code);
}

function decomposed(code: number): number {
  return String.fromCodePoint(code).normalize('NFKD').codePointAt(0) ?? code;
}
