/** The frame of every public page. Plain HTML: no script, nothing from elsewhere; html`` escapes whatever is put in. */
import { html, raw } from 'hono/html';
import { pageStyle } from './page-style.ts';

/** Escaped HTML. */
export type Html = ReturnType<typeof html>;

/** What the pages say of the bot, and where they link to. */
export interface PageSite {
  botName: string;
  /** One sentence below the name on the landing page. */
  botDescription?: string | undefined;
  /** PUBLIC_URL without a slash at its end. */
  baseUrl: string;
}

/** A whole document. `title` stands in the tab, before the bot's name. */
export function renderPage(
  site: PageSite,
  { title, main, footer }: { title: string; main: Html; footer?: Html },
): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · ${site.botName}</title>
<link rel="icon" href="data:,">
<style>${raw(pageStyle)}</style>
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
