import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebClient } from '@slack/web-api';
import { describe, expect, it } from 'vitest';
import { startSimulator } from '../index.ts';
import { manifestOf, settingsOf } from './app-settings.ts';
import { checkManifest, requireManifest } from './check-manifest.ts';

/** Every part that the simulator acts on, and one that it does not. */
const whole = {
  _metadata: { major_version: 2, minor_version: 1 },
  display_information: { name: 'Weather', description: 'Tells the weather', background_color: '#4a154b' },
  features: {
    app_home: { home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: false },
    assistant_view: { assistant_description: 'Asks the sky', suggested_prompts: [] },
    bot_user: { display_name: 'Weather Frog', always_online: true },
    shortcuts: [{ name: 'Report', type: 'global', callback_id: 'report', description: 'Reports' }],
    slash_commands: [
      {
        command: '/weather',
        url: 'http://127.0.0.1:3000/x',
        description: 'Tells',
        usage_hint: '[city]',
        should_escape: true,
      },
    ],
    unfurl_domains: ['weather.example'],
  },
  oauth_config: {
    redirect_urls: ['http://127.0.0.1:3000/back'],
    scopes: { bot: ['chat:write', 'commands'], bot_optional: ['reactions:read'], user: ['search:read'] },
    pkce_enabled: true,
  },
  settings: {
    event_subscriptions: {
      request_url: 'http://127.0.0.1:3000/slack/events',
      bot_events: ['app_mention'],
      user_events: ['message.im'],
    },
    interactivity: {
      is_enabled: true,
      request_url: 'http://127.0.0.1:3000/slack/actions',
      message_menu_options_url: 'http://127.0.0.1:3000/slack/options',
    },
    org_deploy_enabled: true,
    socket_mode_enabled: false,
    token_rotation_enabled: false,
  },
};

const settings = {
  name: 'Weather',
  botName: 'Weather Frog',
  kind: 'granular',
  botScopes: ['chat:write', 'commands', 'reactions:read'],
  userScopes: ['search:read'],
  optionalScopes: ['reactions:read'],
  redirectUrls: ['http://127.0.0.1:3000/back'],
  requestUrl: 'http://127.0.0.1:3000/slack/events',
  interactivityUrl: 'http://127.0.0.1:3000/slack/actions',
  optionsUrl: 'http://127.0.0.1:3000/slack/options',
  commands: [{ command: '/weather', url: 'http://127.0.0.1:3000/x' }],
  shortcuts: [{ type: 'global', name: 'Report', callbackId: 'report' }],
  eventSubscriptions: ['app_mention', 'message.im'],
  isSocketModeOn: false,
  isTokenRotationOn: false,
  isOrgWide: true,
  isPkceOn: true,
};

describe('a manifest', () => {
  it('says everything about an app that it says on Slack', async () => {
    expect(settingsOf(requireManifest(whole))).toMatchObject(settings);
    await using slack = await startSimulator({ app: { manifest: whole } });
    expect((await slack.control.apps())[0]).toMatchObject(settings);
  });

  it('comes back as it was given, and with what was changed since', async () => {
    await using slack = await startSimulator({ app: { manifest: whole } });
    const [app] = await slack.control.apps();
    if (!app) throw new Error('no app');
    expect(JSON.parse(JSON.stringify(manifestOf(app)))).toEqual(whole);
    const { app: changed } = await slack.control.updateApp(app.id, { eventSubscriptions: ['reaction_added'] });
    expect(manifestOf(changed).settings?.event_subscriptions).toMatchObject({ bot_events: ['reaction_added'] });
    expect(manifestOf(changed).features?.slash_commands).toEqual(whole.features.slash_commands);
  });

  it('is read from a file, JSON or YAML, and names the bot that it installs', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'manifest-'));
    const [json, yaml] = [join(folder, 'manifest.json'), join(folder, 'manifest.yaml')];
    await writeFile(json, JSON.stringify(whole));
    await writeFile(yaml, 'display_information: { name: Sun }\nfeatures: { bot_user: { display_name: sunny } }\n');
    await using slack = await startSimulator({ app: { manifest: json } });
    await using other = await startSimulator({ app: { manifest: yaml } });
    const { botToken } = await slack.control.install({ team: 'Acme' });
    const client = new WebClient(botToken, { slackApiUrl: slack.apiUrl });
    const { user_id: user = '' } = await client.auth.test();
    expect((await slack.control.team('Acme')).users).toContainEqual(
      expect.objectContaining({ id: user, realName: 'Weather Frog' }),
    );
    expect(await other.control.apps()).toMatchObject([{ name: 'Sun', botName: 'sunny' }]);
    await rm(folder, { recursive: true });
  });

  it('changes everything of an app that it says, and nothing else', async () => {
    await using slack = await startSimulator({
      app: { kind: 'granular', isOrgWide: true, commands: [{ command: '/old' }] },
    });
    const before = (await slack.control.apps())[0];
    const { app } = await slack.control.updateApp('A0SIMULATE', { manifest: { ...whole }, verify: false });
    expect(app).toMatchObject({ ...settings, id: 'A0SIMULATE', signingSecret: before?.signingSecret });
    const small = { display_information: { name: 'Small' } };
    const { app: bare } = await slack.control.updateApp(app.id, { manifest: small, botScopes: ['chat:write'] });
    expect(bare).toMatchObject({
      name: 'Small',
      commands: [],
      shortcuts: [],
      eventSubscriptions: [],
      isOrgWide: false,
    });
    expect([bare.requestUrl, bare.interactivityUrl, bare.botScopes]).toEqual([undefined, undefined, ['chat:write']]);
  });

  it('lets an app be used by the shortcuts and commands that it names only', async () => {
    await using slack = await startSimulator({ app: { manifest: whole } });
    await slack.control.install({ team: 'Acme' });
    const use = (kind: 'shortcut' | 'message_action', callbackId: string) =>
      slack.control.act({ kind, team: 'Acme', channel: 'general', callbackId } as never);
    await expect(slack.control.act({ kind: 'shortcut', team: 'Acme', callbackId: 'other' })).rejects.toMatchObject({
      code: 'not_found',
    });
    await expect(use('message_action', 'report')).rejects.toMatchObject({ code: 'not_found' });
    expect(await slack.control.act({ kind: 'shortcut', team: 'Acme', callbackId: 'report' })).toMatchObject({
      acked: false,
    });
  });

  it('may be sent as its text, JSON or YAML, and is refused with the line when it is neither', async () => {
    await using slack = await startSimulator();
    const yaml = 'display_information:\n  name: Rota # of today\nfeatures:\n  bot_user: { display_name: rota }\n';
    const made = await slack.control.addApp({ manifest: yaml });
    expect(made).toMatchObject({ name: 'Rota', kind: 'granular' });
    const { app } = await slack.control.updateApp(made.id, { manifest: JSON.stringify(whole), verify: false });
    expect(app).toMatchObject({ name: whole.display_information.name });
    await expect(slack.control.addApp({ manifest: 'a: [' })).rejects.toThrow(/neither JSON nor YAML: .*line 1/);
    await expect(slack.control.addApp({ manifest: 7 })).rejects.toThrow(/an object, or its text in JSON or YAML/);
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefghi'.split('').map((name, n) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghi'[n]}`).join(',')}]`),
    ];
    await expect(slack.control.addApp({ manifest: bomb.join('\n') })).rejects.toThrow(/Excessive alias count/);
  });

  // (https://docs.slack.dev/reference/methods/apps.manifest.validate shows these three)
  it('is refused with the messages and pointers of apps.manifest.validate', () => {
    const events = { event_subscriptions: { bot_events: ['app_mention'] }, interactivity: { is_enabled: true } };
    expect(checkManifest({ display_information: { name: 'x' }, settings: events }).problems).toEqual([
      {
        message: 'Event Subscription requires either Request URL or Socket Mode Enabled',
        pointer: '/settings/event_subscriptions',
      },
      { message: 'Interactivity requires a Request URL', pointer: '/settings/interactivity' },
      { message: 'Interactivity requires Socket Mode enabled', pointer: '/settings/interactivity' },
    ]);
    expect(checkManifest({ ...whole, settings: { ...events, socket_mode_enabled: true } }).problems).toBeUndefined();
  });

  it.each([
    ['nothing', undefined, '/'],
    ['a list', [], '/'],
    ['text that is no JSON', '{', '/'],
    ['no name', { display_information: {} }, '/display_information/name'],
    ['a name of 36 characters', { display_information: { name: 'x'.repeat(36) } }, '/display_information/name'],
    [
      'scopes that are text',
      { display_information: { name: 'x' }, oauth_config: { scopes: { bot: 'a' } } },
      '/oauth_config/scopes/bot',
    ],
    [
      'a command without a slash',
      { ...whole, features: { slash_commands: [{ command: 'x', description: '' }] } },
      '/features/slash_commands/0/command',
    ],
  ])('is refused when it is %s', async (_what, manifest, pointer) => {
    expect(checkManifest(manifest).problems).toContainEqual(expect.objectContaining({ pointer }));
    if (!manifest || typeof manifest !== 'object') return;
    const refused = startSimulator({ app: { manifest } });
    await expect(refused).rejects.toMatchObject({
      code: 'invalid_manifest',
      message: expect.stringContaining(pointer),
    });
  });
});
