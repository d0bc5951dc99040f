/** Somebody adds an app to a workspace by the app's own page, as with a browser: its link, Slack's question, and the way back. */
import { SimulatorError } from '../errors.ts';

/** What is answered on Slack's page. */
export interface AddToSlackAnswer {
  /** Id of the workspace. */
  team: string;
  /** Who answers, by id or name. @defaultValue the first person */
  user?: string | undefined;
}

/** Redirects on the way to Slack, and back from it. */
const MOST_STEPS = 10;

/**
 * Opens the link, follows it to Slack's page, says Allow, and goes back to the app.
 * @throws SimulatorError `invalid_input` where the link does not lead to Slack, or the app refuses
 */
export async function addToSlack(installUrl: string, { team, user }: AddToSlackAnswer): Promise<void> {
  const visit = newVisit();
  const question = await visit(installUrl, {}, (url) => /\/oauth\/(v2\/)?authorize$/.test(url.pathname));
  const fields = new URLSearchParams([...hiddenFields(question.html), ['team', team], ['decision', 'allow']]);
  if (user !== undefined) fields.set('user', user);
  if (!/\/oauth\//.test(question.url.pathname))
    throw new SimulatorError(
      'invalid_input',
      `${installUrl} does not lead to Slack's page but to ${question.url.href}`,
    );
  const { origin, pathname } = question.url;
  const back = await visit(`${origin}${pathname}`, { method: 'POST', body: fields }, () => false);
  if (back.status >= 400)
    throw new SimulatorError('invalid_input', `${back.url.origin}${back.url.pathname} answered ${back.status}`);
}

interface Visited {
  url: URL;
  status: number;
  html: string;
}

/** A browser profile of its own: it keeps cookies, by host. */
function newVisit() {
  const jar = new Map<string, string>();
  return async (address: string, init: RequestInit, isThere: (url: URL) => boolean): Promise<Visited> => {
    let url = new URL(address);
    let sent = init;
    for (let step = 0; step < MOST_STEPS; step++) {
      const cookies = [...jar].filter(([key]) => key.startsWith(`${url.host} `)).map(([, pair]) => pair);
      const headers = { accept: 'text/html,*/*;q=0.8', ...(cookies.length > 0 && { cookie: cookies.join('; ') }) };
      const response = await fetch(url, { ...sent, headers, redirect: 'manual' });
      for (const line of response.headers.getSetCookie()) keep(jar, url.host, line);
      const location = response.headers.get('location');
      const html = await response.text();
      if (location === null || isThere(url)) return { url, status: response.status, html };
      url = new URL(location, url);
      sent = {};
    }
    throw new SimulatorError('invalid_input', `${address} redirects more than ${MOST_STEPS} times`);
  };
}

function keep(jar: Map<string, string>, host: string, line: string): void {
  const [pair = ''] = line.split(';');
  const name = pair.split('=', 1)[0] ?? '';
  if (/;\s*max-age=0/i.test(line)) jar.delete(`${host} ${name}`);
  else jar.set(`${host} ${name}`, pair);
}

function hiddenFields(html: string): [string, string][] {
  const fields = html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g);
  const plain = (text: string) =>
    text
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&#39;', "'")
      .replaceAll('&amp;', '&');
  return [...fields].map(([, name = '', value = '']) => [plain(name), plain(value)]);
}
