/** The landing page: what the bot is called, and the Slack button. */
import { html } from 'hono/html';
import { installLink } from './install-link.ts';
import type { Html, PageParts, PageSite } from './page.ts';
import { botOf, type PublicPage } from './public-page.ts';

/** Slack's mark, drawn here: the page loads nothing from elsewhere. */
const slackMark = html`<svg viewBox="0 0 122.8 122.8" aria-hidden="true" focusable="false"><path fill="#e01e5a" d="M25.8 77.6c0 7.1-5.8 12.9-12.9 12.9S0 84.7 0 77.6s5.8-12.9 12.9-12.9h12.9v12.9zm6.5 0c0-7.1 5.8-12.9 12.9-12.9s12.9 5.8 12.9 12.9v32.3c0 7.1-5.8 12.9-12.9 12.9s-12.9-5.8-12.9-12.9V77.6z"/><path fill="#36c5f0" d="M45.2 25.8c-7.1 0-12.9-5.8-12.9-12.9S38.1 0 45.2 0s12.9 5.8 12.9 12.9v12.9H45.2zm0 6.5c7.1 0 12.9 5.8 12.9 12.9s-5.8 12.9-12.9 12.9H12.9C5.8 58.1 0 52.3 0 45.2s5.8-12.9 12.9-12.9h32.3z"/><path fill="#2eb67d" d="M97 45.2c0-7.1 5.8-12.9 12.9-12.9s12.9 5.8 12.9 12.9-5.8 12.9-12.9 12.9H97V45.2zm-6.5 0c0 7.1-5.8 12.9-12.9 12.9s-12.9-5.8-12.9-12.9V12.9C64.7 5.8 70.5 0 77.6 0s12.9 5.8 12.9 12.9v32.3z"/><path fill="#ecb22e" d="M77.6 97c7.1 0 12.9 5.8 12.9 12.9s-5.8 12.9-12.9 12.9-12.9-5.8-12.9-12.9V97h12.9zm0-6.5c-7.1 0-12.9-5.8-12.9-12.9s5.8-12.9 12.9-12.9h32.3c7.1 0 12.9 5.8 12.9 12.9s-5.8 12.9-12.9 12.9H77.6z"/></svg>`;

/** What the page behind `GET /` says. Without an app's credentials there is no button that could not work. */
export function landingPage(
  site: PageSite,
  { canInstall, metadata }: { canInstall: boolean; metadata?: string | undefined },
): PublicPage {
  return {
    kind: 'landing',
    bot: botOf(site),
    status: canInstall ? 'Add to Slack' : 'Not available',
    heading: site.botName,
    texts: [site.botDescription ?? 'A bot for your Slack workspace.'],
    ...(canInstall && { button: { label: 'Add to Slack', url: installLink(site.baseUrl, { metadata }) } }),
  };
}

/** How it looks, unless the bot has a template. */
export function landingParts({ bot, status, heading, texts, button }: PublicPage): PageParts {
  const main = html`${tileOf(bot)}
<h1>${heading}</h1>
${texts.map((text) => html`<p>${text}</p>`)}
${button ? slackButton(button) : notInstallable}`;
  return { title: status, main };
}

/**
 * The first letter of the bot, and its picture over it: where the picture is slow or gone, the letter stays. The picture says no size,
 * so that it takes none before it is there.
 */
function tileOf({ name, iconUrl }: PublicPage['bot']): Html {
  const [initial = ''] = name;
  const picture = iconUrl === undefined ? '' : html`<img src="${iconUrl}" alt="">`;
  return html`<p class="tile" aria-hidden="true"><span>${initial.toUpperCase()}</span>${picture}</p>`;
}

function slackButton({ label, url }: { label: string; url: string }): Html {
  return html`<p><a class="button slack" href="${url}">${slackMark}<span>${label}</span></a></p>
<p class="soft small">Slack asks which workspace to add it to and what it may do there. Then you come back to this site.</p>`;
}

const notInstallable = html`<p class="soft small">It cannot be added to a workspace right now: whoever runs it has not set <code>SLACK_CLIENT_ID</code> and <code>SLACK_CLIENT_SECRET</code>.</p>`;
