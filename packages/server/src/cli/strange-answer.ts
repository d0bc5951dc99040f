/** What is said of an answer that none of our servers gives: what came instead, and from whom it probably is. */
import type { Clock } from '../time/clock.ts';
import { within } from '../time/within.ts';

/** What is wrong, as it goes on after the address, and how it is mended where that is known. */
export interface StrangeAnswer {
  what: string;
  fix?: string;
}

/** As many characters tell a login page from the page of an error. */
const BEGIN_LENGTH = 80;
/** As many bytes are read for them. */
const BEGIN_BYTES = 1_024;
/** How long they are waited for, in milliseconds: who answers is known without them. */
const BEGIN_MS = 2_000;
/** Of a content type. */
const TYPE_LENGTH = 60;
/** Fewer characters of a secret tell nothing of it. */
const TELLING_LENGTH = 4;
/** The longest name of a host has 253 characters. */
const ORIGIN_LENGTH = 300;

/** Statuses of proxies whose server does not answer them. */
const SERVER_BEHIND_IS_AWAY: ReadonlySet<number> = new Set([502, 503, 504]);

interface Reading {
  /** What we sent, and what somebody may send back. */
  secret: string;
  clock: Pick<Clock, 'after' | 'io'>;
}

/** Reads as much of an answer as it takes to say what came. */
export async function strangeAnswer(response: Response, { secret, clock }: Reading): Promise<StrangeAnswer> {
  const location = response.headers.get('location');
  if (response.status >= 300 && response.status < 400 && location !== null) {
    await response.body?.cancel();
    return redirected(response, location, secret);
  }
  return strangeText(response, await beginOf(response, clock), secret);
}

/** The same of an answer that was read. @param text How it begins, at least */
export function strangeText({ status, headers }: Response, text: string, secret: string): StrangeAnswer {
  const [type = ''] = (headers.get('content-type') ?? '').split(';');
  const sort = shown(type, { secret, length: TYPE_LENGTH });
  const begin = shown(withoutHalf(text, secret), { secret, length: BEGIN_LENGTH });
  const said = begin === '' ? 'it is empty' : `it begins: ${begin}`;
  const fix = likelyCause(status, sort);
  return {
    what: `answered ${status} (${sort === '' ? 'no content type' : sort}), which is not an answer of the admin API; ${said}`,
    ...(fix && { fix }),
  };
}

/** On one line. The secret goes before it is cut: half of one is found by nobody. */
function shown(text: string, { secret, length }: { secret: string; length: number }): string {
  return text.replaceAll(secret, '[secret]').replace(/\s+/g, ' ').trim().slice(0, length).toWellFormed();
}

function likelyCause(status: number, type: string): string | undefined {
  if (SERVER_BEHIND_IS_AWAY.has(status))
    return 'A proxy answered that cannot reach the server behind it: check that the server runs, and which address the proxy has for it.';
  if (status === 401 || status === 403 || status === 407)
    return 'A proxy in front of the server probably wants a login of its own: let it pass /api through, or use an address in --server that goes around it.';
  if (status === 404) return undefined;
  if (type === 'application/json')
    return 'That is broken JSON, or of another program: a proxy may have cut or changed it. Check the address in --server.';
  if (type === 'text/html')
    return 'That is a web page, probably of a proxy, a login or another program. Check the address in --server, and let proxies pass /api through.';
  return undefined;
}

/** A redirect is not followed: the token is for the address in --server. */
function redirected({ status, url }: Response, location: string, secret: string): StrangeAnswer {
  const from = new URL(url);
  const to = addressOf(location, { from, secret });
  const what = `answered ${status}, a redirect to ${to?.origin ?? 'an address that cannot be read'}`;
  // The same path elsewhere is what proxies say of http:// and of old names; everything else is a login.
  if (to === undefined || to.origin === from.origin || to.pathname !== from.pathname)
    return {
      what,
      fix: 'A proxy in front of the server probably wants a login of its own: let it pass /api through, or check the address in --server.',
    };
  return { what, fix: `If that is your server, use ${to.origin} in --server.` };
}

/** Undefined of what --server does not take, and of what nobody has for a host. */
function addressOf(location: string, { from, secret }: { from: URL; secret: string }): URL | undefined {
  const to = URL.parse(location, from.href);
  if (to === null || !['http:', 'https:'].includes(to.protocol)) return undefined;
  const isStrange = to.origin.length > ORIGIN_LENGTH || to.origin.includes(secret.toLowerCase());
  return isStrange ? undefined : to;
}

/** What goes on is left to whoever ends the request. */
async function beginOf({ body }: Response, clock: Reading['clock']): Promise<string> {
  const chunks: Uint8Array[] = [];
  const read = async () => {
    let sizeBytes = 0;
    for await (const chunk of body ?? []) {
      chunks.push(chunk);
      sizeBytes += chunk.length;
      if (sizeBytes >= BEGIN_BYTES) return;
    }
  };
  // What came before it broke off says who it is.
  const reading = read().catch(() => {});
  await within(clock.io(reading), { clock, limitMs: BEGIN_MS, late: () => {} });
  return Buffer.concat(chunks).toString('utf8');
}

/** The rest of a secret may come after what was read, or was cut off by whoever sent it. */
function withoutHalf(text: string, secret: string): string {
  for (let length = secret.length - 1; length >= TELLING_LENGTH; length--)
    if (text.endsWith(secret.slice(0, length))) return text.slice(0, -length);
  return text;
}
