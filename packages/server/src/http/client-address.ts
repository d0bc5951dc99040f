/**
 * Whose request it is, by address. Anybody can write an X-Forwarded-For; what it says counts only as far as the proxies that are
 * trusted (TRUST_PROXY) wrote it, which is from its end.
 */
import { BlockList, isIP, isIPv6 } from 'node:net';

/** How many proxies stand before this server, or which addresses they have. */
export type TrustProxy = { hops: number } | { ranges: readonly string[] };

/** The address that counts for a request; `unknown` when the connection has gone. */
export type ClientAddress = (remote: string | undefined, forwardedFor: string | undefined) => string;

/** Builds the rule. Without trust the socket's address counts. */
export function createClientAddress(trust: TrustProxy | undefined): ClientAddress {
  const isTrusted = trust ? trustOf(trust) : () => false;
  return (remote, forwardedFor) => {
    let address = normalized(remote);
    if (address === undefined) return 'unknown';
    // From the end: each proxy adds whom it was called by.
    const written = forwardedFor?.split(',') ?? [];
    for (let hop = 0; written.length > 0 && isTrusted(address, hop); hop++) {
      const before: string | undefined = normalized(written.pop());
      if (before === undefined) break;
      address = before;
    }
    return address;
  };
}

/**
 * What is counted together: an IPv6 address is one of 2^64 that its owner may use at will.
 * @example networkOf('2001:db8:1:2:3:4:5:6') is '2001:db8:1:2::/64'
 */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('::');
  const front = head === '' ? [] : head.split(':');
  const back = tail ? tail.split(':') : [];
  const missing = tail === undefined ? 0 : Math.max(0, 8 - front.length - back.length);
  const groups = [...front, ...Array<string>(missing).fill('0'), ...back];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}

/** A range of addresses in words of `net`; undefined when it is none. */
export function parseRange(text: string): { address: string; prefix: number; family: 'ipv4' | 'ipv6' } | undefined {
  const [, written = '', bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text.trim()) ?? [];
  const address = normalized(written);
  if (address === undefined) return undefined;
  const family = isIPv6(address) ? 'ipv6' : 'ipv4';
  const most = family === 'ipv6' ? 128 : 32;
  // A mapped IPv4 range is 96 bits longer than the same one of IPv4.
  const offset = family === 'ipv4' && written.includes(':') && bits !== undefined ? 96 : 0;
  const prefix = bits === undefined ? most : Number(bits) - offset;
  return prefix >= 0 && prefix <= most ? { address, prefix, family } : undefined;
}

function trustOf(trust: TrustProxy): (address: string, hop: number) => boolean {
  if ('hops' in trust) return (_address, hop) => hop < trust.hops;
  const list = new BlockList();
  for (const range of trust.ranges) {
    const parsed = parseRange(range);
    if (parsed) list.addSubnet(parsed.address, parsed.prefix, parsed.family);
  }
  return (address) => list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

/** Without port, brackets and zone, an IPv4 address always in its own form; undefined when it is no address. */
function normalized(text: string | undefined): string | undefined {
  const trimmed = text?.trim() ?? '';
  const [, bracketed, , withPort] = /^\[([^\]]{1,64})\](:\d{1,5})?$|^([\d.]{7,15}):\d{1,5}$/.exec(trimmed) ?? [];
  const [address = ''] = (bracketed ?? withPort ?? trimmed).split('%');
  if (isIP(address) === 0) return undefined;
  if (!isIPv6(address)) return address;
  return mappedIn(address) ?? address.toLowerCase();
}

/** The IPv4 address in ::ffff:1.2.3.4, however it is spelled. */
function mappedIn(address: string): string | undefined {
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [, high, low] = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/.exec(canonical) ?? [];
  if (high === undefined || low === undefined) return undefined;
  const bits = (Number.parseInt(high, 16) << 16) | Number.parseInt(low, 16);
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join('.');
}
