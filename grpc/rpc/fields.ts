import { z } from 'zod';
import { type IdPrefix, idLength } from '../../common/ids.ts';
import { maxAmount, type Points, toPoints, toWon, type Won } from '../../common/money.ts';

/** Schemas of the fields that requests share. Requests are parsed before anything else happens. */

/** Idempotency key: 1 to 64 visible ASCII characters. */
export const requestId = z
  .string()
  .regex(/^[\x21-\x7e]{1,64}$/, 'must be 1 to 64 visible characters');

/** An id of ours, by its prefix. A malformed one names nothing, so it reads as not found later. */
export const idOf = (prefix: IdPrefix) =>
  z
    .string()
    .length(idLength, `must be an id like ${prefix}_...`)
    .regex(new RegExp(`^${prefix}_[0-9A-HJKMNP-TV-Z]+$`), `must be an id like ${prefix}_...`);

/** An amount of won, 1 or more. */
export const won = z
  .number()
  .int()
  .min(1)
  .max(maxAmount)
  .transform((value): Won => toWon(value));

/** An amount of points, 1 or more. */
export const points = z
  .number()
  .int()
  .min(1)
  .max(maxAmount)
  .transform((value): Points => toPoints(value));

/** A number of units, 1 or more. */
export const units = z.number().int().min(1).max(maxAmount);

/** Text that people wrote: trimmed, and without control characters but line breaks. */
export const text = (min: number, max: number) =>
  z
    .string()
    .transform((value) => value.trim().normalize('NFC'))
    .pipe(
      z
        .string()
        .min(min)
        .max(max)
        // biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the point.
        .regex(/^[^\u0000-\u0009\u000b-\u001f\u007f]*$/, 'must not hold control characters'),
    );

/** A time that JavaScript can hold. */
export const timestamp = z.date().transform((date) => date.getTime());
