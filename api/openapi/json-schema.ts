import { z } from 'zod';
import type { JsonSchema } from './types.ts';

const refPrefix = '#/components/schemas/';

/**
 * Schemas as the wire carries them: a codec's input. That holds for answers as well, since they are
 * encoded, from a codec's output to its input.
 */
const options = {
  io: 'input',
  target: 'draft-2020-12',
  override: ({ jsonSchema }: { jsonSchema: JsonSchema }) => {
    // The format says it; the patterns run to hundreds of characters.
    if (jsonSchema.format === 'date-time' || jsonSchema.format === 'email') {
      delete jsonSchema.pattern;
    }
    if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  },
} as const;

/** Every schema that has an id, by that id, referring to one another. */
export function componentSchemas(): Record<string, JsonSchema> {
  const { schemas } = z.toJSONSchema(z.globalRegistry, {
    ...options,
    uri: (id) => `${refPrefix}${id}`,
  });
  return Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, bare(schema)]));
}

/** A reference to a schema that has an id. Bodies all have one, so that clients can name their types. */
export function refTo(schema: z.ZodType): JsonSchema {
  const id = z.globalRegistry.get(schema)?.id;
  if (id === undefined) throw new Error('a body’s schema needs an id to be documented');
  return { $ref: `${refPrefix}${id}` };
}

/** A small schema written out where it is used. */
export function inlineSchema(schema: z.ZodType): JsonSchema {
  return bare(z.toJSONSchema(schema, options));
}

/** Without the keywords that only stand-alone schemas carry. */
function bare(schema: JsonSchema): JsonSchema {
  const { $schema, $id, id, ...rest } = schema;
  return rest;
}
