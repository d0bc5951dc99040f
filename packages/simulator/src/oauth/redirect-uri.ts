/** Decides where an authorize page may lead back to. */
import type { App } from '../workspace/model.ts';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\]|.+\.localhost)$/;

/**
 * The redirect URI to use, or undefined when it is not allowed. It must be a registered URL or below one, and have no
 * fragment; left out, the first registered one counts. (https://docs.slack.dev/authentication/installing-with-oauth)
 * An app without registered URLs may use any loopback URL, because nobody registers the port of a test.
 */
export function allowedRedirect(app: App, sent: string | undefined): string | undefined {
  if (sent === undefined) return app.redirectUrls[0];
  const url = parseUrl(sent);
  if (!url || url.hash !== '' || sent.includes('#')) return undefined;
  if (app.redirectUrls.length === 0) return LOOPBACK.test(url.hostname) ? sent : undefined;
  return app.redirectUrls.some((registered) => isBelow(url, registered)) ? sent : undefined;
}

/** The redirect URI with parameters added to its query. */
export function withParameters(redirectUri: string, parameters: Readonly<Record<string, string | undefined>>): string {
  const url = new URL(redirectUri);
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) url.searchParams.set(name, value);
  return url.href;
}

function isBelow(url: URL, registered: string): boolean {
  const base = parseUrl(registered);
  if (!base || base.origin !== url.origin) return false;
  const path = base.pathname.endsWith('/') ? base.pathname : `${base.pathname}/`;
  return url.pathname === base.pathname || url.pathname.startsWith(path);
}

function parseUrl(text: string): URL | undefined {
  const url = URL.parse(text);
  return url && (url.protocol === 'http:' || url.protocol === 'https:') ? url : undefined;
}
