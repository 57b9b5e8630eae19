import { z } from 'zod';

/**
 * How the stand-in treats someone:
 * - `none`
 * - `token-down`: codes are answered with HTTP 500, and stay good
 * - `me-down`: the profile is answered with HTTP 503
 * - `me-down-once`: the same, once
 * - `silent`: nothing is ever answered
 * - `scope-missing`, `under-14`, `not-linked`: Kakao's own refusals of the profile
 * - `unlink-down`: ending the link is answered with HTTP 500
 */
export const kakaoFailure = z.enum([
  'none',
  'token-down',
  'me-down',
  'me-down-once',
  'silent',
  'scope-missing',
  'under-14',
  'not-linked',
  'unlink-down',
]);

/** What a test or a developer says of someone. */
export const kakaoPerson = z.object({
  nickname: z.string().optional(),
  email: z.string().optional(),
  emailVerified: z.boolean().default(true),
  failure: kakaoFailure.default('none'),
});

/** Someone with a Kakao account. */
export interface KakaoPerson extends z.output<typeof kakaoPerson> {
  /** Whether they are linked to the app. */
  readonly linked: boolean;
  /** How often the app ended the link by its admin key. */
  readonly unlinks: number;
}

/** A code that was given out. */
export interface KakaoCode {
  readonly personId: string;
  readonly redirectUri: string;
  used: boolean;
}

/** Who there is and what was given out; forgotten when the process ends. */
export interface KakaoBooks {
  readonly codes: Map<string, KakaoCode>;
  /** Person ids by access token. */
  readonly tokens: Map<string, string>;
  person(id: string): KakaoPerson;
  change(id: string, what: Partial<KakaoPerson>): KakaoPerson;
}

/** Whoever is asked for exists. */
export function openKakaoBooks(): KakaoBooks {
  const people = new Map<string, KakaoPerson>();
  const person = (id: string): KakaoPerson =>
    people.get(id) ?? {
      nickname: `카카오${id}`,
      email: `kakao${id}@example.com`,
      ...{ emailVerified: true, failure: 'none', linked: false, unlinks: 0 },
    };
  return {
    codes: new Map(),
    tokens: new Map(),
    person,
    change(id, what) {
      const changed = { ...person(id), ...what };
      people.set(id, changed);
      return changed;
    },
  };
}
