/** The site: made of site/content, which assemble.ts and reference.ts write. It loads nothing from elsewhere. */
import { defineConfig } from 'vitepress';
import { sitePages } from '../pages.ts';
import { sidebar } from '../sidebar.ts';
import { slugOf } from '../slug.ts';

const places = [...sitePages().values()].map((place) => place.replace(/\.md$/, '')).toSorted();

export default defineConfig({
  title: 'slack-bot-server',
  description: 'One Slack bot, alive in every workspace that installed it',
  srcDir: 'content',
  outDir: 'dist',
  // So that the files can be served from any path, and a folder of a static server needs no rules.
  base: process.env.DOCS_BASE ?? '/',
  // Browsers ask for an icon otherwise, and there is none.
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  lastUpdated: false,
  markdown: {
    // Texts such as <team> are words here, never elements.
    html: false,
    // Braces are code here, never attributes.
    attrs: { disable: true },
    anchor: { slugify: slugOf },
    config: (md) => {
      const { text } = md.renderer.rules;
      // Vue would take what stands in double braces for an expression.
      md.renderer.rules.text = (...given) =>
        (text?.(...given) ?? md.utils.escapeHtml(given[0][given[1]]?.content ?? '')).replaceAll('{{', '&#123;&#123;');
    },
  },
  themeConfig: {
    search: {
      provider: 'local',
      options: {
        miniSearch: {
          searchOptions: {
            // Guides before lists: the reference has every word, many times.
            boostDocument: (id: string) => (/^\/(reference|adr|server|benchmarks|licences)/.test(id) ? 0.2 : 1),
          },
        },
      },
    },
    sidebar: sidebar(places),
    outline: [2, 3],
    nav: [
      { text: 'Begin', link: '/getting-started' },
      { text: 'Operate', link: '/operate' },
      { text: 'Simulator', link: '/simulator' },
    ],
  },
});
