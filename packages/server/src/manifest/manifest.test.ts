import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BotServer } from '../bot-server.ts';
import { admins, anyOf, type CommandsOptions, type CommandTable, commands, people } from '../commands/index.ts';
import { declarationsOf } from './bot-declarations.ts';
import { callsInSource } from './calls-in-source.ts';
import { type Manifest, type ManifestNeeds, manifestFor } from './manifest.ts';
import { checkManifest, moreThanNeeded } from './manifest-check.ts';
import { missingScopes } from './scopes.ts';

function ticketBot({ bot, server }: BotServer): void {
  bot.message('hi', async () => {});
  bot.event('app_mention', async () => {});
  bot.event('reaction_added', async () => {});
  bot.event(/^pin_/, async () => {});
  bot.command('/ticket', async () => {});
  bot.command(/^\/t/, async () => {});
  bot.shortcut('make_ticket', async () => {});
  bot.shortcut({ callback_id: 'ticket_of_message', type: 'message_action' }, async () => {});
  bot.action('close', async () => {});
  bot.options('project', async () => {});
  server.on('deactivated', () => {});
  server.everyTeam('day', async () => {});
}

const declared = () => declarationsOf(ticketBot);

const config: ManifestNeeds['config'] = {
  slackScopes: ['chat:write', 'channels:history'],
  slackUserScopes: [],
  slackTransport: 'http',
  slackPkce: false,
  publicUrl: 'https://bot.example.com',
};

const needs = async () => ({
  name: 'Tickets',
  config,
  declared: await declared(),
  methods: ['chat.postMessage', 'users.info'],
});

describe('what a bot declares', () => {
  it('is what it registers, each once; patterns have no name', async () => {
    expect(await declared()).toEqual({
      events: ['app_mention', 'reaction_added'],
      messages: true,
      directMessages: false,
      commands: ['/ticket'],
      describedCommands: [],
      methods: [],
      shortcuts: [
        { callbackId: 'make_ticket', type: 'global' },
        { callbackId: 'ticket_of_message', type: 'message' },
      ],
      functions: [],
      interactive: true,
      options: true,
      assistant: false,
    });
  });

  it('is checked by Bolt, and what the bot throws comes out', async () => {
    const throwing = () => {
      throw new Error('no database of mine');
    };
    await expect(declarationsOf(throwing)).rejects.toThrow('no database of mine');
  });
});

describe('callsInSource', () => {
  function botOf(files: Record<string, string>): string {
    const folder = mkdtempSync(join(tmpdir(), 'bot-'));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    return join(folder, 'bot.ts');
  }

  it('finds methods in the bot file and in what it imports, under the name that it is built to as well', () => {
    const path = botOf({
      'bot.ts': `import { b } from './b.js'; import x from 'npm-package'; await client.chat.update({}); say('x');`,
      'b.ts': `await this.client?.users.info ({ user }); await client.apiCall("reactions.add", {});`,
    });
    expect([...callsInSource(path).keys()].toSorted()).toEqual([
      'chat.postMessage',
      'chat.update',
      'reactions.add',
      'users.info',
    ]);
  });

  it('passes over comments, other methods and files that import each other', () => {
    const path = botOf({
      'bot.ts': `// client.pins.add()\n/* client.pins.list() */ import './b.ts'; a.b.c(); essay('x'); db.users.find(); cache.seen.hasOwnProperty('x'); id.parts.toString();`,
      'b.ts': `import './bot.ts'`,
    });
    expect(callsInSource(path).size).toBe(0);
  });
});

it('takes what every object has for no listener, no event and no method', async () => {
  const plain = await declarationsOf(({ bot }) => {
    bot.event('constructor', async () => {});
    expect(bot.isPrototypeOf({})).toBe(false);
  });
  expect(missingScopes({ asked: [], declared: plain, methods: ['hasOwnProperty'] })).toEqual([]);
});

describe('missingScopes', () => {
  it('names what no scope covers, and which would', async () => {
    expect(missingScopes({ asked: config.slackScopes, declared: await declared(), methods: ['users.info'] })).toEqual([
      { neededBy: 'event app_mention', oneOf: ['app_mentions:read'] },
      { neededBy: 'event reaction_added', oneOf: ['reactions:read'] },
      { neededBy: 'command /ticket', oneOf: ['commands'] },
      { neededBy: 'shortcuts', oneOf: ['commands'] },
      { neededBy: 'method users.info', oneOf: ['users:read'] },
    ]);
  });

  it('claims nothing of what it does not know', () => {
    const nothing = {
      events: ['event_of_tomorrow'],
      messages: false,
      directMessages: false,
      commands: [],
      describedCommands: [],
      methods: [],
      shortcuts: [],
      functions: [],
      interactive: false,
      options: false,
      assistant: false,
    };
    expect(missingScopes({ asked: [], declared: nothing, methods: ['auth.test', 'tomorrow.add'] })).toEqual([]);
  });
});

describe('manifestFor', () => {
  it('has scopes, events, commands, shortcuts and URLs', async () => {
    const { features, oauth_config, settings } = manifestFor(await needs());
    expect(oauth_config.scopes.bot).toEqual([
      'app_mentions:read',
      'channels:history',
      'chat:write',
      'commands',
      'reactions:read',
      'users:read',
    ]);
    expect(oauth_config.redirect_urls).toEqual(['https://bot.example.com/slack/oauth_redirect']);
    expect(settings.event_subscriptions).toEqual({
      request_url: 'https://bot.example.com/slack/events',
      bot_events: ['app_mention', 'app_uninstalled', 'message.channels', 'reaction_added', 'tokens_revoked'],
    });
    expect(settings.interactivity).toEqual({
      is_enabled: true,
      request_url: 'https://bot.example.com/slack/events',
      message_menu_options_url: 'https://bot.example.com/slack/events',
    });
    expect(features.slash_commands).toMatchObject([
      { command: '/ticket', url: 'https://bot.example.com/slack/events' },
    ]);
    expect(features.shortcuts).toMatchObject([
      { callback_id: 'make_ticket', type: 'global', name: 'Make ticket' },
      { callback_id: 'ticket_of_message', type: 'message', name: 'Ticket of message' },
    ]);
  });

  it('names no request URL where sockets are used', async () => {
    const given = await needs();
    const manifest = manifestFor({ ...given, config: { ...config, slackTransport: 'socket' } });
    expect(manifest.settings.socket_mode_enabled).toBe(true);
    expect(JSON.stringify(manifest)).not.toContain('/slack/events');
  });
});

describe('commands of slack-bot-server/commands', () => {
  const only: ManifestNeeds['config'] = { ...config, slackScopes: ['chat:write'] };
  const manifestOfBot = async (setUp: (context: BotServer) => void) =>
    manifestFor({ name: 'Pong', config: only, declared: await declarationsOf(setUp), methods: [] });

  it('ask for mentions and direct messages, and no more', async () => {
    const { features, oauth_config, settings } = await manifestOfBot(({ bot }) => {
      commands(bot, (table) => table.command('hi', () => {}));
    });
    expect(oauth_config.scopes.bot).toEqual(['app_mentions:read', 'chat:write', 'im:history']);
    expect(settings.event_subscriptions.bot_events).toEqual([
      'app_mention',
      'app_uninstalled',
      'message.im',
      'tokens_revoked',
    ]);
    expect(features.app_home).toEqual({ home_tab_enabled: false, messages_tab_enabled: true });
    expect(features.slash_commands).toBeUndefined();
  });

  it.each<[string, CommandsOptions, (table: CommandTable) => void]>([
    ['an alias', { aliases: ['pong'] }, () => {}],
    ['an operator', {}, (table) => table.operator('=', () => {})],
    ['a match', {}, (table) => table.match(/x/, () => {})],
    ['edits', { edits: true }, () => {}],
    ['the option', { listen: 'messages' }, () => {}],
  ])('ask for the messages of channels in place of mentions because of %s', async (_why, options, declare) => {
    const { oauth_config, settings } = await manifestOfBot(({ bot }) => commands(bot, options, declare));
    expect(oauth_config.scopes.bot).toEqual(['channels:history', 'chat:write', 'im:history']);
    const { bot_events: events } = settings.event_subscriptions;
    expect(events).toEqual(['app_uninstalled', 'message.channels', 'message.im', 'tokens_revoked']);
  });

  it('ask for who people are where a language, an admin or the own name matters', async () => {
    const bots: ((context: BotServer) => void)[] = [
      ({ bot }) => commands(bot, { texts: { en: {}, de: { failed: 'Das ging nicht.' } } }, () => {}),
      ({ bot }) => commands(bot, (table) => table.command('drop', { allow: anyOf(people('U1'), admins()) }, () => {})),
      ({ bot }) => commands(bot, { byName: true }, () => {}),
    ];
    for (const bot of bots) expect((await manifestOfBot(bot)).oauth_config.scopes.bot).toContain('users:read');
  });

  it('become slash commands with what they are for, and names of people are escaped', async () => {
    const manifest = await manifestOfBot(({ bot }) => {
      commands(bot, { slash: '/pong', summary: { en: 'Keeps the score', de: 'Zählt' } }, (table) => {
        table.command('won against :who(user)', { slash: '/won', summary: 'Somebody won' }, () => {});
        table.command('quiet', { slash: '/quiet' }, () => {});
      });
      bot.command('/own', async () => {});
    });
    const url = 'https://bot.example.com/slack/events';
    expect(manifest.features.slash_commands).toEqual([
      { command: '/own', description: 'Own', url, should_escape: false },
      { command: '/pong', description: 'Keeps the score', usage_hint: 'help', url, should_escape: true },
      { command: '/quiet', description: 'Quiet', url, should_escape: true },
      { command: '/won', description: 'Somebody won', usage_hint: '<who>', url, should_escape: true },
    ]);
    const exported = structuredClone(manifest);
    for (const command of exported.features.slash_commands ?? []) command.should_escape = false;
    expect(checkManifest(exported, manifest).map(({ problem }) => problem)).toEqual([
      '/pong: should_escape must be true; it is false',
      '/quiet: should_escape must be true; it is false',
      '/won: should_escape must be true; it is false',
    ]);
  });
});

describe('checkManifest', () => {
  it('has nothing to say of the manifest itself, nor of one with more', async () => {
    const manifest = manifestFor(await needs());
    expect(checkManifest(manifest, manifest)).toEqual([]);
    const more = structuredClone(manifest);
    more.oauth_config.scopes.bot.push('pins:write');
    more.settings.event_subscriptions.bot_events.push('pin_added');
    expect(checkManifest(more, manifest)).toEqual([]);
  });

  it('lists by pointer what no code of the bot needs', async () => {
    const manifest = manifestFor(await needs());
    expect(moreThanNeeded(manifest, manifest)).toEqual([]);
    const more = structuredClone(manifest);
    more.oauth_config.scopes.bot.push('admin');
    more.oauth_config.scopes.user = ['search:read'];
    more.settings.event_subscriptions.bot_events.push('pin_added');
    more.features.slash_commands?.push({ command: '/old', description: 'Old', should_escape: false });
    expect(moreThanNeeded(more, manifest).map(({ at, problem }) => `${at} ${problem}`)).toEqual([
      '/oauth_config/scopes/bot admin is not needed by this bot',
      '/oauth_config/scopes/user search:read is not needed by this bot',
      '/settings/event_subscriptions/bot_events pin_added is not needed by this bot',
      '/features/slash_commands /old is not needed by this bot',
    ]);
  });

  it('takes no scope as granted that a team may leave out, and no bot to which nobody can write', async () => {
    const { declared: found, ...others } = await needs();
    const manifest = manifestFor({ ...others, declared: { ...found, directMessages: true } });
    const exported = structuredClone(manifest) as Manifest & {
      oauth_config: { scopes: { bot_optional?: string[] } };
      features: { app_home?: { messages_tab_read_only_enabled?: boolean } };
    };
    exported.oauth_config.scopes.bot_optional = ['chat:write'];
    if (exported.features.app_home) exported.features.app_home.messages_tab_read_only_enabled = true;
    expect(checkManifest(exported, manifest).map(({ at, problem }) => `${at} ${problem}`)).toEqual([
      '/oauth_config/scopes/bot_optional chat:write must not be optional: the bot needs it of every team',
      '/features/app_home/messages_tab_read_only_enabled must be false: nobody can write to the bot',
    ]);
  });

  it('names what is missing and what is otherwise, by pointer', async () => {
    const manifest = manifestFor(await needs());
    const exported = {
      oauth_config: {
        redirect_urls: ['https://old.example.com/x'],
        scopes: { bot: manifest.oauth_config.scopes.bot.slice(1) },
      },
      settings: {
        socket_mode_enabled: true,
        event_subscriptions: {
          request_url: 'https://old.example.com',
          bot_events: manifest.settings.event_subscriptions.bot_events,
        },
      },
      features: {
        slash_commands: [{ command: '/ticket', url: 'https://old.example.com' }],
        shortcuts: manifest.features.shortcuts?.slice(1),
      },
    };
    expect(checkManifest(exported, manifest).map(({ at, problem }) => `${at} ${problem}`)).toEqual([
      '/oauth_config/scopes/bot app_mentions:read is missing',
      '/oauth_config/redirect_urls https://bot.example.com/slack/oauth_redirect is missing',
      '/settings/event_subscriptions/request_url must be "https://bot.example.com/slack/events"; it is "https://old.example.com"',
      '/settings/socket_mode_enabled must be off: events go to a socket that nobody opens',
      '/settings/interactivity/is_enabled must be true; it is missing',
      '/settings/interactivity/request_url must be "https://bot.example.com/slack/events"; it is missing',
      '/settings/interactivity/message_menu_options_url must be "https://bot.example.com/slack/events"; it is missing',
      '/features/slash_commands /ticket: url must be "https://bot.example.com/slack/events"; it is "https://old.example.com"',
      '/features/shortcuts make_ticket is missing',
      '/features/bot_user is missing: the app has no bot',
    ]);
  });

  it.each([
    [null],
    ['a text'],
    [[]],
    [{ settings: 7, features: null, oauth_config: [] }],
    [{ features: { slash_commands: [null, 7, 'x', []], shortcuts: [null] }, oauth_config: { scopes: { bot: {} } } }],
  ])('takes %j for one that lacks everything', async (exported) => {
    const manifest = manifestFor(await needs());
    expect(checkManifest(exported, manifest).length).toBeGreaterThan(10);
  });
});
