/** Reads out of a request to Slack what the gate needs: which method, which token. Pure. */

/** The parts of fetch's init that the Slack SDK and we use. */
export interface SlackRequestInit {
  method?: string;
  headers?: Headers | Record<string, string> | [string, string][];
  body?: unknown;
  redirect?: 'error' | 'follow' | 'manual';
  signal?: AbortSignal | null;
}

/**
 * Why a request is sent. `call`: gate, retries and signals. `connect`: gate and signals, one attempt, because the
 * connection has its own back-off. `probe`: only the judge and the install flow; no gate, no signal, one attempt.
 */
export type SlackPurpose = 'call' | 'connect' | 'probe';

/**
 * The token that a request carries: a Bearer header, or `token` in a form or JSON body, which counts the same.
 * Basic authorization (client id and secret) is none.
 */
export function tokenOf(init: SlackRequestInit | undefined): string | undefined {
  return tokenInHeader(init?.headers) ?? fieldInBody(init?.body, 'token');
}

/** Whether it posts JSON without a token: an answer to a `response_url`. Calls of the Web API have one, and uploads are no JSON. */
export function isJsonPost(init: SlackRequestInit): boolean {
  const type = new Headers(init.headers).get('content-type') ?? '';
  return init.method === 'POST' && /\bjson\b/i.test(type) && tokenInHeader(init.headers) === undefined;
}

/** The workspace that a call names, in a form or JSON body. The SDK's clients of a team name it in each call. */
export function teamIdOf(init: SlackRequestInit | undefined): string | undefined {
  return fieldInBody(init?.body, 'team_id');
}

/** An argument of a call, in a form or JSON body. */
export function fieldOf(init: SlackRequestInit, name: string): string | undefined {
  return fieldInBody(init.body, name);
}

function tokenInHeader(headers: SlackRequestInit['headers']): string | undefined {
  if (!headers) return undefined;
  // Our own calls: a plain object in lower case, looked at on every connect.
  if ('authorization' in headers) return bearerIn(String(headers.authorization));
  for (const [name, value] of new Headers(headers)) {
    if (name === 'authorization') return bearerIn(value);
  }
  return undefined;
}

function bearerIn(value: string): string | undefined {
  return /^bearer /i.test(value) ? value.slice('bearer '.length).trim() : undefined;
}

function fieldInBody(body: unknown, name: string): string | undefined {
  if (body instanceof URLSearchParams || body instanceof FormData) {
    const value = body.get(name);
    return typeof value === 'string' && value !== '' ? value : undefined;
  }
  if (typeof body !== 'string' || !body.includes(name)) return undefined;
  return body.trimStart().startsWith('{')
    ? fieldInJson(body, name)
    : (new URLSearchParams(body).get(name) ?? undefined);
}

function fieldInJson(body: string, name: string): string | undefined {
  try {
    const value = (JSON.parse(body) as Record<string, unknown>)[name];
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The Web API method of a URL below `apiUrl` (which ends in a slash), or undefined for response_url, uploads and the like. */
export function methodOf(url: string, apiUrl: string): string | undefined {
  if (!url.startsWith(apiUrl)) return undefined;
  return /^[A-Za-z0-9._]+/.exec(url.slice(apiUrl.length))?.[0];
}

/** Methods that change nothing: the only ones that are sent again after an answer got lost on the way. */
export function isSafeToRepeat(method: string | undefined, httpMethod: string): boolean {
  if (httpMethod === 'GET' || httpMethod === 'HEAD') return true;
  if (method === undefined) return false;
  return /(\.test|\.info|\.list|\.history|\.replies|\.members|\.getPermalink|\.getPresence|\.lookupByEmail|\.get)$/.test(
    method,
  );
}
