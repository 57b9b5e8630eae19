import { isIPv4, isIPv6 } from 'node:net';

/** From where someone uses us, as the edge saw it. Either may be empty. */
export interface ClientInfo {
  readonly address: string;
  readonly userAgent: string;
}

/**
 * An address as its owner is shown it: enough to tell home from abroad, too little to be personal.
 * `203.0.113.7` is `203.0.113.*`, an IPv6 address keeps its first three groups (a /48, one site).
 */
export function maskAddress(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  if (isIPv4(plain)) return plain.replace(/\.\d+$/, '.*');
  if (!isIPv6(plain)) return '';
  const [head = ''] = plain.split('%');
  const groups = head.includes('::') ? (head.split('::')[0] ?? '').split(':') : head.split(':');
  const site = [0, 1, 2].map((i) => groups[i] || '0');
  return `${site.join(':')}:*`;
}
