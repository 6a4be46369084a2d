import { BlockList } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isForbiddenAddress } from '../../../src/common/outside/address.js';

const FORBIDDEN: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.1', '127.255.255.254', '127.1', '0x7f000001', '2130706433', '017700000001', '0177.0.0.1', '::1'],
  'this network': ['0.0.0.0', '0', '0.1.2.3', '::', '0:0:0:0:0:0:0:0'],
  private: ['10.0.0.1', '10.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', '0300.0250.1', '0xc0.0xa8.1.1'],
  'unique local': ['fc00::1', 'fd12:3456::1', 'fd00:ec2::254', 'fd20:ce::254'],
  'link-local': ['169.254.1.1', 'fe80::1', 'fe80::1%eth0', 'febf::1', 'fec0::1'],
  metadata: ['169.254.169.254', '0xa9fea9fe', '2852039166', '100.100.100.200', '192.0.0.192', '168.63.129.16'],
  CGNAT: ['100.64.0.1', '100.127.255.255'],
  multicast: ['224.0.0.1', '239.255.255.255', 'ff02::1'],
  broadcast: ['255.255.255.255'],
  reserved: ['240.0.0.1', '192.0.0.1', '192.88.99.1', '198.18.0.1', '198.19.255.255', '100::1', '5f00::1', '4000::1'],
  documentation: ['192.0.2.1', '198.51.100.1', '203.0.113.1', '2001:db8::1', '3fff::1'],
  'IPv4 inside IPv6': [
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '0:0:0:0:0:ffff:a00:1',
    '::127.0.0.1',
    '::7f00:1',
    '::ffff:0:127.0.0.1',
    '64:ff9b::127.0.0.1',
    '64:ff9b::a9fe:a9fe',
    '64:ff9b:1::10.0.0.1',
    '2002:7f00:1::',
    '2002:c0a8:101::1',
    '2001::7f00:1',
    '::ffff:93.184.216.34',
  ],
  'no address': ['', 'localhost', '127.0.0.1.', '１２７.0.0.1', '[::1]', '256.0.0.1', '1.2.3.4.5', ' 8.8.8.8', '%'],
};
const PUBLIC = [
  '8.8.8.8',
  '93.184.216.34',
  '172.15.0.1',
  '172.32.0.1',
  '100.63.255.255',
  '100.128.0.1',
  '223.255.255.255',
];
const PUBLIC_V6 = ['2606:4700::1111', '2a00:1450:4001::200e', '2001:4860:4860::8888', '2003::1'];

/** IANA's special IPv4 blocks and Azure's metadata address, kept by Node: the slow list that the decision is held against. */
const special = new BlockList();
for (const block of `0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24
  192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15 198.51.100.0/24
  203.0.113.0/24 224.0.0.0/4 240.0.0.0/4 168.63.129.16/32`.split(/\s+/)) {
  const [net, bits] = block.split('/') as [string, string];
  special.addSubnet(net, Number(bits));
}

const bytesOf = (n: number) => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];
/** Numbers everywhere, and around the edges of every block. */
const ipv4 = fc.oneof(
  fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  fc
    .constantFrom(0x0a, 0x64, 0x7f, 0xa9, 0xac, 0xc0, 0xc6, 0xcb, 0xe0)
    .chain((first) => fc.integer({ min: first * 2 ** 24, max: first * 2 ** 24 + 2 ** 24 - 1 })),
);
/** Every way in which inet_aton reads this number. */
const spellings = (n: number): string[] => {
  const [a, b, c, d] = bytesOf(n);
  const octal = (x: number) => `0${x.toString(8)}`;
  const hex = (x: number) => `0x${x.toString(16)}`;
  return [
    `${a}.${b}.${c}.${d}`,
    `${n}`,
    hex(n),
    octal(n),
    `${a}.${b}.${c * 256 + d}`,
    `${a}.${(b * 256 + c) * 256 + d}`,
    [a, b, c, d].map(hex).join('.'),
    [a, b, c, d].map(octal).join('.'),
    `${hex(a)}.${b}.${octal(c)}.${d}`,
  ];
};

describe('isForbiddenAddress', () => {
  const cases = Object.entries(FORBIDDEN).flatMap(([kind, all]) => all.map((address) => [kind, address] as const));
  it('has a table of at least 40 spellings', () => expect(new Set(cases.map(([, a]) => a)).size).toBeGreaterThan(40));
  it.each(cases)('%s: %j', (_kind, address) => expect(isForbiddenAddress(address)).toBe(true));
  it.each([...PUBLIC, ...PUBLIC_V6])('public: %s', (address) => expect(isForbiddenAddress(address)).toBe(false));

  it('agrees with a list of the special blocks, in every spelling', () => {
    fc.assert(
      fc.property(ipv4, (n) => {
        const forbidden = special.check(bytesOf(n).join('.'));
        for (const spelling of spellings(n))
          expect([spelling, isForbiddenAddress(spelling)]).toEqual([spelling, forbidden]);
      }),
      { numRuns: 2000 },
    );
  });

  it('refuses whatever carries an IPv4 address inside IPv6', () => {
    fc.assert(
      fc.property(ipv4, (n) => {
        const high = (n >>> 16).toString(16);
        const low = (n & 0xffff).toString(16);
        for (const prefix of ['::ffff:', '::', '::ffff:0:', '64:ff9b::', '64:ff9b:1::', '2001::'])
          expect([prefix, isForbiddenAddress(`${prefix}${high}:${low}`)]).toEqual([prefix, true]);
        expect(isForbiddenAddress(`2002:${high}:${low}::1`)).toBe(true);
      }),
    );
  });

  it('refuses every IPv6 address outside 2000::/3', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 8, maxLength: 8 }), (words) => {
        fc.pre(words[0] >> 13 !== 1);
        expect(isForbiddenAddress(words.map((w) => w.toString(16)).join(':'))).toBe(true);
      }),
    );
  });
});
