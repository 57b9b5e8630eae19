import { z } from 'zod';
import type { ErrorCode } from '../../common/errors/index.ts';
import type { IdPrefix } from '../../common/ids.ts';
import { maxAmount } from '../../common/money.ts';

/** An identifier with its prefix; one of another kind is refused here already. */
export function id(prefix: IdPrefix) {
  return z
    .string()
    .regex(
      new RegExp(`^${prefix}_[0-9A-HJKMNP-TV-Z]{26}$`),
      `must be an id that begins ${prefix}_`,
    );
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it refuses
const controls = /[\u0000-\u0009\u000b-\u001f\u007f]/;

/** Text that people wrote: trimmed, then between these lengths; line breaks may stay. */
export function text(min: number, max: number) {
  return z
    .string()
    .trim()
    .min(min)
    .max(max)
    .refine(
      (value) => value.isWellFormed() && !controls.test(value),
      'must not hold control characters',
    );
}

/** Won or points to move: 1 to {@link maxAmount}. */
export const amount = z.int().min(1).max(maxAmount);

/** A counter in an answer. */
export const count = z.int().min(0);

/** A version to edit, as the editor read it. */
export const version = z.int().min(1);

/** Query parameters of every list. */
export const pageQuery = {
  pageSize: z.coerce.number().int().min(1).max(100).default(20),
  pageToken: z.string().min(1).max(500).optional(),
};

/** One page of a list. `nextPageToken` is null on the last one. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), nextPageToken: z.string().nullable() });
}

/** Path parameters that are all identifiers, e.g. `{ orderId: 'ord' }`. */
export function idParams<const Prefixes extends Readonly<Record<string, IdPrefix>>>(
  prefixes: Prefixes,
): z.ZodObject<{ [Name in keyof Prefixes]: ReturnType<typeof id> }>;
export function idParams(prefixes: Readonly<Record<string, IdPrefix>>) {
  return z.object(
    Object.fromEntries(Object.entries(prefixes).map(([name, prefix]) => [name, id(prefix)])),
  );
}

/** What proves that it is the account's owner who asks for something grave. */
export const ownPassword = z
  .string()
  .max(1_024)
  .default('')
  .describe('The password. Left out by an account without one, whose owner has just logged in.');

/** With what an endpoint refuses someone who gives no such proof. */
export const unconfirmed = [
  'BAD_CREDENTIALS',
  'REAUTHENTICATION_REQUIRED',
  'RATE_LIMITED',
] as const satisfies readonly ErrorCode[];
