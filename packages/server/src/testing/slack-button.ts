/** A person with a browser: presses the Slack button, answers Slack's page, and comes back. Real HTTP, with cookies. */
import { Browser } from './browser.ts';

/** A page that was reached. */
export interface Page {
  url: string;
  status: number;
  html: string;
}

/** What the person answers on Slack's page. */
export interface Decision {
  /** Id of the workspace. */
  team: string;
  /** `request`: asks an admin, and goes back to the server meanwhile (OAuth v2). */
  decision?: 'allow' | 'cancel' | 'request';
  /** What the link carries. @defaultValue nothing */
  metadata?: string;
  /** Where the visit begins. @defaultValue '/', whose button is pressed */
  from?: '/' | '/slack/install';
  /** Who answers, by id or name (OAuth v2). @defaultValue the first person of the workspace */
  user?: string;
  /** Where an incoming webhook posts, by name. @defaultValue the first channel */
  channel?: string;
  /** Optional scopes that stay ticked (OAuth v2). @defaultValue none */
  ticked?: { bot?: readonly string[]; user?: readonly string[] };
}

/** A fresh browser; it follows no redirect by itself. */
export function openBrowser(): Browser {
  return new Browser({ request: (url, init) => fetch(url, { ...init, redirect: 'manual' }) });
}

/** Presses the button and answers Slack's page; gives the address to which Slack sends the browser, not yet opened. */
export async function decide(browser: Browser, serverUrl: string, answer: Decision): Promise<string> {
  const { metadata, from = '/' } = answer;
  const query = metadata === undefined ? '' : `?${new URLSearchParams({ metadata }).toString()}`;
  const start = `${serverUrl}${from}${query}`;
  const button = from === '/' ? await buttonOf(browser, start) : start;
  const authorize = (await browser.get(new URL(button, serverUrl).href)).headers.get('location') ?? '';
  const question = await (await browser.get(authorize)).text();
  const body = new URLSearchParams([
    ...hiddenFields(question),
    ['team', answer.team],
    ['decision', answer.decision ?? 'allow'],
    ...(answer.user === undefined ? [] : [['user', answer.user]]),
    ...(answer.channel === undefined ? [] : [['channel', answer.channel]]),
    ...(answer.ticked?.bot ?? []).map((scope) => ['optional_bot', scope]),
    ...(answer.ticked?.user ?? []).map((scope) => ['optional_user', scope]),
  ] as [string, string][]);
  const { origin, pathname } = new URL(authorize);
  const answered = await browser.get(`${origin}${pathname}`, { method: 'POST', body });
  return answered.headers.get('location') ?? linkIn(await answered.text());
}

/** The page on which somebody waits for an admin has one link, back to the server. */
function linkIn(html: string): string {
  return /<p><a href="([^"]*)">Back to/.exec(html)?.[1]?.replaceAll('&amp;', '&') ?? '';
}

async function buttonOf(browser: Browser, landingUrl: string): Promise<string> {
  const landing = await (await browser.get(landingUrl)).text();
  return /href="([^"]*\/slack\/install[^"]*)"/.exec(landing)?.[1]?.replaceAll('&amp;', '&') ?? '';
}

/** Opens an address of the server. */
export async function visit(browser: Browser, url: string): Promise<Page> {
  const response = await browser.get(url);
  return { url, status: response.status, html: await response.text() };
}

/** The whole way, in a fresh browser. `team` is an id, domain or name. */
export async function register(serverUrl: string, answer: Decision): Promise<Page> {
  const browser = openBrowser();
  return await visit(browser, await decide(browser, serverUrl, answer));
}

/** The headline of a page as a person reads it. */
export function headlineOf({ html }: Page): string {
  return (/<h1[^>]*>([\s\S]*?)<\/h1>/.exec(html)?.[1] ?? 'no headline').replace(/<[^>]+>/g, '').trim();
}

function hiddenFields(html: string): [string, string][] {
  const fields = html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g);
  return [...fields].map(([, name = '', value = '']) => [name, value.replaceAll('&amp;', '&')]);
}
