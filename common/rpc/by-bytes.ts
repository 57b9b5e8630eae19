/** Bytes that a message of many may have; a larger one travels alone. */
const maxBytes = 1024 * 1024;

/** Cuts items, in order, into messages that no transport finds too large. */
export function byBytes<Item>(items: readonly Item[], bytesOf: (item: Item) => number): Item[][] {
  const parts: Item[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const item of items) {
    const own = bytesOf(item);
    if (bytes + own > maxBytes) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)?.push(item);
    bytes += own;
  }
  return parts;
}
