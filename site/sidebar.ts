/** The order in which a reader finds the pages. A page that is not named here comes under "More". */

interface Item {
  text: string;
  link: string;
}

interface Group {
  text: string;
  items: Item[];
  collapsed?: boolean;
}

const page = (text: string, place: string): Item => ({ text, link: `/${place}` });

const groups: readonly Group[] = [
  {
    text: 'Begin',
    items: [
      page('Add to Slack in 5 minutes', 'getting-started'),
      page('What it is', 'overview'),
      page('How does it compare?', 'compared'),
    ],
  },
  {
    text: 'Write a bot',
    items: [
      page('Listeners, documents, routes', 'bots'),
      page('Commands', 'commands'),
      page('Hooks', 'hooks'),
      page('Jobs', 'jobs'),
      page('How do I test it?', 'testing'),
    ],
  },
  {
    text: 'Recipes',
    items: [
      page('Charge for it', 'recipes/billing'),
      page('Settings per team', 'recipes/team-settings'),
      page('Send messages later', 'recipes/scheduled-messages'),
      page('Do what takes long', 'recipes/long-work'),
      page('Files', 'recipes/files'),
      page('Whole organizations', 'org-wide'),
      page('Behind proxies', 'recipes/proxies'),
      page('Back it up', 'backup'),
    ],
  },
  {
    text: 'Move an existing bot',
    items: [
      page('From Bolt', 'migrating/from-bolt'),
      page('From slack-ruby-bot-server', 'migrating/from-slack-ruby-bot-server'),
      page('From Hubot', 'migrating/from-hubot'),
      page('Import installations', 'importing'),
    ],
  },
  {
    text: 'Run it',
    items: [
      page('In production', 'running'),
      page('Over HTTP', 'http'),
      page('Over Socket Mode', 'socket'),
      page('On RTM', 'rtm'),
      page('Is everything set up?', 'setting-up'),
      page('How a workspace installs it', 'installing'),
      page('Token rotation', 'token-rotation'),
      page('More than one machine', 'scale'),
      page('Files to deploy with', 'deploy'),
      page('Upgrade', 'upgrade'),
    ],
  },
  {
    text: 'Operate it',
    items: [
      page('What an operator does', 'operate'),
      page('Why did it not answer?', 'why'),
      page('What happens when …?', 'what-happens'),
      page('What becomes of an event', 'events'),
      page('Many teams failed at once', 'incidents'),
      page('What to watch', 'monitor'),
      page('Admin API and dashboard', 'api'),
      page('Agents (MCP)', 'mcp'),
      page('Security, threat model', 'security'),
      page('Tokens and keys', 'credentials'),
    ],
  },
  {
    text: 'The simulator',
    items: [
      page('For a bot in any language', 'simulator'),
      page('Reference', 'simulator/reference'),
      page('Coverage', 'simulator/coverage'),
      page('Changes', 'simulator/changelog'),
    ],
  },
  {
    text: 'Look it up',
    items: [
      page('Settings', 'configuration'),
      page('Error codes', 'errors'),
      page('Command line', 'command-line'),
      page('API: slack-bot-server', 'reference/server/src'),
      page('API: commands', 'reference/server/src/commands'),
      page('API: testing', 'reference/server/src/testing'),
      page('API: slack-simulator', 'reference/simulator/src'),
      page('Benchmarks', 'benchmarks'),
      page('Promises and invariants', 'server/spec'),
      page('Changes', 'server/changelog'),
      page('Licences', 'licences'),
    ],
  },
];

/** @param places Every page of the site, without `.md`. */
export function sidebar(places: readonly string[]): Group[] {
  const named = new Set(groups.flatMap(({ items }) => items.map(({ link }) => link)));
  const rest = places.filter((place) => !named.has(`/${place}`));
  const items = rest.map((place) => page(place.replaceAll('-', ' ').replace(/^adr\//, 'decision '), place));
  return [...groups, { text: 'More', items, collapsed: true }];
}
