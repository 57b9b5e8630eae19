import { BlockList, isIP, isIPv4 } from 'node:net';

/** Networks that nobody reaches from the internet: what `private` stands for. */
const privateNetworks = [
  ...['127.0.0.0/8', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16'],
  ...['::1/128', 'fc00::/7', 'fe80::/10'],
];

/**
 * Who is behind a connection: the peer itself, or, where the peer is a proxy of ours, whom it
 * speaks for. Anyone can write an X-Forwarded-For, so it is read from its end, which the nearest
 * proxy wrote, and only as far as proxies of ours go.
 */
export type ClientAddress = (peer: string, forwardedFor: string | undefined) => string;

/**
 * @param proxies addresses and networks (CIDR) of our proxies, comma-separated; `private` stands
 *   for all private networks
 * @throws Error that names what is neither
 */
export function createClientAddress(proxies: string): ClientAddress {
  const trusted = parseNetworks(proxies);
  const peers = rememberLast((peer) => {
    const address = plain(peer);
    return { address, isProxy: isWithin(trusted, address) };
  });
  return (peer, forwardedFor) => {
    const { address: nearest, isProxy } = peers(peer);
    if (!isProxy || forwardedFor === undefined) return nearest;
    let address = nearest;
    const hops = forwardedFor.split(',');
    do {
      const before = plain(hops.pop()?.trim() ?? '');
      if (isIP(before) === 0) break;
      address = before;
    } while (hops.length > 0 && isWithin(trusted, address));
    return address;
  };
}

/** A crowd comes by the same few proxies. */
function rememberLast<Answer>(find: (key: string) => Answer): (key: string) => Answer {
  const most = 64;
  const known = new Map<string, Answer>();
  return (key) => {
    const answer = known.get(key) ?? find(key);
    if (known.size >= most) known.clear();
    known.set(key, answer);
    return answer;
  };
}

/** Whether an address, in any of its spellings, is of the networks. */
export function isWithin(networks: BlockList, address: string): boolean {
  const bare = plain(address);
  return isIP(bare) !== 0 && networks.check(bare, isIPv4(bare) ? 'ipv4' : 'ipv6');
}

/**
 * Networks by CIDR and single addresses, comma-separated; `private` stands for all private networks.
 * A network of IPv4 that is written as IPv6 (`::ffff:10.0.0.0/104`) is the network of IPv4.
 * @throws Error that names what is neither an address nor a network
 */
export function parseNetworks(list: string): BlockList {
  const networks = new BlockList();
  const words = list.split(',').map((word) => word.trim());
  for (const word of words.flatMap((each) => (each === 'private' ? privateNetworks : [each]))) {
    if (word === '') continue;
    const [address = '', bits] = withoutMapping(word).split('/');
    const family = isIP(address);
    const type = family === 4 ? 'ipv4' : 'ipv6';
    const longest = family === 4 ? 32 : 128;
    if (family === 0 || !(bits === undefined || (/^\d+$/.test(bits) && Number(bits) <= longest))) {
      throw new Error(`${word} is neither an address nor a network`);
    }
    networks.addSubnet(address, Number(bits ?? longest), type);
  }
  return networks;
}

function withoutMapping(network: string): string {
  const [, address, bits] = /^::ffff:(\d+\.\d+\.\d+\.\d+)(?:\/(\d+))?$/i.exec(network) ?? [];
  return address === undefined ? network : `${address}/${Number(bits ?? 128) - 96}`;
}

/**
 * What counts as one place for limits: an IPv4 address, or the /64 that a household or a machine
 * gets of IPv6, since whoever has one has all of its addresses.
 */
export function placeOf(address: string): string {
  const bare = plain(address);
  if (isIP(bare) !== 6) return bare;
  const [head = '', tail] = bare.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups =
    tail === undefined
      ? before
      : [...before, ...Array<string>(8 - before.length - after.length).fill('0'), ...after];
  const network = groups.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(':')}::/64`;
}

/** An IPv4 address as such, also where a socket for both families wrote it as IPv6; no port. */
function plain(address: string): string {
  if (isIPv4(address)) return address;
  const bare = address.replace(/^\[(.*)\](:\d+)?$/, '$1').replace(/%.*$/, '');
  const mapped = /^(?:::ffff:|0{1,4}(?::0{1,4}){4}:ffff:)(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1];
  const v4 = mapped ?? bare;
  return /^\d+\.\d+\.\d+\.\d+:\d+$/.test(v4) ? v4.slice(0, v4.indexOf(':')) : v4;
}
