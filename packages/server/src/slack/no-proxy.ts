/** Which hosts are reached without the proxy: NO_PROXY as curl and Go read it. Pure. */
import { BlockList, isIP } from 'node:net';

/**
 * Whether the list names the host: `*`, a name (with all below it, also written `.name` or `*.name`), an address, or a network
 * such as 10.0.0.0/8; each but the network with a port if only that one is meant.
 * @param host As in a URL, an IPv6 address with or without brackets.
 */
export function isExempt(host: string, port: number, entries: readonly string[]): boolean {
  const name = bare(host);
  return entries.some((entry) => isNamed(name, port, entry.trim().toLowerCase()));
}

function isNamed(name: string, port: number, entry: string): boolean {
  if (entry === '*') return true;
  if (entry.includes('/')) return isInNetwork(name, entry);
  const [, host = '', onlyPort] = /^(\[[^\]]+\]|[^:]+|.*:.*:.*?)(?::(\d+))?$/.exec(entry) ?? [];
  if (host === '' || (onlyPort !== undefined && Number(onlyPort) !== port)) return false;
  const wanted = bare(host).replace(/^\*?\./, '');
  return name === wanted || (isIP(name) === 0 && name.endsWith(`.${wanted}`));
}

function isInNetwork(name: string, entry: string): boolean {
  const [network = '', bits = ''] = entry.split('/');
  const family = isIP(network);
  if (family === 0 || isIP(name) !== family || !/^\d+$/.test(bits)) return false;
  if (Number(bits) > (family === 4 ? 32 : 128)) return false;
  const type = family === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(network, Number(bits), type);
  return list.check(name, type);
}

function bare(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
}
