import { z } from 'zod';

/*
 * Codecs between what REST shows (a codec's input) and what the services speak (its output).
 * Requests are decoded with them and answers encoded, so handlers see the services' values only.
 */

/** A string enum as ts-proto writes it: `{ PAID: 'ORDER_STATUS_PAID', ... }`. */
type ProtoEnum = Readonly<Record<string, string>>;

/**
 * A service's enum in lower snake case: `AWAITING_PAYMENT` is `awaiting_payment`. `only` narrows it
 * to some members. UNSPECIFIED and values that this build doesn't know can't be encoded.
 */
export function enumCodec<const Enum extends ProtoEnum>(
  protoEnum: Enum,
  only?: readonly (keyof Enum)[],
) {
  const { values, names } = tables(protoEnum, only);
  return z.codec(z.enum([...values.keys()]), z.enum(protoEnum), {
    decode: (name, payload) => values.get(name) ?? refuse(payload, 'is not one of the names'),
    encode: (value, payload) => names.get(value) ?? refuse(payload, 'has no name in REST'),
  });
}

/** Like {@link enumCodec}, where UNSPECIFIED is null. */
export function enumOrNull<const Enum extends ProtoEnum>(protoEnum: Enum) {
  const { values, names, unspecified } = tables(protoEnum);
  return z.codec(z.enum([...values.keys()]).nullable(), z.enum(protoEnum), {
    decode: (name, payload) =>
      (name === null ? unspecified : values.get(name)) ??
      refuse(payload, 'is not one of the names'),
    encode: (value, payload) =>
      value === unspecified ? null : (names.get(value) ?? refuse(payload, 'has no name in REST')),
  });
}

/** A time: ISO 8601 in UTC with milliseconds. The services' type allows its absence, REST doesn't. */
export const timestamp = z.codec(z.iso.datetime({ offset: true }), z.date().optional(), {
  decode: (text) => new Date(text),
  encode: (date, payload) => date?.toISOString() ?? refuse(payload, 'is absent'),
});

/** A time that may not have come yet. */
export const timestampOrNull = z.codec(
  z.iso.datetime({ offset: true }).nullable(),
  z.date().optional(),
  {
    decode: (text) => (text === null ? undefined : new Date(text)),
    encode: (date) => date?.toISOString() ?? null,
  },
);

/** A text that the services leave empty and REST leaves null. */
export const textOrNull = z.codec(z.string().nullable(), z.string(), {
  decode: (text) => text ?? '',
  encode: (text) => (text === '' ? null : text),
});

/** A message that the services' type allows to be absent, and REST doesn't. */
export function present<Schema extends z.ZodType>(schema: Schema) {
  return z.codec(schema, z.custom<z.output<Schema>>().optional(), {
    decode: (value) => value,
    encode: (value, payload) => value ?? refuse(payload, 'is absent'),
  });
}

/** A message that may be absent. */
export function presentOrNull<Schema extends z.ZodType>(schema: Schema) {
  return z.codec(schema.nullable(), z.custom<z.output<Schema>>().optional(), {
    decode: (value) => value ?? undefined,
    encode: (value) => value ?? null,
  });
}

/** JSON that the services carry as text, whatever its shape. Text that isn't JSON is shown as it is. */
export const jsonText = z.codec(z.unknown(), z.string(), {
  decode: (value) => JSON.stringify(value),
  encode: (text) => {
    try {
      return JSON.parse(text);
    } catch {
      return text;
    }
  },
});

function tables<const Enum extends ProtoEnum>(protoEnum: Enum, only?: readonly (keyof Enum)[]) {
  const values = new Map<string, Enum[keyof Enum]>();
  const names = new Map<string, string>();
  let unspecified: Enum[keyof Enum] | undefined;
  for (const member of keysOf(protoEnum)) {
    const value = protoEnum[member];
    if (value === undefined || member === 'UNRECOGNIZED') continue;
    if (member === 'UNSPECIFIED') unspecified = value;
    else if (only?.includes(member) ?? true) {
      values.set(member.toLowerCase(), value);
      names.set(value, member.toLowerCase());
    }
  }
  return { values, names, unspecified };
}

function* keysOf<T extends object>(object: T): Generator<keyof T & string> {
  for (const key in object) yield key;
}

function refuse(payload: z.core.ParsePayload, message: string): never {
  payload.issues.push({ code: 'custom', input: payload.value, message });
  return z.NEVER;
}
