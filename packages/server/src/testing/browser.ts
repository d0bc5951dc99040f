/** A browser without a screen: keeps cookies by the rules that matter here (path, Secure, Max-Age) and follows nothing by itself. */
interface Cookie {
  name: string;
  value: string;
  path: string;
  isSecure: boolean;
}

interface Fetches {
  request(url: string, init: RequestInit): Response | Promise<Response>;
}

/** One browser profile with its own cookie jar; all tabs share it. */
export class Browser {
  readonly #app: Fetches;
  readonly #jar = new Map<string, Cookie>();

  constructor(app: Fetches) {
    this.#app = app;
  }

  async get(address: string, init: RequestInit = {}): Promise<Response> {
    const url = new URL(address);
    const headers = new Headers(init.headers);
    headers.set('accept', 'text/html,application/xhtml+xml,*/*;q=0.8');
    const cookie = this.#cookiesFor(url);
    if (cookie !== '') headers.set('cookie', cookie);
    const response = await this.#app.request(url.href, { ...init, headers });
    for (const line of response.headers.getSetCookie()) this.#keep(line, url);
    return response;
  }

  /** Presses the Slack button in a tab and Allow on Slack's page: the address to which Slack sends the tab back. */
  async allow(baseUrl: string, code = 'code-1'): Promise<string> {
    const authorize = new URL((await this.get(`${baseUrl}/slack/install`)).headers.get('location') ?? '');
    const back = new URL(authorize.searchParams.get('redirect_uri') ?? '');
    back.searchParams.set('code', code);
    back.searchParams.set('state', authorize.searchParams.get('state') ?? '');
    return back.href;
  }

  clearCookies(): void {
    this.#jar.clear();
  }

  #cookiesFor(url: URL): string {
    const sent = [...this.#jar.values()].filter(
      ({ path, isSecure }) =>
        (url.pathname === path || url.pathname.startsWith(path.endsWith('/') ? path : `${path}/`)) &&
        (!isSecure || url.protocol === 'https:'),
    );
    return sent.map(({ name, value }) => `${name}=${value}`).join('; ');
  }

  #keep(line: string, url: URL): void {
    const [pair = '', ...attributes] = line.split('; ');
    const [name = '', value = ''] = pair.split('=');
    const isSecure = attributes.includes('Secure');
    // Browsers drop a Secure cookie on plain http and a __Secure- or __Host- name without the attribute.
    if (isSecure && url.protocol !== 'https:') return;
    if (/^__(Secure|Host)-/i.test(name) && !isSecure) return;
    const path = attributes.find((attribute) => attribute.startsWith('Path='))?.slice('Path='.length) ?? '/';
    // And one of this host alone that is for a part of it or for other hosts too.
    const isForOthers = path !== '/' || attributes.some((attribute) => attribute.startsWith('Domain='));
    if (/^__Host-/i.test(name) && isForOthers) return;
    this.#jar.set(`${name} ${path}`, { name, value, path, isSecure });
  }
}
