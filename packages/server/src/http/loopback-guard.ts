/**
 * Keeps other sites' pages away from the server of `dev`, which has fake credentials and no secrets, but runs the developer's
 * bot: `Host` must be a name of this machine (else DNS rebinding reads the pages), and so must the `Origin` of everything but GET.
 */
import type { IncomingMessage } from 'node:http';
import type { RawHandler } from './server.ts';

/** How a 403 looks. */
export interface GuardAnswer {
  headers: Readonly<Record<string, string>>;
  body: string;
}

/**
 * Answers 403 to what is not for, or not from, this machine.
 * @param publicUrl Its host is allowed as well: whoever set PUBLIC_URL knows that name.
 * @param answerOf How the 403 looks where it is no plain text, by path.
 */
export function loopbackGuard(
  publicUrl: string | undefined,
  answerOf: (path: string, refusal: string) => GuardAnswer | undefined = () => undefined,
): RawHandler {
  const known = publicUrl === undefined ? undefined : nameIn(new URL(publicUrl).host);
  const isAllowed = (name: string | undefined) => name !== undefined && (name === known || isLoopbackName(name));
  return (request, response) => {
    const refusal = refusalOf(request, isAllowed);
    if (refusal === undefined) return false;
    const { headers, body } = answerOf(request.url ?? '', refusal) ?? { headers: PLAIN_TEXT, body: refusal };
    response.writeHead(403, { ...headers, 'x-content-type-options': 'nosniff', connection: 'close' }).end(body);
    return true;
  };
}

const PLAIN_TEXT = { 'content-type': 'text/plain; charset=utf-8' } as const;

function refusalOf(
  { method, headers }: IncomingMessage,
  isAllowed: (name: string | undefined) => boolean,
): string | undefined {
  const { host, origin } = headers;
  if (host !== undefined && !isAllowed(nameIn(host))) return refusal('Host', host);
  if (origin === undefined || method === 'GET') return undefined;
  // Forms of pages that send no referrer come from "null"; only a browser can say same-origin.
  if (origin === 'null' && headers['sec-fetch-site'] === 'same-origin') return undefined;
  const from = /^https?:\/\/([^/]+)$/i.exec(origin)?.[1];
  return from !== undefined && isAllowed(nameIn(from)) ? undefined : refusal('Origin', origin);
}

function refusal(header: 'Host' | 'Origin', value: string): string {
  const shown = JSON.stringify(value.slice(0, 253));
  return `${header} ${shown} is not allowed: dev answers to names of this machine only. If that is how browsers reach it, set PUBLIC_URL to that address.`;
}

/** Whether it is a name or address of this machine. */
export function isLoopbackName(name: string): boolean {
  return name === 'localhost' || name === '::1' || name.endsWith('.localhost') || /^127(\.\d{1,3}){3}$/.test(name);
}

/** The name in `name:port` or `[address]:port`, as names are compared. */
export function nameIn(host: string): string | undefined {
  const [, address, name] = /^(?:\[([0-9a-f:.]+)\]|([\w.-]+))(?::\d{1,5})?$/i.exec(host) ?? [];
  return (address ?? name)?.toLowerCase().replace(/\.$/, '');
}
