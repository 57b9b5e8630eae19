import { type Letter, lettersOf } from './letters.ts';
import { gistOf } from './sameness.ts';
import { unmask } from './unmask.ts';
import type { BannedWord, WordMatcher } from './word-matcher.ts';

/** A text with what rules see in it, each worked out once and only when a rule asks. */
export interface Reading {
  readonly text: string;
  readonly letters: () => readonly Letter[];
  /** The letters of what else the text may be taken for. */
  readonly unmasked: () => readonly (readonly Letter[])[];
  /** What repeats are compared by. */
  readonly gist: () => string;
}

export function readText(text: string): Reading {
  const letters = once(() => lettersOf(text));
  return {
    text,
    letters,
    unmasked: once(() => unmask(text).map(lettersOf)),
    gist: once(() => gistOf(text, letters())),
  };
}

/** A word of a list, however the text disguises it: one to refuse for, else one to hold for. */
export function findWord(words: WordMatcher, message: Reading): BannedWord | undefined {
  if (words.isEmpty) return undefined;
  let found = words.find(message.letters());
  if (found?.action === 'refuse') return found;
  for (const letters of message.unmasked()) {
    const another = words.find(letters);
    if (another?.action === 'refuse') return another;
    found ??= another;
  }
  return found;
}

function once<T>(work: () => T): () => T {
  let done: { readonly value: T } | undefined;
  return () => {
    done ??= { value: work() };
    return done.value;
  };
}
