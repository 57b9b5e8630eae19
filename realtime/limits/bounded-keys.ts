/** Keys told apart at a time. Those who come when there are as many share the rest among them. */
const maxKeys = 100_000;
const sharedKeys = 1_024;

/**
 * Keeps the memory of counters bounded, however many addresses an attacker has: past a number of
 * keys in one period, new ones are counted together with others. A key is told apart for a period
 * from when it was first seen.
 */
export function createBoundedKeys(
  periodMs: number,
  most = maxKeys,
  now: () => number = () => performance.now(),
): (key: string) => string {
  let current = new Set<string>();
  let before = new Set<string>();
  let since = now();
  return (key) => {
    if (now() - since >= periodMs) {
      before = current;
      current = new Set();
      since = now();
    }
    if (current.has(key)) return key;
    if (current.size >= most / 2 && !before.has(key)) return `shared-${hash(key) % sharedKeys}`;
    current.add(key);
    return key;
  };
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) {
    value = Math.imul(value ^ text.charCodeAt(i), 0x01000193) >>> 0;
  }
  return value;
}
