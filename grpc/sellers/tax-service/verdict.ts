/** What the Tax Service says of a business. */
export const verdicts = ['valid', 'mismatch', 'dormant', 'closed', 'unregistered'] as const;

/** One of {@link verdicts}. */
export type Verdict = (typeof verdicts)[number];

/** What it says of the state of a business: nothing where it can't be read. */
export type BusinessState = 'active' | 'dormant' | 'closed' | 'unregistered';

/**
 * What both answers mean together; undefined while they don't tell. A closed business still
 * matches its description, so the state comes first.
 */
export function verdictOf(
  state: BusinessState | undefined,
  matches: boolean | undefined,
): Verdict | undefined {
  if (state !== 'active') return state;
  if (matches === undefined) return undefined;
  return matches ? 'valid' : 'mismatch';
}
