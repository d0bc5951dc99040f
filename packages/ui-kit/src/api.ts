/** Asks a JSON API of the page's own origin. What it refuses comes as a Problem, in its own words. */

/** What an API answers in place of a result (RFC 9457), or what became of a request that was not answered. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  /** Stable; `unreachable` where nobody answered. */
  readonly code: string;
  readonly fix: string | undefined;

  constructor(message: string, { status, code, fix }: { status: number; code: string; fix?: string | undefined }) {
    super(message);
    this.status = status;
    this.code = code;
    this.fix = fix;
  }
}

export type Fields = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

export interface Api {
  /** @throws Problem */
  get<Answer>(path: string, fields?: Fields, signal?: AbortSignal): Promise<Answer>;
  /**
   * @param body Becomes JSON; a Blob is JSON already
   * @throws Problem
   */
  post<Answer>(path: string, body?: object | Blob): Promise<Answer>;
  /** @throws Problem */
  send<Answer>(method: string, path: string, body?: object): Promise<Answer>;
}

/** @param headers Sent with whatever changes something. */
export function createApi({ headers = () => ({}) }: { headers?: () => Record<string, string> } = {}): Api {
  const send = async <Answer>(method: string, path: string, body?: object): Promise<Answer> =>
    await ask<Answer>(path, {
      method,
      headers: { ...headers(), ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: body instanceof Blob ? body : JSON.stringify(body) }),
    });
  return {
    get: async <Answer>(path: string, fields: Fields = {}, signal?: AbortSignal) =>
      await ask<Answer>(path + queryOf(fields), signal ? { signal } : {}),
    post: async <Answer>(path: string, body: object = {}) => await send<Answer>('POST', path, body),
    send,
  };
}

function queryOf(fields: Fields): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined || value === '') continue;
    for (const one of Array.isArray(value) ? value : [value]) query.append(name, String(one));
  }
  return query.size === 0 ? '' : `?${query.toString()}`;
}

async function ask<Answer>(path: string, init: RequestInit): Promise<Answer> {
  const response = await fetch(path, { credentials: 'same-origin', ...init }).catch((error: unknown) => {
    if ((error as Error)?.name === 'AbortError') throw error;
    throw new Problem('The server does not answer.', { status: 0, code: 'unreachable' });
  });
  if (response.status === 204) return undefined as Answer;
  const text = await response.text();
  const body = parsed(text);
  if (response.ok && body !== undefined) return body as Answer;
  // RFC 9457 has its fields on top; the simulator has them in `error`.
  const { error } = Object(body) as { error?: unknown };
  const said = typeof error === 'object' && error !== null ? error : body;
  const { code, detail, title, message, fix } = Object(said) as Record<string, string | undefined>;
  throw new Problem(detail ?? message ?? title ?? `The server answered ${response.status}.`, {
    status: response.status,
    code: code ?? 'unexpected',
    fix,
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
