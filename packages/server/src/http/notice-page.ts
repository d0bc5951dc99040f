/** The page that tells one thing: what happened, what that changed, and the one thing to do next. */
import { html } from 'hono/html';
import { installLink } from './install-link.ts';
import type { Html, PageParts, PageSite } from './page.ts';
import { botOf, type PageKind, type PublicPage, type Tone } from './public-page.ts';

/** The one thing to do next. `reload` opens the same address again without writing it into the page. */
export type NextStep = 'start_again' | 'reload' | 'home' | { label: string; url: string } | undefined;

/** The words of a notice page. */
export interface Notice {
  tone: Tone;
  /** One or two words beside the icon. */
  status: string;
  title: Html | string;
  /** What happened. */
  what: Html | string;
  /** What was changed, or that nothing was. */
  changed?: Html | string | undefined;
  next: NextStep;
  /** Another way to do the same, below the button. */
  also?: { label: string; url: string } | undefined;
  /** Slack's error code, for whoever is asked for help. */
  slackError?: string | undefined;
}

/** What a visit that starts again takes along. */
interface StartAgain {
  metadata?: string | undefined;
}

const iconPaths: Record<Tone, string> = {
  done: 'm5.5 10.5 3 3 6-7',
  note: 'M10 9v5M10 6v.5',
  fail: 'm7 7 6 6m0-6-6 6',
};

/** What a notice says. `metadata` is for the link that starts again. */
export function noticePage(
  site: PageSite,
  { tone, status, title, what, changed, next, also, slackError }: Notice,
  { metadata, kind, teamId }: StartAgain & { kind?: PageKind; teamId?: string | undefined } = {},
): PublicPage {
  const button = buttonOf(site, next, { metadata });
  return {
    kind: kind ?? (tone === 'done' ? 'installed' : 'failed'),
    tone,
    bot: botOf(site),
    status,
    heading: title,
    texts: changed ? [what, changed] : [what],
    ...(button && { button }),
    ...(also && { link: also }),
    ...(slackError !== undefined && { slackError }),
    ...(teamId !== undefined && { teamId }),
  };
}

/** How it looks, unless the bot has a template. */
export function noticeParts(site: PageSite, page: PublicPage): PageParts {
  const { tone = 'note', status, heading, texts, button, link, slackError } = page;
  const main = html`<p class="status ${tone}">${iconOf(tone)}<span>${status}</span></p>
<h1>${heading}</h1>
${texts.map((text) => html`<p>${text}</p>`)}
${button ? html`<p><a class="button" href="${button.url}">${button.label}</a></p>` : ''}
${link ? html`<p class="soft small"><a href="${link.url}">${link.label}</a></p>` : ''}
${slackError ? html`<p class="soft small">Slack’s error code: <code>${slackError}</code></p>` : ''}`;
  return { title: status, main, footer: footerOf(site) };
}

/** The way back to the landing page. */
export function footerOf({ baseUrl, botName }: PageSite): Html {
  return html`<a href="${baseUrl}/">${botName}</a>`;
}

/** Drawn in the colour of its word. */
export function iconOf(tone: Tone): Html {
  return html`<svg viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false"><circle cx="10" cy="10" r="8.5"/><path d="${iconPaths[tone]}"/></svg>`;
}

function buttonOf(site: PageSite, next: NextStep, startAgain: StartAgain): { label: string; url: string } | undefined {
  return typeof next === 'string' ? knownStep(site, next, startAgain) : next;
}

function knownStep(
  site: PageSite,
  next: 'start_again' | 'reload' | 'home',
  startAgain: StartAgain,
): { label: string; url: string } {
  const steps = {
    start_again: { label: 'Start again', url: installLink(site.baseUrl, startAgain) },
    // An empty reference is the current address with its query; code and state need not be written into the page.
    reload: { label: 'Try again', url: '' },
    home: { label: 'To the start page', url: `${site.baseUrl}/` },
  };
  return steps[next];
}
