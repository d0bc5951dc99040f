/** The frame of every public page. Plain HTML: no script, nothing from elsewhere; html`` escapes whatever is put in. */
import type { Context } from 'hono';
import { html, raw } from 'hono/html';
import { pageStyle } from './page-style.ts';
import { themeOf } from './page-theme.ts';
import { pagePolicy } from './security-headers.ts';

/** Escaped HTML. */
export type Html = ReturnType<typeof html>;

/** What the pages say of the bot, and where they link to. */
export interface PageSite {
  botName: string;
  /** One sentence below the name on the landing page. */
  botDescription?: string | undefined;
  /** Its picture. */
  iconUrl?: string | undefined;
  /** As `#611f69`. @defaultValue that of page-style.ts */
  color?: string | undefined;
  /** PUBLIC_URL without a slash at its end. */
  baseUrl: string;
}

/** What differs from page to page. */
export interface PageParts {
  /** In the tab, before the bot's name. */
  title: Html | string;
  main: Html | string;
  footer?: Html | string | undefined;
  /** Style behind that of all pages. */
  style?: string | undefined;
}

/** All that stands between the style tags. */
function styleOf({ color }: PageSite, { style = '' }: PageParts): string {
  return pageStyle + (color === undefined ? '' : themeOf(color)) + style;
}

/** A whole document. */
export function renderPage(site: PageSite, parts: PageParts): Html {
  const { title, main, footer } = parts;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · ${site.botName}</title>
<link rel="icon" href="data:,">
<style>${raw(styleOf(site, parts))}</style>
</head>
<body>
<main>
${main}
</main>
${footer ? html`<footer>${footer}</footer>` : ''}
</body>
</html>
`;
}

/** Answers with a page, and with a policy that lets through what it needs and nothing else. */
export async function answerPage(
  context: Context,
  site: PageSite,
  { parts, status }: { parts: PageParts; status: number },
): Promise<Response> {
  const imageOrigin = site.iconUrl === undefined ? undefined : new URL(site.iconUrl).origin;
  context.header('content-security-policy', pagePolicy({ style: styleOf(site, parts), imageOrigin }));
  return context.html(await renderPage(site, parts), status as 200);
}
