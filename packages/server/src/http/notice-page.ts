/** The page that tells one thing: what happened, what that changed, and the one thing to do next. */
import { html } from 'hono/html';
import { installLink } from './install-link.ts';
import { type Html, type PageSite, renderPage } from './page.ts';

/** How it went; shown as colour, word and icon. */
export type Tone = 'done' | 'note' | 'fail';

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

/** Draws a notice. `metadata` is for the link that starts again. */
export function renderNoticePage(site: PageSite, notice: Notice, { metadata }: StartAgain = {}): Html {
  const main = html`<p class="status ${notice.tone}">${iconOf(notice.tone)}<span>${notice.status}</span></p>
<h1>${notice.title}</h1>
<p>${notice.what}</p>
${notice.changed ? html`<p>${notice.changed}</p>` : ''}
${buttonOf(site, notice.next, { metadata })}
${notice.also ? html`<p class="soft small"><a href="${notice.also.url}">${notice.also.label}</a></p>` : ''}
${notice.slackError ? html`<p class="soft small">Slack’s error code: <code>${notice.slackError}</code></p>` : ''}`;
  return renderPage(site, {
    title: notice.status,
    main,
    footer: html`<a href="${site.baseUrl}/">${site.botName}</a>`,
  });
}

function iconOf(tone: Tone): Html {
  return html`<svg viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false"><circle cx="10" cy="10" r="8.5"/><path d="${iconPaths[tone]}"/></svg>`;
}

function buttonOf(site: PageSite, next: NextStep, startAgain: StartAgain): Html | '' {
  if (next === undefined) return '';
  const { label, url } = typeof next === 'string' ? knownStep(site, next, startAgain) : next;
  return html`<p><a class="button" href="${url}">${label}</a></p>`;
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
