import { createFuzz, type Fuzz } from '../kit/fuzz.ts';
import { Packed, pack } from '../kit/msgpack.ts';

/** What a room may be told by one message of a client: a frame of the framework's protocol. */
export interface FuzzedFrames {
  /** A request under an id that is answered once, whatever comes behind the id. */
  request(id: number): Buffer;
  /** A message that asks for no answer, and can be read. */
  message(): Buffer;
  /** Anything: the room may close the connection for it. */
  anything(): Buffer;
}

const roomData = 13;
const roomDataBytes = 17;
const roomRequest = 21;

/** Every type that rooms know, twice as often as what they don't. */
const known = ['chat', 'order', 'heart', 'vote', 'ask', 'upvote', 'clock'];
const types = [...known, ...known, 'nothing', '*', '__proto__', 'constructor', '', '한'.repeat(9)];

/** Forms of MessagePack that stand where something else is expected, or are no message at all. */
const edges: readonly (readonly number[])[] = [
  [0xc1], // never used
  [0xc0],
  [0xca, 0x7f, 0xc0, 0, 0], // NaN of 32 bits
  [0xcf, ...Array(8).fill(0xff)], // the largest integer
  [0xd3, 0x80, ...Array(7).fill(0)], // the smallest
  [0xa2, 0xff, 0xfe], // text that is no UTF-8
  [0xa3, 0xed, 0xa0, 0x80], // half a character
  [0xd9, 0xff], // text, bytes, lists, maps and extensions of which nothing came
  [0xdb, 0xff, 0xff, 0xff, 0xff],
  [0xc6, 0xff, 0xff, 0xff, 0xff],
  [0xdd, 0xff, 0xff, 0xff, 0xff],
  [0xdd, 0x01, 0xff, 0xff, 0xff],
  [0xdf, 0xff, 0xff, 0xff, 0xff],
  [0xc9, 0xff, 0xff, 0xff, 0xff, 1],
  Array(8_000).fill(0x91), // lists in lists
  Array(8_000).fill(0x81), // maps in maps
  [0x81, 0x90, 0x90], // a list as a key
  [0x81, 0x80, 0xc0], // a map as a key
  [0x82, 0xa2, 0x69, 0x64, 1, 0xa2, 0x69, 0x64, 2], // a key twice
  [0x81, 0xa9, ...Buffer.from('__proto__'), 0x81, 0xa2, ...Buffer.from('id'), 1],
  [0xd4, 0x72, 0x40, 0x92, 0xa1, 0x61, 0xa1, 0x62, 1, 2], // msgpackr's records
  [0xd4, 0x72, 0x40, 0x07],
  [0xd5, 0x72, 0, 0, 0x91, 0xa9, ...Buffer.from('__proto__'), 1],
  [0xd6, 0x69, 0, 0, 0, 1, 0x91, 0xd6, 0x70, 0, 0, 0, 1], // a list that holds itself
  [0xd6, 0x69, 0, 0, 0, 1, 0x81, 0xa1, 0x61, 0xd6, 0x70, 0, 0, 0, 1], // a map that does
  [0xd6, 0x70, 0, 0, 0, 9], // a reference to nothing
  [0xd4, 0x78, 0, 0x92, 0xa1, 0x28, 0xa0], // an expression that is none
  [0xd4, 0x78, 0, 0x92, 0xa6, ...Buffer.from('(a+)+$'), 0xa0],
  [0xd4, 0x73, 0, 0x91, 1], // a set
  [0xd4, 0x65, 0, 0x92, 0xa5, ...Buffer.from('Error'), 0xa1, 0x78], // an error
  [0xc7, 3, 0x74, 6, 1, 2], // numbers of 32 bits in two bytes
  [0xc7, 16, 0x42, ...Array(16).fill(0xff)], // a large number
  [0xc7, 4, 0x62, 0xff, 0xff, 0xff, 0xf0], // strings to be found before the message
  [0xc7, 4, 0x62, 0, 0, 0, 8, 0xa1, 0x61, 0xa1, 0x62, 0x91, 1],
  [0xd7, 0xff, ...Array(8).fill(0xff)], // a time that is none
  [0xd4, 0x55, 0], // an extension that nobody knows
];

/** Where the framework expects the number of a request, in its own form of numbers. */
const wrongIds: readonly (readonly number[])[] = [
  [],
  [0xcb, 0, 0, 0, 0, 0, 0, 0xf8, 0x7f], // NaN
  [0xca, 0, 0, 0x80, 0xff], // less than any number
  [0xd0, 0xff],
  [0xd3, ...Array(8).fill(0xff)],
  [0xcf, ...Array(8).fill(0xff)],
  [0xce, 1],
  [0xa4, 0x63, 0x68, 0x61, 0x74],
  [0xc0],
  [0xdf],
];

/** The same frames for the same seed. */
export function createFuzzedFrames(seed: number): FuzzedFrames {
  const fuzz = createFuzz(seed);

  const header = (code: number, ...rest: readonly Uint8Array[]) =>
    Buffer.concat([Buffer.from([code]), ...rest]);

  /** The framework's form of a text. */
  function typeName(): Buffer {
    const name = Buffer.from(fuzz.pick(types));
    return Buffer.concat([
      Buffer.from(name.length < 32 ? [0xa0 | name.length] : [0xd9, name.length]),
      name,
    ]);
  }

  const wellFormed = () => packWithin(fuzz.message());

  /** What is in a message, in which now and then stands an edge, or a byte is another. */
  function payload(): Buffer {
    const kind = fuzz.int(8);
    if (kind === 0) return Buffer.alloc(0);
    if (kind === 1) return Buffer.from(fuzz.pick(edges));
    if (kind === 2) return packWithin(withEdge(fuzz));
    if (kind === 3) return mangled(fuzz, wellFormed());
    return wellFormed();
  }

  return {
    request(id) {
      const number = Buffer.alloc(5, 0xce);
      number.writeUInt32LE(id, 1);
      return header(roomRequest, number, typeName(), payload());
    },
    message() {
      const packed = pack(fuzz.message());
      return header(roomData, typeName(), packed.length < maxPayload ? packed : Buffer.alloc(0));
    },
    anything() {
      const kind = fuzz.int(5);
      if (kind === 0) return Buffer.from(fuzz.bytes(1 + fuzz.int(200)));
      if (kind === 1) return header(roomData, typeName(), payload());
      if (kind === 2) return header(roomDataBytes, typeName(), fuzz.bytes(fuzz.int(200)));
      if (kind === 3) {
        const id = Buffer.from(fuzz.pick(wrongIds));
        return header(roomRequest, id, typeName(), payload());
      }
      return mangled(fuzz, header(roomRequest, Buffer.from([7]), typeName(), payload()));
    },
  };
}

/** Larger ones have a rule of their own, and end the connection before anything is read. */
const maxPayload = 16_000;

function packWithin(message: unknown): Buffer {
  return pack(message).subarray(0, maxPayload);
}

function withEdge(fuzz: Fuzz): unknown {
  const message = fuzz.message();
  if (typeof message !== 'object' || message === null || message instanceof Date) return message;
  const name = fuzz.pick([
    'id',
    'text',
    'kind',
    'lines',
    'count',
    'pollId',
    'choices',
    'questionId',
  ]);
  Reflect.set(message, name, new Packed(fuzz.pick(edges)));
  return message;
}

function mangled(fuzz: Fuzz, bytes: Buffer): Buffer {
  const made = Buffer.from(bytes);
  for (let times = 1 + fuzz.int(3); times > 0 && made.length > 0; times -= 1) {
    made[fuzz.int(made.length)] = fuzz.int(256);
  }
  return fuzz.int(2) === 0 ? made.subarray(0, fuzz.int(made.length + 1)) : made;
}
