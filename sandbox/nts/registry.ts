import { z } from 'zod';

/**
 * How the stand-in treats a business:
 * - `active`, `dormant`, `closed`: registered, in that state
 * - `unregistered`
 * - `mismatch`: active, but never as described
 * - `error-500`: every call that names it fails
 * - `malformed`: every call that names it is refused as unreadable
 * - `garbled`: every call that names it is answered by what is no answer
 * - `silent`: calls that name it are never answered
 * - `slow:MS`: active, and calls that name it take so many milliseconds
 */
export const behaviour = z
  .string()
  .regex(
    /^(active|dormant|closed|unregistered|mismatch|error-500|malformed|garbled|silent|slow:\d{1,6})$/,
  );

export const businessSchema = z.object({
  b_no: z.string().regex(/^\d{10}$/),
  /** When it was opened, as 20240302; any day matches where it is not told. */
  start_dt: z.string().optional(),
  /** Its representative; anyone matches where it is not told. */
  p_nm: z.string().optional(),
  behaviour: behaviour.default('active'),
});

/** A business that the stand-in knows. */
export type Business = z.output<typeof businessSchema>;

/** The Tax Service's records. A business that was never told of is active, and as described. */
export interface Registry {
  find(number: string): Business;
  put(business: Business): void;
  /** Calls so far that named the business, by call. */
  callsOf(number: string): { readonly status: number; readonly validate: number };
  count(call: 'status' | 'validate', numbers: readonly string[]): void;
}

/** Records that live as long as the process. */
export function createRegistry(): Registry {
  const businesses = new Map<string, Business>();
  const calls = new Map<string, { status: number; validate: number }>();
  const callsOf = (number: string) => calls.get(number) ?? { status: 0, validate: 0 };
  return {
    find: (number) => businesses.get(number) ?? { b_no: number, behaviour: 'active' },
    put: (business) => void businesses.set(business.b_no, business),
    callsOf,
    count(call, numbers) {
      for (const number of numbers) {
        const before = callsOf(number);
        calls.set(number, { ...before, [call]: before[call] + 1 });
      }
    },
  };
}
