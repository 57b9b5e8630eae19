import { z } from 'zod';

/**
 * How the stand-in treats someone:
 * - `none`
 * - `token-down`: codes are answered with HTTP 503, and stay good
 * - `me-down`: the profile is answered with HTTP 503
 * - `busy`: the profile is answered with HTTP 429
 * - `silent`: nothing is ever answered
 * - `forbidden`: the profile is refused with HTTP 403
 */
const xFailure = z.enum(['none', 'token-down', 'me-down', 'busy', 'silent', 'forbidden']);

/** What a test or a developer says of someone. */
export const xPerson = z.object({
  name: z.string().default(''),
  confirmedEmail: z.string().optional(),
  failure: xFailure.default('none'),
});

/** Someone with an account of X. */
export type XPerson = z.output<typeof xPerson>;

/** A code that was given out. */
export interface XCode {
  readonly personId: string;
  readonly redirectUri: string;
  readonly codeChallenge: string;
  readonly scope: string;
  used: boolean;
}

/** A token that was given out. */
export interface XToken {
  readonly personId: string;
  readonly scope: string;
}

/** Who there is and what was given out; forgotten when the process ends. */
export interface XBooks {
  readonly codes: Map<string, XCode>;
  readonly tokens: Map<string, XToken>;
  person(id: string): XPerson;
  change(id: string, person: XPerson): void;
  /** Tokens of someone that still work. */
  tokensOf(personId: string): number;
}

/** Whoever is asked for exists. */
export function openXBooks(): XBooks {
  const people = new Map<string, XPerson>();
  const tokens = new Map<string, XToken>();
  return {
    codes: new Map(),
    tokens,
    person: (id) => people.get(id) ?? { name: `x${id}`, failure: 'none' },
    change(id, person) {
      people.set(id, person);
    },
    tokensOf: (personId) =>
      [...tokens.values()].filter((token) => token.personId === personId).length,
  };
}
