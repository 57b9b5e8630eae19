import type { z } from 'zod';
import { InvalidArgument } from '../../common/errors/index.ts';

/**
 * Reads what a client sent.
 * @throws InvalidArgument with what is wrong by field; the message as a whole is the field ''
 */
export function parse<T>(schema: z.ZodType<T>, message: unknown): T {
  const parsed = schema.safeParse(message);
  if (parsed.success) return parsed.data;
  const details: Record<string, string> = {};
  for (const issue of parsed.error.issues) details[issue.path.join('.')] ??= issue.message;
  throw new InvalidArgument('the message is not valid', details);
}
