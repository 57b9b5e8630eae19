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
const consonants = /^[ㄱ-ㅎ]+$/;
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
      const layout = layOut(letters);
      let held: BannedWord | undefined;
      for (const [from, { opens }] of letters.entries()) {
        const found = opens ? findFrom(root, letters, layout, from) : undefined;
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
  const isShort =
    first.script === 'latin' ? letters.length <= shortLatin : syllablesOf(letters) === 1;
  const refuses = banned.action === 'refuse' || node.entry === undefined;
  if (!refuses) return;
  node.entry = { banned, whole: isShort, digits: letters.every(({ sign }) => sign) };
}

/** Characters, but for consonants that stand without a vowel: `ㅄ` is said like `ㅂㅅ`. */
function syllablesOf(letters: readonly Letter[]): number {
  let syllables = 0;
  let keys = '';
  for (const { key, closes } of letters) {
    keys += key;
    if (!closes) continue;
    syllables += consonants.test(keys) ? keys.length : 1;
    keys = '';
  }
  return syllables;
}

/** What is worked out of a text once, so that no step of a search looks back or ahead. */
interface Layout {
  /** Of each letter: the last one of its run, where that is long enough to be drawn out; else -1. */
  readonly drawnOutTo: Int32Array;
  /** Of each letter, and the end: how many signs there are before it. */
  readonly signsBefore: Int32Array;
}

function layOut(letters: readonly Letter[]): Layout {
  const drawnOutTo = new Int32Array(letters.length).fill(-1);
  const signsBefore = new Int32Array(letters.length + 1);
  let first = 0;
  letters.forEach(({ key, sign }, at) => {
    signsBefore[at + 1] = (signsBefore[at] ?? 0) + Number(sign);
    if (letters[at + 1]?.key === key) return;
    if (at - first + 1 >= drawnOut) drawnOutTo.fill(at, first, at + 1);
    first = at + 1;
  });
  return { drawnOutTo, signsBefore };
}

/**
 * Each step goes down the trie, or over the rest of a run that only draws out the letter before it,
 * of which there is one at most for each step down. So a text costs at most twice its characters
 * times the letters of the longest word.
 */
function findFrom(
  root: Node,
  letters: readonly Letter[],
  layout: Layout,
  from: number,
): BannedWord | undefined {
  let node = root;
  let held: BannedWord | undefined;
  let before = '';
  for (let at = from; at < letters.length; at += 1) {
    const key = letters[at]?.key ?? '';
    const child = node.next.get(key);
    if (child === undefined) {
      const end = layout.drawnOutTo[at] ?? -1;
      if (key !== before || end === -1) return held;
      at = end;
      continue;
    }
    node = child;
    before = key;
    const { entry } = node;
    if (entry === undefined || !fits(entry, letters, layout, from, at)) continue;
    if (entry.banned.action === 'refuse') return entry.banned;
    held ??= entry.banned;
  }
  return held;
}

function fits(
  entry: Entry,
  letters: readonly Letter[],
  { signsBefore }: Layout,
  from: number,
  to: number,
): boolean {
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
  const signs = (signsBefore[to + 1] ?? 0) - (signsBefore[from] ?? 0);
  return (signs === to + 1 - from) === entry.digits;
}
