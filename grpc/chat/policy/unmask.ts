import { hangulLookAlikes } from './hangul-look-alikes.ts';

const range = '가-힣ㄱ-ㅣᄀ-ᇿ';
const hangul = new RegExp(`[${range}]`);
const bareConsonant = /[ㄱ-ㅎᄀ-ᄒᆨ-ᇂ]/u;
const bareVowel = /[ㅏ-ㅣᅡ-ᅵ]/u;
const asciiLetterOrDigit = /[a-zA-Z0-9]/;
const ascii = /[!-~]/;
const digit = /\p{N}/u;
/** Letters, digits and the signs that are read as letters: what does not only separate. */
const letter = /[\p{L}\p{N}@$€|]/u;
const unseen = /[\p{Cf}\p{M}\p{Default_Ignorable_Code_Point}]/gu;
const wide = /[\uff00-\uffef]/gu;
/** Hangul by a letter, or a jamo by a sign: a text with neither is taken for nothing else. */
const foreign = `(?![${range}])[\\p{L}\\p{N}@$€|□○◯]`;
const meeting = new RegExp(
  `[${range}]${foreign}|${foreign}[${range}]|[ㄱ-ㅣᄀ-ᇿ][^\\s\\p{L}]|[^\\s\\p{L}][ㄱ-ㅣᄀ-ᇿ]`,
  'u',
);

/** School years (`고1자녀`), and what is counted (`짱2개`): there a digit is a number. */
const beforeNumber = /[초중고제]/;
const afterNumber = /[개년명시분초일월번병차층위등회살세원장대팀인호권벌켤단급]/;

/**
 * What else a Korean reader may take a text for, at most two texts; none for most. In the first, what
 * looks like a jamo next to Hangul is that jamo where it completes a syllable (`ㅅl발`, `7H새끼`,
 * `人ㅣ발`), and a single foreign letter or digit that Hangul encloses is nothing (`시1발`, `시x발`). In
 * the second, the latter comes before the former (`ㅅ1ㅂ`). Numbers and foreign words stay.
 */
export function unmask(text: string): readonly string[] {
  const composed = text.normalize('NFC');
  if (!hangul.test(composed)) return [];
  const plain = composed
    .replace(wide, (character) => character.normalize('NFKC'))
    .replace(unseen, '');
  if (!meeting.test(plain)) return [];
  const characters = [...plain];
  const looks = looksOf(characters);
  const fillers = characters.map((_, at) => fills(characters, at));
  if (!looks.some((look) => look !== undefined) && !fillers.includes(true)) return [];
  const masked = { characters, looks, fillers };
  const readings = new Set([readMasked(masked, 'looks'), readMasked(masked, 'fillers')]);
  readings.delete(plain);
  return [...readings];
}

/** A text by its characters: the jamo that each looks like, and whether it only fills. */
interface Masked {
  readonly characters: readonly string[];
  readonly looks: readonly (string | undefined)[];
  readonly fillers: readonly boolean[];
}

function readMasked({ characters, looks, fillers }: Masked, first: 'looks' | 'fillers'): string {
  let read = '';
  /** The jamo that the character before was read as, if it was. */
  let drawn: string | undefined;
  characters.forEach((character, at) => {
    const look = looks[at];
    // Written once more, it only draws out.
    if (look !== undefined && look === drawn && bareVowel.test(look)) return;
    const jamo = completes(characters, looks, at, read.at(-1) ?? '') ? look : undefined;
    drawn = jamo;
    if (fillers[at] === true && (first === 'fillers' || jamo === undefined)) return;
    read += jamo ?? character;
  });
  return read;
}

/** The jamo that each character looks like, for those that stand in no foreign word or number. */
function looksOf(characters: readonly string[]): readonly (string | undefined)[] {
  const looks = characters.map((character) => hangulLookAlikes.get(character));
  let first = 0;
  characters.forEach((character, at) => {
    if (!asciiLetterOrDigit.test(character)) {
      first = at + 1;
    } else if (!asciiLetterOrDigit.test(characters[at + 1] ?? ' ')) {
      const run = characters.slice(first, at + 1);
      const isNumber = run.length > 1 && run.every((one) => digit.test(one));
      const isWord = run.length > 2 && new Set(run).size > 1;
      if (isNumber || isWord) looks.fill(undefined, first, at + 1);
    }
  });
  return looks;
}

/**
 * Whether the jamo that a character looks like is missed where it stands: a vowel after a consonant
 * without one; a consonant before a vowel, and where it is no sign of everyday use, next to Hangul.
 */
function completes(
  characters: readonly string[],
  looks: readonly (string | undefined)[],
  at: number,
  before: string,
): boolean {
  const jamo = looks[at];
  if (jamo === undefined) return false;
  if (bareVowel.test(jamo)) return bareConsonant.test(before);
  const after = characters[at + 1] ?? '';
  const opens = bareVowel.test(looks[at + 1] ?? after);
  const isByHangul =
    hangul.test(before) || hangul.test(after) || (opens && hangul.test(characters[at + 2] ?? ''));
  return isByHangul && (opens || !ascii.test(characters[at] ?? ''));
}

/** Whether a character is a single letter or digit that Hangul encloses, and is no number. */
function fills(characters: readonly string[], at: number): boolean {
  const character = characters[at] ?? '';
  const [before = '', after = ''] = [characters[at - 1], characters[at + 1]];
  if (hangul.test(character) || !hangul.test(before) || !hangul.test(after)) return false;
  if (!digit.test(character)) return letter.test(character);
  return !beforeNumber.test(before) && !afterNumber.test(after);
}
