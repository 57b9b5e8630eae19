import { z } from 'zod';
import { type IdPrefix, idLength } from '../../common/ids.ts';

/** A client's own id of what it sends: 1 to 64 visible ASCII characters. Sent twice, done once. */
export const clientId = z
  .string()
  .regex(/^[\x21-\x7e]{1,64}$/, 'must be 1 to 64 visible ASCII characters');

/** An id of ours, by its prefix. */
export const idOf = (prefix: IdPrefix) =>
  z
    .string()
    .length(idLength)
    .regex(new RegExp(`^${prefix}_[0-9A-HJKMNP-TV-Z]+$`), `must be an id like ${prefix}_...`);
