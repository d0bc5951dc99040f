/** The address that stands in every URL that the simulator gives out. */
import { SimulatorError } from '../errors.ts';

/**
 * Without a slash at the end.
 * @throws SimulatorError `invalid_configuration`
 */
export function checkedPublicUrl(given: string | undefined): string | undefined {
  if (given === undefined) return undefined;
  const url = URL.parse(given);
  if (url && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`) return url.origin;
  throw new SimulatorError(
    'invalid_configuration',
    `publicUrl (--public-url) takes a scheme, a name and a port, for example http://slack:4400; got ${JSON.stringify(given)}`,
  );
}

/** Where a listener is reached from this machine. To listen on every address is no address to call. */
export function localUrl({ host, port, isSecure }: { host: string; port: number; isSecure: boolean }): string {
  const name = { '0.0.0.0': '127.0.0.1', '::': '[::1]' }[host] ?? (host.includes(':') ? `[${host}]` : host);
  return `http${isSecure ? 's' : ''}://${name}:${port}`;
}
