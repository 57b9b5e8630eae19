/** Makes things up, the same things for the same seed. */
export interface Fuzz {
  /** From 0 up to and without `below`. */
  int(below: number): number;
  pick<T>(from: readonly T[]): T;
  /** What a client might say to a room: anything, or something nearly right for the type. */
  message(type?: string): unknown;
  bytes(length: number): Uint8Array;
}

const id = (prefix: string) => `${prefix}_${'A'.repeat(26)}`;

/** Names and values that requests know, so that some of what is made up goes a long way. */
const names = [
  ...['id', 'text', 'kind', 'lines', 'skuId', 'dealId', 'quantity', 'expectedUnitPrice'],
  ...['count', 'pollId', 'choices', 'questionId', '__proto__', 'constructor', 'length', ''],
];
const values: readonly unknown[] = [
  ...[
    'hello',
    '안녕',
    'notice',
    'normal',
    '',
    ' ',
    '\0',
    '\ud800',
    '😀'.repeat(200),
    'x'.repeat(5_000),
  ],
  ...['sku', 'dea', 'brc', 'pol', 'qst', 'usr'].map(id),
  ...[0, 1, -1, 0.5, 20, 999, 2 ** 31, 2 ** 53, -0, Number.NaN, Number.POSITIVE_INFINITY],
  ...[null, undefined, true, false, 10n, new Date(0), new Uint8Array(3), new Map([[1, 2]])],
];

/** Taken once: jest looks each global up in a context of its own, and these are needed millionfold. */
const { imul, floor } = Math;

export function createFuzz(seed: number): Fuzz {
  let state = seed >>> 0;

  /** Mulberry32. */
  function random(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = imul(t ^ (t >>> 15), t | 1);
    t ^= t + imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  const int = (below: number) => floor(random() * below);

  function pick<T>(from: readonly T[]): T {
    const item = from[int(from.length)];
    if (item === undefined && from.length === 0) throw new Error('nothing to pick from');
    return item as T;
  }

  function anything(depth: number): unknown {
    const kind = depth > 4 ? 0 : int(6);
    if (kind === 1) return Array.from({ length: int(4) }, () => anything(depth + 1));
    if (kind === 2) return record(depth);
    if (kind === 3) return text();
    return pick(values);
  }

  function record(depth: number): Record<string, unknown> {
    const made: Record<string, unknown> = Object.create(int(2) === 0 ? null : Object.prototype);
    for (let left = int(6); left > 0; left -= 1) {
      put(made, pick(names), anything(depth + 1));
    }
    return made;
  }

  const text = () => String.fromCodePoint(...Array.from({ length: int(8) }, () => int(0xd7ff)));

  const words = () => ({
    id: `c${int(1_000)}`,
    text: pick(['안녕하세요', ' 네 ', '😀'.repeat(200)]),
  });
  const line = () => ({
    skuId: id('sku'),
    quantity: 1 + int(3),
    ...(int(2) === 0 ? {} : { dealId: id('dea'), expectedUnitPrice: int(100_000) }),
  });
  /** Requests in good form, by type. */
  const forms: Readonly<Record<string, () => object>> = {
    chat: () => ({ ...words(), kind: pick(['normal', 'notice']) }),
    order: () => ({ id: `c${int(1_000)}`, lines: Array.from({ length: 1 + int(3) }, line) }),
    heart: () => ({ count: 1 + int(5) }),
    vote: () => ({ id: `c${int(1_000)}`, pollId: id('pol'), choices: [int(10), int(10)] }),
    ask: words,
    upvote: () => ({ questionId: id('qst') }),
  };
  const types = Object.keys(forms);

  /** A request in good form, in which more often than not one thing is not, at any depth. */
  function nearly(type: string): unknown {
    const made = forms[type]?.() ?? {};
    if (int(3) > 0) spoil(made);
    return made;
  }

  function spoil(made: object): void {
    const place = pick([
      ...Object.keys(made),
      Array.isArray(made) ? String(made.length) : pick(names),
    ]);
    const part: unknown = Object.getOwnPropertyDescriptor(made, place)?.value;
    if (typeof part === 'object' && part !== null && int(2) === 0) spoil(part);
    else if (int(4) === 0) Reflect.deleteProperty(made, place);
    else put(made, place, anything(1));
  }

  return {
    int,
    pick,
    message: (type = pick(types)) => (int(2) === 0 ? nearly(type) : anything(0)),
    bytes: (length) => Uint8Array.from({ length }, () => int(256)),
  };
}

/** As a field of its own, whatever its name: `__proto__` is none of the object's otherwise. */
function put(made: object, place: string, value: unknown): void {
  Object.defineProperty(made, place, {
    ...{ value, enumerable: true, configurable: true, writable: true },
  });
}
