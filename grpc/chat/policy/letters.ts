import { jamoOf } from './jamo.ts';
import { readAs } from './look-alikes.ts';

/** One letter of a text as a reader takes it, whatever it was disguised as. */
export interface Letter {
  /** The letter: a jamo, a Latin letter that others look like, or another script's own. */
  readonly key: string;
  readonly script: 'hangul' | 'latin' | 'other';
  /** Written as a digit or a sign, which means a letter only among letters. */
  readonly sign: boolean;
  /** Whether it is the first, and the last, letter of the character that was written. */
  readonly opens: boolean;
  readonly closes: boolean;
  /** Number of the word that it stands in, by spaces. */
  readonly word: number;
  /** Whether something that is no letter stands right before it in its word. */
  readonly apart: boolean;
}

const space = /\p{White_Space}/u;
/** What is not drawn or only changes the letter before it. */
const unseen = /[\p{Cf}\p{M}\p{Default_Ignorable_Code_Point}]/u;
const letterOrDigit = /[\p{L}\p{N}]/u;
const digit = /\p{N}/u;
/** Signs that are read as letters between letters: `p@ss`, `a$$`. */
const letterSign = /[@$€|]/u;
const latin = /^[a-z]$/;

/**
 * The letters of a text: compatibility forms and full width folded, accents and zero width dropped,
 * look-alikes read as what they look like, Hangul taken apart into jamo as typed. What is no letter
 * only separates.
 */
export function lettersOf(text: string): Letter[] {
  const letters: Letter[] = [];
  const characters = [...text.normalize('NFC')];
  let word = 0;
  let apart = false;
  characters.forEach((character, i) => {
    if (isSpace(character)) {
      if (letters.at(-1)?.word === word) word += 1;
      apart = false;
      return;
    }
    const isSign = letterSign.test(character) && isAmongLetters(characters, i);
    const known = keysByCharacter.get(character) ?? keysOf(character);
    if (known === unseenKeys) return;
    const keys = isSign ? readAs(character) : known;
    const sign = isSign || isDigit(character);
    for (let place = 0; place < keys.length; place += 1) {
      const key = keys.charAt(place);
      const opens = place === 0;
      const closes = place === keys.length - 1;
      letters.push({
        key,
        script: scriptOf(key),
        sign,
        opens,
        closes,
        word,
        apart: opens && apart,
      });
    }
    apart = keys === '';
  });
  return letters;
}

function isSpace(character: string): boolean {
  return character === ' ' || space.test(character);
}

function isDigit(character: string): boolean {
  return character < '\u0080' ? character >= '0' && character <= '9' : digit.test(character);
}

function scriptOf(key: string): Letter['script'] {
  if (key >= 'a' && key <= 'z') return 'latin';
  return key >= 'ㄱ' && key <= 'ㅣ' ? 'hangul' : 'other';
}

function isAmongLetters(characters: readonly string[], i: number): boolean {
  const isLetter = (character = '') => /[\p{L}\p{N}@$]/u.test(character);
  return isLetter(characters[i - 1]) && isLetter(characters[i + 1]);
}

/** Stands for what is not drawn, which does not even separate. */
const unseenKeys = '\u0000';
/** The letters of characters that were met before: few of all there are come up in talk. */
const keysByCharacter = new Map<string, string>();
const maxKept = 20_000;

/**
 * Most letters of one character. No syllable has more than six; a few characters stand for a whole
 * phrase (`ﷺ` for eighteen letters), and nobody hides a word in them.
 */
const maxPerCharacter = 8;

/** Empty for what is no letter, e.g. a point. */
function keysOf(character: string): string {
  const keys = workOutKeys(character);
  if (keysByCharacter.size < maxKept) keysByCharacter.set(character, keys);
  return keys;
}

function workOutKeys(character: string): string {
  if (unseen.test(character)) return unseenKeys;
  const jamo = jamoOf(character);
  if (jamo !== undefined) return jamo;
  if (!letterOrDigit.test(character.normalize('NFKD'))) return '';
  const known = readAs(character);
  if (known !== character.toLowerCase() || latin.test(character)) return known;
  return [...character.normalize('NFKD')]
    .filter((part) => !unseen.test(part) && letterOrDigit.test(part))
    .map((part) => jamoOf(part) ?? readAs(part))
    .join('')
    .slice(0, maxPerCharacter);
}
