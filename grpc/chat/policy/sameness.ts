import { type Letter, lettersOf } from './letters.ts';

/** Letters of a text that are compared; what comes after them makes no difference. */
const comparedLetters = 60;
/** Texts of fewer letters are said again and again in any chat ("네", "ㅋㅋ"), and never count. */
const shortestCompared = 6;
/** One letter in so many may differ in texts that are nearly the same. */
const lettersPerDifference = 8;

/**
 * What is left of a text when repeats are looked for: its letters, drawn-out ones once. Numbers
 * stay as they are, for they are what the message is about ("3번 2개요"). Empty for texts too short to
 * count.
 */
export function gistOf(text: string, all: readonly Letter[] = lettersOf(text)): string {
  const numbers = (text.normalize('NFKC').match(/\d+/g) ?? []).join(' ');
  let letters = '';
  for (const { key, sign } of all) {
    if (!sign && key !== letters.at(-1)) letters += key;
    if (letters.length === comparedLetters) break;
  }
  if (letters.length < shortestCompared) return '';
  return `${letters}#${numbers}`.slice(0, comparedLetters + 40);
}

/** Whether two gists are of texts that say the same, but for a letter in every eight. */
export function isNearlySame(one: string, other: string): boolean {
  if (one === '' || other === '') return false;
  if (one === other) return true;
  const [letters = '', numbers = ''] = one.split('#');
  const [otherLetters = '', otherNumbers = ''] = other.split('#');
  if (numbers !== otherNumbers) return false;
  const allowed = Math.floor(Math.max(letters.length, otherLetters.length) / lettersPerDifference);
  return isWithin(letters, otherLetters, allowed);
}

/** Whether so many letters added, dropped or changed turn one text into the other (Levenshtein). */
function isWithin(one: string, other: string, allowed: number): boolean {
  if (Math.abs(one.length - other.length) > allowed) return false;
  let row = Array.from({ length: other.length + 1 }, (_, i) => i);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    let best = i;
    for (let j = 1; j <= other.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      const cost = Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1);
      next.push(cost);
      best = Math.min(best, cost);
    }
    if (best > allowed) return false;
    row = next;
  }
  return (row[other.length] ?? 0) <= allowed;
}
