import type { z } from 'zod';
import { InvalidArgument } from '../../common/errors/index.ts';

/**
 * Reads what a client sent.
 * @throws InvalidArgument with what is wrong by field; the message as a whole is the field ''
 */
export function parse<T>(schema: z.ZodType<T>, message: unknown): T {
  const parsed = attempt(schema, message);
  if (parsed.success) return parsed.data;
  const details: Record<string, string> = {};
  for (const issue of parsed.error.issues) details[issue.path.join('.')] ??= issue.message;
  throw new InvalidArgument('the message is not valid', details);
}

/**
 * Checks of length and form run on whatever has a `length`, and may throw on what is no text; a
 * client that sends such a thing is no failure of ours.
 */
function attempt<T>(schema: z.ZodType<T>, message: unknown): z.ZodSafeParseResult<T> {
  try {
    return schema.safeParse(message);
  } catch {
    throw new InvalidArgument('the message is not valid', { '': 'not a message' });
  }
}
