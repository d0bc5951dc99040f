import { describe, expect, it } from 'vitest';
import { createClientAddress, networkOf, parseRange, type TrustProxy } from './client-address.ts';

const cases: [string, TrustProxy | undefined, string, string | undefined, string][] = [
  ['without trust, whatever is written', undefined, '203.0.113.9', '10.0.0.1', '203.0.113.9'],
  ['no header behind a proxy', { hops: 1 }, '10.0.0.1', undefined, '10.0.0.1'],
  ['one hop', { hops: 1 }, '10.0.0.1', '203.0.113.9', '203.0.113.9'],
  ['one hop, the client wrote more', { hops: 1 }, '10.0.0.1', '1.1.1.1, 203.0.113.9', '203.0.113.9'],
  ['two hops, the client wrote more', { hops: 2 }, '10.0.0.1', '1.1.1.1, 203.0.113.9,10.0.0.2', '203.0.113.9'],
  ['more hops than are written', { hops: 9 }, '10.0.0.1', '203.0.113.9', '203.0.113.9'],
  ['hops: 0 trusts nobody', { hops: 0 }, '10.0.0.1', '203.0.113.9', '10.0.0.1'],
  ['a trusted range', { ranges: ['10.0.0.0/8'] }, '10.0.0.1', '1.1.1.1, 203.0.113.9, 10.9.9.9', '203.0.113.9'],
  ['a socket outside of the range', { ranges: ['10.0.0.0/8'] }, '203.0.113.9', '10.0.0.7', '203.0.113.9'],
  ['a single address', { ranges: ['10.0.0.1'] }, '10.0.0.1', '10.0.0.2', '10.0.0.2'],
  ['all trusted: the first that is written', { ranges: ['10.0.0.0/8'] }, '10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
  ['a mapped socket', { ranges: ['10.0.0.0/8'] }, '::ffff:10.0.0.1', '203.0.113.9', '203.0.113.9'],
  ['a mapped entry', { hops: 1 }, '10.0.0.1', '::FFFF:203.0.113.9', '203.0.113.9'],
  ['a mapped entry in hexadecimal', { hops: 1 }, '10.0.0.1', '::ffff:cb00:7109', '203.0.113.9'],
  ['a mapped range', { ranges: ['::ffff:10.0.0.0/104'] }, '10.0.0.1', '203.0.113.9', '203.0.113.9'],
  ['IPv6', { ranges: ['fd00::/8'] }, 'fd00::1', '2001:DB8::9', '2001:db8::9'],
  ['IPv6 with brackets and port', { hops: 1 }, '10.0.0.1', '[2001:db8::9]:4711', '2001:db8::9'],
  ['a zone', { hops: 1 }, 'fe80::1%eth0', 'fe80::2%eth0', 'fe80::2'],
  ['IPv4 with a port', { hops: 1 }, '10.0.0.1', '203.0.113.9:4711', '203.0.113.9'],
  ['garbage ends it', { hops: 2 }, '10.0.0.1', '203.0.113.9, <script>', '10.0.0.1'],
  ['unknown ends it', { hops: 2 }, '10.0.0.1', '203.0.113.9, unknown, 10.0.0.2', '10.0.0.2'],
  ['an empty entry ends it', { hops: 2 }, '10.0.0.1', '203.0.113.9, ', '10.0.0.1'],
  ['octal and short forms are no addresses', { hops: 1 }, '10.0.0.1', '0177.0.0.1', '10.0.0.1'],
];

it.each(cases)('counts the right address: %s', (_name, trust, remote, forwardedFor, expected) => {
  expect(createClientAddress(trust)(remote, forwardedFor)).toBe(expected);
});

it('has a name for those whose connection has gone', () => {
  expect(createClientAddress(undefined)(undefined, undefined)).toBe('unknown');
});

it('reads the longest header that comes in a moment', () => {
  const entries = Array.from({ length: 8_000 }, () => '::1').join(',');
  expect(createClientAddress({ ranges: ['::1'] })('::1', `1.2.3.4,${entries}`)).toBe('1.2.3.4');
});

describe('a network', () => {
  it.each([
    ['203.0.113.9', '203.0.113.9'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8::9', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['2001:0db8:0001:0002::', '2001:db8:1:2::/64'],
    ['unknown', 'unknown'],
  ])('of %s is %s', (address, expected) => {
    expect(networkOf(address)).toBe(expected);
  });
});

describe('a range', () => {
  it.each(['10.0.0.0/33', '10.0.0.0/-1', '::/129', '10.0.0/8', 'localhost', '', '10.0.0.0/8/8', '::ffff:10.0.0.0/90'])(
    'is not %j',
    (text) => {
      expect(parseRange(text)).toBeUndefined();
    },
  );

  it('may be a single address', () => {
    expect(parseRange('::1')).toEqual({ address: '::1', prefix: 128, family: 'ipv6' });
    expect(parseRange(' 10.0.0.1 ')).toEqual({ address: '10.0.0.1', prefix: 32, family: 'ipv4' });
  });
});
