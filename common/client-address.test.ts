import { createClientAddress, isWithin, parseNetworks, placeOf } from './client-address.ts';

describe('who is behind a connection', () => {
  const proxied = createClientAddress('10.0.0.0/8, 2001:db8::7');

  it.each([
    [
      'a peer that is no proxy is itself, whatever it writes',
      '203.0.113.9',
      '198.51.100.1',
      '203.0.113.9',
    ],
    ['a proxy speaks for whom it names', '10.0.0.1', '198.51.100.1', '198.51.100.1'],
    [
      'what a client wrote before that is not believed',
      '10.0.0.1',
      '1.2.3.4, 198.51.100.1',
      '198.51.100.1',
    ],
    ['proxies of ours are looked through', '10.0.0.1', '198.51.100.1, 10.9.9.9', '198.51.100.1'],
    ['a proxy that names nobody is itself', '10.0.0.1', undefined, '10.0.0.1'],
    ['nonsense stops the search', '10.0.0.1', '198.51.100.1, [::', '10.0.0.1'],
    [
      'an address of both families is the older one',
      '::ffff:10.0.0.1',
      '::ffff:198.51.100.1',
      '198.51.100.1',
    ],
    [
      'as a library writes it in full',
      '0000:0000:0000:0000:0000:ffff:203.0.113.9',
      undefined,
      '203.0.113.9',
    ],
    ['a port is left off', '10.0.0.1', '198.51.100.1:4711', '198.51.100.1'],
    ['brackets are left off', '2001:db8::7', '[2001:db8::9]:4711', '2001:db8::9'],
  ])('%s', (_, peer, forwardedFor, address) => {
    expect(proxied(peer, forwardedFor)).toBe(address);
  });

  it('nobody is believed where no proxy is named', () => {
    expect(createClientAddress('')('127.0.0.1', '198.51.100.1')).toBe('127.0.0.1');
  });

  it('`private` is every network that the internet does not reach', () => {
    const address = createClientAddress('private');
    for (const peer of ['127.0.0.1', '172.18.0.2', '192.168.1.1', '::1', 'fd00::1']) {
      expect(address(peer, '198.51.100.1')).toBe('198.51.100.1');
    }
    expect(address('172.32.0.1', '198.51.100.1')).toBe('172.32.0.1');
  });

  it.each(['nonsense', '10.0.0.0/33', '10.0.0.0/x', '10.0.0'])('%s is no network', (list) => {
    expect(() => createClientAddress(list)).toThrow(/neither an address nor a network/);
  });
});

describe('what counts as one place', () => {
  it.each([
    ['198.51.100.1', '198.51.100.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2:ffff::', '2001:db8:1:2::/64'],
    ['2001:0db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::ffff:198.51.100.1', '198.51.100.1'],
  ])('%s is of %s', (address, place) => {
    expect(placeOf(address)).toBe(place);
  });
});

describe('networks', () => {
  const networks = parseNetworks(
    '203.0.113.0/24, 2001:db8::/32, ::ffff:198.51.100.0/120, 192.0.2.7',
  );

  it.each([
    '203.0.113.9',
    '::ffff:203.0.113.9',
    '0000:0000:0000:0000:0000:ffff:203.0.113.9',
    '2001:db8:ffff::1',
    '198.51.100.200',
    '192.0.2.7',
  ])('hold %s', (address) => {
    expect(isWithin(networks, address)).toBe(true);
  });

  it.each(['203.0.114.1', '192.0.2.8', '2001:db9::1', '::ffff:203.0.114.1', '::', '', 'nonsense'])(
    'do not hold %s',
    (address) => {
      expect(isWithin(networks, address)).toBe(false);
    },
  );
});
