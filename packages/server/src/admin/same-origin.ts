/** Whether a browser's request comes from a page of this very origin, and names a host that is ours: what a cookie does not prove. */
import { BotServerError } from '../errors.ts';
import { isLoopbackName, nameIn } from '../http/loopback-guard.ts';

/**
 * Browsers say in Sec-Fetch-Site whose page asks; over plain http, where they do not, Origin is compared with the host that was asked.
 * @param publicUrl Its host is ours as well: a proxy may have put another name into Host.
 * @throws BotServerError `forbidden` for what another site's page sends along with the cookie
 */
export function requireSameOrigin({ headers }: Request, publicUrl: string | undefined): void {
  const site = headers.get('sec-fetch-site');
  if (site === 'same-origin' || site === 'none') return;
  if (site !== null) throw foreign(`sec-fetch-site is ${shown(site)}`);
  const origin = headers.get('origin');
  if (origin === null) return;
  const host = /^https?:\/\/([^/]+)$/i.exec(origin)?.[1]?.toLowerCase();
  const ours = [headers.get('host')?.toLowerCase(), publicUrl && new URL(publicUrl).host];
  if (host === undefined || !ours.includes(host)) throw foreign(`origin is ${shown(origin)}`);
}

/**
 * Where the API is on loopback, a page of another site reaches it under a name of that site's (DNS rebinding).
 * @throws BotServerError `forbidden` for a Host that is not this machine's
 */
export function requireLoopbackHost({ headers }: Request, publicUrl: string | undefined): void {
  const host = headers.get('host');
  const name = host === null ? undefined : nameIn(host);
  if (host === null || (name !== undefined && isLoopbackName(name))) return;
  if (publicUrl !== undefined && name === nameIn(new URL(publicUrl).host)) return;
  throw foreign(`host is ${shown(host)}, and the API listens on this machine only`);
}

function foreign(why: string): BotServerError {
  return new BotServerError('forbidden', `This comes from somewhere else: ${why}`, {
    fix: 'Ask under the name of this machine or of PUBLIC_URL, and from no page but that of the server; a proxy before it may set Host to the address to which it forwards.',
  });
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 128));
}
