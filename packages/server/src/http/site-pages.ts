/** Answers with public pages: in the look that all bots have, or in that of the bot's own templates. */
import type { Context } from 'hono';
import type { BotPages } from './bot-pages.ts';
import { landingParts } from './landing-page.ts';
import { noticeParts } from './notice-page.ts';
import { answerPage, type PageParts, type PageSite } from './page.ts';
import type { PublicPage } from './public-page.ts';
import { statusParts } from './status-page.ts';

export interface SitePages {
  site: PageSite;
  answer(context: Context, page: PublicPage, status: number): Promise<Response>;
}

/** @param templates Of the bot. @defaultValue none */
export function createSitePages(site: PageSite, templates?: Pick<BotPages, 'dress'>): SitePages {
  return {
    site,
    async answer(context, page, status) {
      const standard = standardParts(site, page);
      const parts = (await templates?.dress(page, standard)) ?? standard;
      return await answerPage(context, site, { parts, status });
    },
  };
}

function standardParts(site: PageSite, page: PublicPage): PageParts {
  if (page.kind === 'landing') return landingParts(page);
  return page.kind === 'status' ? statusParts(site, page) : noticeParts(site, page);
}
