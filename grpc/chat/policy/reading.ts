import { type Letter, lettersOf } from './letters.ts';
import { gistOf } from './sameness.ts';

/** A text with what rules see in it, each worked out once and only when a rule asks. */
export interface Reading {
  readonly text: string;
  readonly letters: () => readonly Letter[];
  /** What repeats are compared by. */
  readonly gist: () => string;
}

export function readText(text: string): Reading {
  let letters: readonly Letter[] | undefined;
  let gist: string | undefined;
  const reading: Reading = {
    text,
    letters: () => {
      letters ??= lettersOf(text);
      return letters;
    },
    gist: () => {
      gist ??= gistOf(text, reading.letters());
      return gist;
    },
  };
  return reading;
}
