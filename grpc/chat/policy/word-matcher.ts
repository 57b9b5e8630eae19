import { type Letter, lettersOf } from './letters.ts';

/** What is done about a message with a banned word: it is refused, or waits for the host. */
export type WordAction = 'refuse' | 'hold';

/** A word of a list of banned words. */
export interface BannedWord {
  readonly word: string;
  readonly action: WordAction;
}

/** Finds banned words, however they are written. */
export interface WordMatcher {
  readonly isEmpty: boolean;
  /** A word to refuse for, else one to hold for; undefined if there is none. */
  find(letters: readonly Letter[]): BannedWord | undefined;
}

interface Node {
  readonly next: Map<string, Node>;
  entry?: Entry;
}

interface Entry {
  readonly banned: BannedWord;
  /** Found only where a word of the text is it. */
  readonly whole: boolean;
  /** Made of digits alone, so found in digits alone. */
  readonly digits: boolean;
}

/** Longest Latin word that is found only as a whole word: `ass` is no part of `class`. */
const shortLatin = 3;
/** As often a letter is written in a row before it counts as drawn out: `fuuuck`. */
const drawnOut = 3;

/**
 * The one form of a banned word: words of the same form are the same word.
 * Empty for a text without letters.
 */
export function wordForm(word: string): string {
  return lettersOf(word)
    .map(({ key }) => key)
    .join('');
}

/**
 * A matcher for a list. A word is found with anything but letters in between, with spaces too if
 * it begins and ends where words do: `시 발` is found, `다시 발송` has nothing to find. It is found in
 * whole syllables only. One syllable, and up to three Latin letters, are found only as a whole word.
 */
export function createWordMatcher(words: readonly BannedWord[]): WordMatcher {
  const root: Node = { next: new Map() };
  for (const banned of words) add(root, banned);
  return {
    isEmpty: root.next.size === 0,
    find(letters) {
      let held: BannedWord | undefined;
      for (let from = 0; from < letters.length; from += 1) {
        const found = findFrom(root, letters, from);
        if (found?.action === 'refuse') return found;
        held ??= found;
      }
      return held;
    },
  };
}

function add(root: Node, banned: BannedWord): void {
  const letters = lettersOf(banned.word);
  const [first] = letters;
  if (first === undefined) return;
  let node = root;
  for (const { key } of letters) {
    const child = node.next.get(key) ?? { next: new Map() };
    node.next.set(key, child);
    node = child;
  }
  const syllables = letters.filter(({ opens }) => opens).length;
  const isShort = first.script === 'latin' ? letters.length <= shortLatin : syllables === 1;
  const refuses = banned.action === 'refuse' || node.entry === undefined;
  if (!refuses) return;
  node.entry = { banned, whole: isShort, digits: letters.every(({ sign }) => sign) };
}

function findFrom(root: Node, letters: readonly Letter[], from: number): BannedWord | undefined {
  if (letters[from]?.opens !== true) return undefined;
  let node = root;
  let held: BannedWord | undefined;
  for (let at = from; at < letters.length; at += 1) {
    const key = letters[at]?.key ?? '';
    const child = node.next.get(key);
    if (child === undefined) {
      if (at > from && isDrawnOut(letters, at)) continue;
      return held;
    }
    node = child;
    const { entry } = node;
    if (entry === undefined || !fits(entry, letters, from, at)) continue;
    if (entry.banned.action === 'refuse') return entry.banned;
    held ??= entry.banned;
  }
  return held;
}

/** Whether this letter only draws out the one before it. */
function isDrawnOut(letters: readonly Letter[], at: number): boolean {
  const key = letters[at]?.key;
  if (letters[at - 1]?.key !== key) return false;
  let first = at;
  while (letters[first - 1]?.key === key) first -= 1;
  let last = at;
  while (letters[last + 1]?.key === key) last += 1;
  return last - first + 1 >= drawnOut;
}

function fits(entry: Entry, letters: readonly Letter[], from: number, to: number): boolean {
  const [first, last] = [letters[from], letters[to]];
  if (first === undefined || last === undefined || !last.closes) return false;
  const crosses = first.word !== last.word;
  const startsWord = letters[from - 1]?.word !== first.word;
  const endsWord = letters[to + 1]?.word !== last.word;
  if (crosses && !(startsWord && endsWord)) return false;
  if (entry.whole && !crosses) {
    const edgeBefore = startsWord || first.apart || letters[from - 1]?.script !== first.script;
    const after = letters[to + 1];
    const edgeAfter = endsWord || after?.apart === true || after?.script !== last.script;
    if (!edgeBefore || !edgeAfter) return false;
  }
  const signs = letters.slice(from, to + 1).every(({ sign }) => sign);
  return signs === entry.digits;
}
