/** What is said of an answer that none of our servers gives: what came instead, and from whom it probably is. */

/** What is wrong, as it goes on after the address, and how it is mended where that is known. */
export interface StrangeAnswer {
  what: string;
  fix?: string;
}

/** As many characters tell a login page from the page of an error. */
const BEGIN_LENGTH = 80;
/** As many bytes are read for them. */
const BEGIN_BYTES = 1_024;

/** Statuses of proxies whose server does not answer them. */
const SERVER_BEHIND_IS_AWAY: ReadonlySet<number> = new Set([502, 503, 504]);

/** Reads as much of an answer as it takes to say what came. @param secret What we sent, and what somebody may send back */
export async function strangeAnswer(response: Response, secret: string): Promise<StrangeAnswer> {
  const location = response.headers.get('location');
  if (response.status >= 300 && response.status < 400 && location !== null) {
    await response.body?.cancel();
    return redirected(response, location);
  }
  return strangeText(response, await beginOf(response), secret);
}

/** The same of an answer that was read. @param text How it begins, at least */
export function strangeText({ status, headers }: Response, text: string, secret: string): StrangeAnswer {
  const [type = ''] = (headers.get('content-type') ?? '').split(';');
  const sort = type === '' ? 'no content type' : type.trim();
  // Before it is cut: half a secret is found by nobody.
  const words = text.replaceAll(secret, '[secret]').replace(/\s+/g, ' ').trim();
  const begin = words.slice(0, BEGIN_LENGTH).toWellFormed();
  const said = begin === '' ? 'it is empty' : `it begins: ${begin}`;
  const fix = likelyCause(status, sort);
  return {
    what: `answered ${status} (${sort}), which is not an answer of the admin API; ${said}`,
    ...(fix && { fix }),
  };
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
function redirected({ status, url }: Response, location: string): StrangeAnswer {
  const from = new URL(url);
  const to = URL.parse(location, url);
  const what = `answered ${status}, a redirect to ${to?.origin ?? 'an address that cannot be read'}`;
  // The same path elsewhere is what proxies say of http:// and of old names; everything else is a login.
  if (to === null || to.origin === from.origin || to.pathname !== from.pathname)
    return {
      what,
      fix: 'A proxy in front of the server probably wants a login of its own: let it pass /api through, or check the address in --server.',
    };
  return { what, fix: `If that is your server, use ${to.origin} in --server.` };
}

async function beginOf({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of body ?? []) {
      chunks.push(chunk);
      sizeBytes += chunk.length;
      if (sizeBytes >= BEGIN_BYTES) break;
    }
  } catch {
    // What came before it broke off says who it is.
  }
  return Buffer.concat(chunks).toString('utf8');
}
