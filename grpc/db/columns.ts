/** Text that is compared byte by byte: ids, codes, states. */
export function shortText(length: number) {
  return { type: 'varchar', length, charset: 'ascii', collation: 'ascii_bin' } as const;
}

/** An id of ours; see common/ids.ts. */
export function idText() {
  return shortText(30);
}

/** Text that people wrote. */
export function humanText(length: number) {
  return { type: 'varchar', length } as const;
}

/** Epoch milliseconds. */
export function time() {
  return { type: 'bigint' } as const;
}

/** A whole number: won, points, units, versions. */
export function whole() {
  return { type: 'bigint' } as const;
}

/** The same column, where null means that it is not known or not there. */
export function nullable<Options extends object>(options: Options) {
  return { ...options, nullable: true } as const;
}
