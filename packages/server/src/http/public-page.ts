/** What a public page says, before it is decided how it looks: the facts that a template of the bot gets (site-pages.ts). */
import type { Html, PageSite } from './page.ts';

/**
 * - `landing`: the Slack button
 * - `installed`: an install is done
 * - `waiting`: an admin of the workspace has to approve the app first
 * - `failed`: an install was cancelled or refused, or something else went wrong; also the page of an address that is none
 * - `status`: how the bot is (STATUS_PAGE)
 */
export const pageKinds = ['landing', 'installed', 'waiting', 'failed', 'status'] as const;
export type PageKind = (typeof pageKinds)[number];

/** How it went; shown as colour, word and icon. */
export type Tone = 'done' | 'note' | 'fail';

/** A public page in words. Texts that came from elsewhere are escaped already, or will be. */
export interface PublicPage {
  kind: PageKind;
  tone?: Tone;
  bot: { name: string; description: string | undefined; iconUrl: string | undefined };
  /** In a word or two: `Installed`, `Cancelled`. */
  status: string;
  heading: Html | string;
  /** Paragraphs: what happened, and what that changed. */
  texts: readonly (Html | string)[];
  /** The one thing to do next: the Slack button, Start again, Open Slack. */
  button?: { label: string; url: string };
  /** Another way to do the same. */
  link?: { label: string; url: string };
  /** Slack's code, for whoever is asked for help. */
  slackError?: string;
  /** Of an install that is done. */
  teamId?: string;
  /** Of the page `status`. */
  parts?: readonly StatusPart[];
}

/** One part of what works, or does not. */
export interface StatusPart {
  name: string;
  state: 'ok' | 'trouble' | 'down';
  /** What that means for people; undefined while all is well. */
  text?: string | undefined;
}

export function botOf({ botName, botDescription, iconUrl }: PageSite): PublicPage['bot'] {
  return { name: botName, description: botDescription, iconUrl };
}
