/** The page behind `GET /status`: how the bot is, for anybody. */
import { html } from 'hono/html';
import { footerOf, iconOf } from './notice-page.ts';
import type { Html, PageParts, PageSite } from './page.ts';
import { botOf, type PublicPage, type StatusPart, type Tone } from './public-page.ts';
import type { PublicStatus } from './public-status.ts';

const HEADINGS: Readonly<Record<StatusPart['state'], (name: string) => string>> = {
  ok: (name) => `${name} works`,
  trouble: (name) => `${name} works in part`,
  down: (name) => `${name} does not work at the moment`,
};

const TONES: Readonly<Record<StatusPart['state'], [Tone, string]>> = {
  ok: ['done', 'Works'],
  trouble: ['note', 'Trouble'],
  down: ['fail', 'Down'],
};

/** What it says. */
export function statusPage(site: PageSite, { state, parts }: PublicStatus): PublicPage {
  const [tone, status] = TONES[state];
  return { kind: 'status', tone, bot: botOf(site), status, heading: HEADINGS[state](site.botName), texts: [], parts };
}

/** How it looks, unless the bot has a template. */
export function statusParts(site: PageSite, page: PublicPage): PageParts {
  const { tone = 'note', status, heading, texts, parts = [] } = page;
  const main = html`<p class="status ${tone}">${iconOf(tone)}<span>${status}</span></p>
<h1>${heading}</h1>
${texts.map((text) => html`<p>${text}</p>`)}
<ul class="parts">
${parts.map(lineOf)}
</ul>`;
  return { title: `Status: ${status}`, main, footer: footerOf(site) };
}

function lineOf({ name, state, text }: StatusPart): Html {
  const [tone, word] = TONES[state];
  return html`<li><span>${name}</span> <span class="status ${tone}">${iconOf(tone)}<span>${word}</span></span>${text ? html`<p class="soft">${text}</p>` : ''}</li>
`;
}
