import { z } from 'zod';

/**
 * Translates between the generated enums (`OrderStatus.PAID`) and the words that the domains and
 * the database use (`paid`).
 */
export interface EnumCodec<Enum extends string, Word extends string> {
  toProto(word: Word): Enum;
  /** Undefined for UNSPECIFIED and for values that this build does not know. */
  fromProto(value: Enum): Word | undefined;
}

/**
 * Reads the filter of a list request: UNSPECIFIED means all, which is undefined; a value that this
 * build does not know is refused, for it would mean all otherwise.
 */
export function wordFilter<Enum extends string, Word extends string>(
  values: Readonly<Record<string, Enum>>,
  codec: EnumCodec<Enum, Word>,
) {
  return z.enum(values).transform((value, context): Word | undefined => {
    const word = codec.fromProto(value);
    if (word === undefined && value !== values.UNSPECIFIED) context.addIssue('is not known here');
    return word;
  });
}

/** A codec for a generated enum object and the words of it that are stored. */
export function createEnumCodec<Enum extends string, Word extends string>(
  values: Readonly<Record<string, Enum>>,
  words: readonly Word[],
): EnumCodec<Enum, Word> {
  const byWord = new Map<Word, Enum>();
  const byValue = new Map<Enum, Word>();
  for (const word of words) {
    const value = values[word.toUpperCase()];
    if (value === undefined) throw new Error(`the generated enum lacks ${word}`);
    byWord.set(word, value);
    byValue.set(value, word);
  }
  return {
    toProto(word) {
      const value = byWord.get(word);
      if (value === undefined) throw new Error(`${word} is not in the generated enum`);
      return value;
    },
    fromProto: (value) => byValue.get(value),
  };
}
