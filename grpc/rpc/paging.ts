import { z } from 'zod';
import { InvalidArgument } from '../../common/errors/index.ts';

/** Page size of a request: 0 means 20, at most 100 (AIP-158). */
export const pageSize = z
  .number()
  .int()
  .min(0)
  .max(100)
  .transform((size) => (size === 0 ? 20 : size));

/**
 * Lists are paged by the id of their last row. Ids sort by creation, and a row that is added or
 * goes away meanwhile shifts nothing.
 */
export function encodePageToken(lastId: string): string {
  return Buffer.from(lastId, 'utf8').toString('base64url');
}

/**
 * The id that a page starts after; undefined for the first page.
 * @throws InvalidArgument for a token that we did not make
 */
export function decodePageToken(token: string): string | undefined {
  if (token === '') return undefined;
  const id = Buffer.from(token, 'base64url').toString('utf8');
  if (!/^[\w-]{1,64}$/.test(id)) throw new InvalidArgument('the page token is not ours');
  return id;
}

/** A page out of rows that were read with one row more than asked for. */
export function toPage<Row extends { readonly id: string }>(
  rows: readonly Row[],
  size: number,
): { rows: readonly Row[]; nextPageToken: string } {
  const page = rows.slice(0, size);
  const last = page.at(-1);
  const more = rows.length > size && last !== undefined;
  return { rows: page, nextPageToken: more ? encodePageToken(last.id) : '' };
}
