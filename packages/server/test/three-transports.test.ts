/**
 * One bot file, three transports, both stores: what its event listeners see and answer is the same, whatever carried and kept
 * the event. The expectations are written once, by hand; what the bot answered is read from the conversations of the simulated
 * Slack.
 */
import type { AppSeed, LogRecord } from 'slack-simulator';
import { beforeEach, describe, expect, it } from 'vitest';
import type { BotServer } from '../src/index.ts';
import { type Installed, Scene, type StartOptions } from './scene.test-kit.ts';

const granular: AppSeed = {
  kind: 'granular',
  botScopes: [
    'channels:history',
    'channels:read',
    'chat:write',
    'im:history',
    'im:write',
    'reactions:read',
    'users:read',
  ],
  eventSubscriptions: [
    'app_uninstalled',
    'channel_rename',
    'member_joined_channel',
    'message.channels',
    'message.im',
    'reaction_added',
    'reaction_removed',
    'team_join',
    'tokens_revoked',
  ],
};

const transports: Record<'rtm' | 'http' | 'socket', { app: AppSeed; settings: (app: AppSeed) => StartOptions }> = {
  rtm: { app: { kind: 'classic' }, settings: () => ({ slackTransport: 'rtm' }) },
  http: {
    app: { ...granular, signingSecret: '00112233445566778899aabbccddeeff' },
    settings: ({ signingSecret = '' }) => ({ slackTransport: 'http', slackSigningSecret: signingSecret }),
  },
  socket: {
    app: { ...granular, isSocketModeOn: true, appLevelToken: 'xapp-test-contract' },
    settings: ({ appLevelToken = '' }) => ({ slackTransport: 'socket', slackAppToken: appLevelToken }),
  },
};

/** Answers every event with what it saw of it, in #general. */
function contractBot({ bot }: BotServer): void {
  const general = async (client: typeof bot.client, text: string) => {
    await client.chat.postMessage({ channel: '#general', text });
  };
  bot.message('hi', async ({ say, context, message }) => {
    const facts = [context.teamId, context.userId, context.botUserId, context.attempt];
    const inThread = 'thread_ts' in message && message.thread_ts !== undefined ? { thread_ts: message.thread_ts } : {};
    await say({ text: `hi ${facts.join(' ')}`, ...inThread });
  });
  bot.event('reaction_added', async ({ event, client }) => general(client, `${event.user} added ${event.reaction}`));
  bot.event('reaction_removed', async ({ event, client }) =>
    general(client, `${event.user} removed ${event.reaction}`),
  );
  bot.event('member_joined_channel', async ({ event, client, context }) => {
    if (event.user !== context.botUserId) await general(client, `${event.user} joined ${event.channel}`);
  });
  bot.event('channel_rename', async ({ event, client }) => general(client, `renamed to ${event.channel.name}`));
  bot.event('team_join', async ({ event, client }) => general(client, `welcome ${event.user.name}`));
  bot.event('message', async ({ event, client }) => {
    if (event.subtype === 'message_changed' && 'text' in event.message)
      await general(client, `changed to ${event.message.text}`);
    if (event.subtype === 'message_deleted') await general(client, `deleted ${event.deleted_ts}`);
  });
}

describe.each([
  ['rtm', 'sqlite'],
  ['http', 'sqlite'],
  ['socket', 'sqlite'],
  ['http', 'postgres'],
  ['socket', 'postgres'],
] as const)('a bot on %s with %s', (name, database) => {
  let scene: Scene;
  let acme: Installed;
  let ann: string;

  beforeEach(async () => {
    const { app, settings } = transports[name];
    scene = await Scene.open({ teams: [{ name: 'Acme' }, { name: 'Globex' }], app, database });
    await scene.importTeams(await scene.linesOf(['Acme', 'Globex']));
    await scene.start({ setUp: contractBot, slackScopes: ['chat:write'], ...settings(app) });
    if (name === 'http') {
      const [known] = await scene.slack.apps();
      await scene.during(scene.slack.updateApp(known?.id ?? '', { requestUrl: `${scene.url}/slack/events` }));
    } else await scene.until(({ kind, ok }) => kind === 'socket_open' && ok !== false, { what: 'the first socket' });
    await scene.pass(1_000);
    acme = await scene.installed('Acme');
    ann = (await scene.slack.team('Acme')).users.find((user) => user.name === 'ann')?.id ?? '';
  });

  /** The texts that the bot wrote in a conversation, once there are so many. */
  async function written(where: { channel?: string; to?: 'bot' }, count: number, team = 'Acme') {
    for (let looks = 0; looks < 200; looks++) {
      const messages = await scene.slack.messages({ team, ...where });
      const own = messages.filter(({ isBot }) => isBot);
      if (own.length >= count) return own;
      await scene.pass(250);
    }
    throw new Error(`The bot did not write ${count} messages`);
  }

  it('answers in a channel, in a thread, and in a direct message', async () => {
    const facts = `hi ${acme.id} ${ann} ${(await scene.slack.installs('Acme'))[0]?.botUserId} 1`;
    const first = await scene.slack.say({ team: 'Acme', channel: 'general', text: 'hi there' });
    await scene.slack.say({ team: 'Acme', channel: 'general', text: 'hi again', threadTs: first.ts });
    const inGeneral = await written({ channel: 'general' }, 2);
    expect(new Set(inGeneral.map(({ text, threadTs }) => [text, threadTs ?? null]))).toEqual(
      new Set([
        [facts, first.ts],
        [facts, null],
      ]),
    );
    await scene.slack.say({ team: 'Acme', to: 'bot', text: 'hi' });
    expect((await written({ to: 'bot' }, 1)).map(({ text }) => text)).toEqual([facts]);
  });

  it('hears reactions, edits, deletions, joins, renames and new people', async () => {
    const { ts } = await scene.slack.say({ team: 'Acme', channel: 'general', text: 'a message' });
    const on = { team: 'Acme', channel: 'general', ts };
    const acts = [
      { ...on, kind: 'react', emoji: 'wave' },
      { ...on, kind: 'unreact', emoji: 'wave' },
      { ...on, kind: 'edit', text: 'another one' },
      { ...on, kind: 'delete' },
      { team: 'Acme', channel: 'random', kind: 'rename_channel', name: 'renamed' },
    ] as const;
    for (const act of acts) await scene.slack.act(act);
    await scene.slack.addUser('Acme', { name: 'carol' });
    const carol = (await scene.slack.team('Acme')).users.find((user) => user.name === 'carol')?.id;
    const general = (await scene.slack.team('Acme')).channels.find((channel) => channel.name === 'general')?.id;
    const texts = (await written({ channel: 'general' }, 7)).map(({ text }) => text);
    expect(texts.sort()).toEqual(
      [
        `${ann} added wave`,
        `${ann} removed wave`,
        'changed to another one',
        `deleted ${ts}`,
        'renamed to renamed',
        'welcome carol',
        `${carol} joined ${general}`,
      ].sort(),
    );
  });

  it('answers in each workspace with that workspace’s own token', async () => {
    for (const team of ['Acme', 'Globex']) await scene.slack.say({ team, channel: 'general', text: 'hi' });
    const globex = await scene.installed('Globex');
    expect((await written({ channel: 'general' }, 1))[0]?.text).toContain(acme.id);
    expect((await written({ channel: 'general' }, 1, 'Globex'))[0]?.text).toContain(globex.id);
    const posts = await scene.callsOf('chat.postMessage');
    expect(new Set(posts.map(({ team, tokenId }) => [team, tokenId]))).toEqual(
      new Set([
        [acme.id, acme.botTokenId],
        [globex.id, globex.botTokenId],
      ]),
    );
  });

  it('does not answer itself', async () => {
    await scene.slack.say({ team: 'Acme', channel: 'general', text: 'hi' });
    await written({ channel: 'general' }, 1);
    await scene.pass(5_000);
    expect(await written({ channel: 'general' }, 1)).toHaveLength(1);
  });

  it('hears nothing more of a workspace that removed the app, and every other one goes on', async () => {
    const after = await scene.slack.lastSeq();
    await scene.slack.fault({ kind: 'remove_app', team: 'Acme' });
    const isProof = ({ kind, tokenId, ok }: LogRecord) =>
      kind === 'request' && tokenId === acme.botTokenId && ok === false;
    await scene.until(isProof, { after, what: 'the proof' });
    // Without an event, as on RTM, invalid_auth wants a second probe half a minute later.
    await scene.pass(35_000);
    const rows = await scene.rows();
    expect(new Set(rows.map(({ installation: { key, state } }) => [key, state.kind]))).toEqual(
      new Set([
        [acme.id, 'inactive'],
        [(await scene.installed('Globex')).id, 'active'],
      ]),
    );
    await scene.slack.say({ team: 'Globex', channel: 'general', text: 'hi' });
    await written({ channel: 'general' }, 1, 'Globex');
    const before = (await scene.usesOf(acme.botTokenId, after)).length;
    await scene.pass(60_000);
    expect(await scene.usesOf(acme.botTokenId, after)).toHaveLength(before);
  });
});
