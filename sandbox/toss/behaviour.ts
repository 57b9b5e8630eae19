import { z } from 'zod';

/**
 * How the stand-in treats a call, chosen when the payment is made:
 * - `approve`
 * - `decline:CODE`: refuses with that code of Toss'
 * - `timeout`: does it and never answers, however often it is asked
 * - `lost`: does nothing and never answers, however often it is asked
 * - `error-500-then-approve`: the first call fails with 500 and does nothing
 * - `slow:MS`: does it, and answers, after so many milliseconds
 */
export const behaviour = z
  .string()
  .regex(/^(approve|timeout|lost|error-500-then-approve|slow:\d{1,6}|decline:[A-Z0-9_]{1,60})$/);

/** What a behaviour means, step by step. */
export interface Plan {
  /** The request never arrives. */
  readonly lost: boolean;
  /** The first call fails with HTTP 500. */
  readonly failsFirst: boolean;
  /** Milliseconds that the work takes. */
  readonly delayMs: number;
  /** The code of Toss' that it is refused with. */
  readonly declineCode: string | undefined;
  /** The answer never leaves. */
  readonly silent: boolean;
}

/** Reads a {@link behaviour}. */
export function planOf(text: string): Plan {
  const [word = '', detail = ''] = text.split(':');
  return {
    lost: word === 'lost',
    failsFirst: word === 'error-500-then-approve',
    delayMs: word === 'slow' ? Number(detail) : 0,
    declineCode: word === 'decline' ? detail : undefined,
    silent: word === 'timeout',
  };
}
