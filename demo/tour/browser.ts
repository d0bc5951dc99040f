/** A person's browser without a screen: follows redirects, keeps cookies per host, presses the buttons of a form. */

/** A page that was reached, with its address. */
export interface Page {
  url: string;
  status: number;
  html: string;
}

/** One person's browser. */
export class Browser {
  readonly #cookies = new Map<string, Map<string, string>>();

  /** Opens an address and follows where it leads. */
  async open(url: string): Promise<Page> {
    return await this.#request(url, {});
  }

  /** Sends the first form of a page with its hidden fields and `fields`. */
  async submit(page: Page, fields: Readonly<Record<string, string>>): Promise<Page> {
    const action = /<form[^>]*action="([^"]*)"/.exec(page.html)?.[1];
    if (action === undefined) throw new Error(`No form on ${page.url}`);
    const form = new URLSearchParams({ ...hiddenFields(page.html), ...fields });
    return await this.#request(new URL(unescapeHtml(action), page.url).href, { method: 'POST', body: form });
  }

  async #request(start: string, init: RequestInit): Promise<Page> {
    let url = start;
    let request = init;
    for (let hops = 0; hops < 10; hops++) {
      const { host } = new URL(url);
      const response = await fetch(url, {
        ...request,
        redirect: 'manual',
        headers: { cookie: this.#cookiesFor(host) },
      });
      this.#keepCookies(host, response.headers.getSetCookie());
      const location = response.headers.get('location');
      const html = await response.text();
      if (!location || response.status < 300 || response.status > 399) return { url, status: response.status, html };
      url = new URL(location, url).href;
      request = {};
    }
    throw new Error(`Too many redirects from ${start}`);
  }

  #cookiesFor(host: string): string {
    return [...(this.#cookies.get(host) ?? [])].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  #keepCookies(host: string, lines: readonly string[]): void {
    const jar = this.#cookies.get(host) ?? new Map<string, string>();
    this.#cookies.set(host, jar);
    for (const line of lines) {
      const [name, ...value] = (line.split(';')[0] ?? '').split('=');
      if (name) jar.set(name.trim(), value.join('='));
    }
  }
}

function hiddenFields(html: string): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [tag] of html.matchAll(/<input[^>]*type="hidden"[^>]*>/g)) {
    const name = /name="([^"]*)"/.exec(tag)?.[1];
    if (name !== undefined) fields[name] = unescapeHtml(/value="([^"]*)"/.exec(tag)?.[1] ?? '');
  }
  return fields;
}

function unescapeHtml(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
