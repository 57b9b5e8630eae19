import { randomFillSync, randomInt } from 'node:crypto';

/** Prefixes say what an id names, so that a wrong one is seen at a glance and refused at an edge. */
export type IdPrefix =
  | 'usr'
  | 'ses'
  | 'aud'
  | 'prd'
  | 'sku'
  | 'mov'
  | 'brc'
  | 'dea'
  | 'pol'
  | 'qst'
  | 'ord'
  | 'pay'
  | 'trf'
  | 'lot'
  | 'job'
  | 'req'
  | 'fol'
  | 'tkt'
  | 'lat'
  | 'lnk'
  | 'mal'
  | 'fil'
  | 'soc'
  | 'wrd'
  | 'san'
  | 'hld'
  | 'mod'
  | 'dek'
  | 'pdr'
  | 'sap';

/** Crockford's base 32: no I, L, O, U. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** Length of every id: prefix, underscore, 26 characters of ULID. */
export const idLength = 30;

let lastTimeMs = 0;
/** That time as ids say it: many are made within a millisecond. */
let timeText = '';
let sequence = 0;

/**
 * A new identifier, e.g. `ord_01K8...`: a ULID (48 bits of time, 80 bits that are random but grow
 * within a millisecond), so ids of one process sort by creation and insert at the end of an index.
 */
export function newId(prefix: IdPrefix): string {
  const now = Date.now();
  if (now > lastTimeMs) {
    lastTimeMs = now;
    timeText = encode(now, 10);
    sequence = randomInt(0, 2 ** 24);
  } else {
    sequence += 1;
  }
  return `${prefix}_${timeText}${encode(sequence, 6)}${randomText(10)}`;
}

/** Random characters of the same alphabet, 5 bits each. */
export function randomText(length: number): string {
  let text = '';
  for (let i = 0; i < length; i += 1) text += alphabet[randomByte() & 31];
  return text;
}

/** Bytes fetched at once: asking for a few costs nearly as much as asking for thousands. */
const randomPool = Buffer.alloc(4_096);
let randomUsed = randomPool.length;

/** A byte that was never used before. */
function randomByte(): number {
  if (randomUsed === randomPool.length) {
    randomFillSync(randomPool);
    randomUsed = 0;
  }
  const byte = randomPool.readUInt8(randomUsed);
  randomUsed += 1;
  return byte;
}

function encode(value: number, length: number): string {
  let rest = value;
  let text = '';
  for (let i = 0; i < length; i += 1) {
    text = alphabet[rest % 32] + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}
