/** Jamo by their place in a syllable, in Unicode's order; those written with two keys as two. */
const initials = 'ㄱ ㄱㄱ ㄴ ㄷ ㄷㄷ ㄹ ㅁ ㅂ ㅂㅂ ㅅ ㅅㅅ ㅇ ㅈ ㅈㅈ ㅊ ㅋ ㅌ ㅍ ㅎ'.split(' ');
const medials =
  'ㅏ ㅐ ㅑ ㅒ ㅓ ㅔ ㅕ ㅖ ㅗ ㅗㅏ ㅗㅐ ㅗㅣ ㅛ ㅜ ㅜㅓ ㅜㅔ ㅜㅣ ㅠ ㅡ ㅡㅣ ㅣ'.split(' ');
const finals =
  ' ㄱ ㄱㄱ ㄱㅅ ㄴ ㄴㅈ ㄴㅎ ㄷ ㄹ ㄹㄱ ㄹㅁ ㄹㅂ ㄹㅅ ㄹㅌ ㄹㅍ ㄹㅎ ㅁ ㅂ ㅂㅅ ㅅ ㅅㅅ ㅇ ㅈ ㅊ ㅋ ㅌ ㅍ ㅎ'.split(
    ' ',
  );

const firstSyllable = 0xac00;
const syllables = 11_172;
const perMedial = finals.length;
const perInitial = medials.length * perMedial;

/**
 * The jamo of a Hangul character in the order in which they are typed, whether it is a syllable or
 * jamo of either block of Unicode (once it was decomposed: NFKD); undefined for any other character.
 */
export function jamoOf(character: string): string | undefined {
  const code = character.codePointAt(0) ?? 0;
  const syllable = code - firstSyllable;
  if (syllable >= 0 && syllable < syllables) {
    const initial = initials[Math.floor(syllable / perInitial)];
    const medial = medials[Math.floor((syllable % perInitial) / perMedial)];
    return `${initial}${medial}${finals[syllable % perMedial]}`;
  }
  if (code >= 0x1100 && code <= 0x1112) return initials[code - 0x1100];
  if (code >= 0x1161 && code <= 0x1175) return medials[code - 0x1161];
  if (code >= 0x11a8 && code <= 0x11c2) return finals[code - 0x11a7];
  return undefined;
}
