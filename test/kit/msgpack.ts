/** Bytes that stand in a message as they are. */
export class Packed {
  readonly bytes: Uint8Array;

  constructor(bytes: readonly number[] | Uint8Array) {
    this.bytes = Uint8Array.from(bytes);
  }
}

/**
 * Packs a value as MessagePack, with lengths and numbers in their widest form, which libraries read
 * and seldom write. What has no form of its own (a symbol, a function) is nil.
 */
export function pack(value: unknown): Buffer {
  if (value instanceof Packed) return Buffer.from(value.bytes);
  if (value === undefined) return Buffer.from([0xd4, 0, 0]);
  if (typeof value === 'boolean') return Buffer.from([value ? 0xc3 : 0xc2]);
  if (typeof value === 'number') return packNumber(value);
  if (typeof value === 'bigint') {
    const bytes = Buffer.alloc(9, 0xd3);
    bytes.writeBigInt64BE(BigInt.asIntN(64, value), 1);
    return bytes;
  }
  if (typeof value === 'string') return withLength(0xdb, Buffer.byteLength(value), [value]);
  if (typeof value !== 'object' || value === null) return Buffer.from([0xc0]);
  return packObject(value);
}

function packObject(value: object): Buffer {
  if (value instanceof Uint8Array) return withLength(0xc6, value.byteLength, [value]);
  if (value instanceof Date) {
    const seconds = Buffer.alloc(4);
    seconds.writeUInt32BE(Math.floor(value.getTime() / 1_000) >>> 0);
    return Buffer.concat([Buffer.from([0xd6, 0xff]), seconds]);
  }
  // A hole in a list is nothing, as it is where a list is read.
  if (Array.isArray(value)) return withLength(0xdd, value.length, Array.from(value, pack));
  const entries: [unknown, unknown][] =
    value instanceof Map ? [...value.entries()] : Object.entries(value);
  return withLength(
    0xdf,
    entries.length,
    entries.flatMap((entry) => entry.map(pack)),
  );
}

function packNumber(value: number): Buffer {
  if (Number.isInteger(value) && !Object.is(value, -0) && Math.abs(value) < 2 ** 31) {
    const bytes = Buffer.alloc(5, 0xd2);
    bytes.writeInt32BE(value, 1);
    return bytes;
  }
  const bytes = Buffer.alloc(9, 0xcb);
  bytes.writeDoubleBE(value, 1);
  return bytes;
}

/** A head with a length of 32 bits, and what follows. */
function withLength(head: number, length: number, parts: readonly (string | Uint8Array)[]): Buffer {
  const bytes = Buffer.alloc(5, head);
  bytes.writeUInt32BE(length, 1);
  return Buffer.concat([bytes, ...parts.map((part) => Buffer.from(part))]);
}
