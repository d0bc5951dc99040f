/** What one person sees: their own conversations, what is unread, ephemerals that are theirs, and threads. */
import { WebClient } from '@slack/web-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installedSimulator } from '../../../test/support/slack.ts';
import type { ScreenInfo } from './screen-schema.ts';

let slack: Awaited<ReturnType<typeof installedSimulator>>;
beforeAll(async () => {
  slack = await installedSimulator({ teams: 2 });
});
afterAll(() => slack.stop());

const see = async (query: Record<string, string> = {}, team = 'Acme'): Promise<ScreenInfo> => {
  const response = await fetch(`${slack.url}/_sim/teams/${team}/screen?${new URLSearchParams(query)}`);
  expect(response.status).toBe(200);
  return (await response.json()) as ScreenInfo;
};
const idOf = (screen: ScreenInfo, name: string) => screen.people.find((one) => one.name === name)?.id ?? '';
const conversation = (screen: ScreenInfo, name: string) => screen.conversations.find((one) => one.name === name);

describe('the screen of a person', () => {
  it('has the workspace, who one is, and the apps with their state', async () => {
    const screen = await see();
    expect(screen.team).toMatchObject({ name: 'Acme', domain: 'acme' });
    expect(screen.me).toBe(idOf(screen, 'ann'));
    expect(screen.apps).toMatchObject([{ id: 'A0SIMULATE', status: 'active', sockets: 0, hasHome: false }]);
    expect((await see({}, 'Globex')).apps).toMatchObject([{ status: 'none' }]);
    expect(screen.channel).toBeUndefined();
  });

  it('counts what others wrote since one read, and what is for oneself', async () => {
    const { me } = await see();
    await slack.control.say({ team: 'Acme', channel: 'random', user: 'bob', text: 'one' });
    const { ts } = await slack.control.say({ team: 'Acme', channel: 'random', user: 'bob', text: `two <@${me}>` });
    await slack.control.say({ team: 'Acme', channel: 'random', user: 'ann', text: 'mine' });
    expect(conversation(await see(), 'random')).toMatchObject({ unread: 2, mentions: 1, isMember: true });
    expect(conversation(await see({ user: 'bob' }), 'random')).toMatchObject({ unread: 1, mentions: 0 });
    await fetch(`${slack.url}/_sim/teams/Acme/read`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ channel: 'random', user: 'ann', ts }),
    });
    expect(conversation(await see(), 'random')).toMatchObject({ unread: 0, mentions: 0 });
  });

  it('shows private conversations to their members alone', async () => {
    await slack.control.say({ team: 'Acme', to: 'bot', user: 'bob', text: 'between us' });
    const bob = await see({ user: 'bob', channel: 'bot' });
    expect(bob.channel?.messages).toMatchObject([{ text: 'between us', isBot: false }]);
    const id = bob.channel?.id ?? '';
    const ann = await see({ user: 'ann', channel: id });
    expect(ann.channel).toBeUndefined();
    expect(ann.conversations.map((one) => one.id)).not.toContain(id);
  });

  it('calls an app by its name where its bot user has a handle, unless it gave itself another name', async () => {
    const bot = new WebClient(slack.acme.botToken, { slackApiUrl: slack.apiUrl });
    const { id = '' } = (await see({ user: 'bob', channel: 'bot' })).channel ?? {};
    await bot.chat.postMessage({ channel: id, text: 'from the bot' });
    await bot.chat.postMessage({ channel: id, text: 'as another', username: 'Herald' });
    const { channel, people } = await see({ user: 'bob', channel: id });
    expect(channel?.messages.map(({ name }) => name)).toEqual(['bob', 'Demo Bot', 'Herald']);
    expect(people.find(({ isBot }) => isBot)).toMatchObject({ name: 'demobot', realName: 'Demo Bot' });
  });

  it('has ephemerals for their reader only, and threads beside the conversation', async () => {
    const screen = await see({ channel: 'general' });
    const bot = new WebClient(slack.acme.botToken, { slackApiUrl: slack.apiUrl });
    const channel = screen.channel?.id ?? '';
    await slack.control.invite('Acme', 'general', { user: 'bot' });
    const { ts } = await slack.control.say({ team: 'Acme', channel: 'general', user: 'bob', text: 'a question' });
    await bot.chat.postEphemeral({ channel, user: screen.me, text: 'psst' });
    await bot.chat.postMessage({ channel, thread_ts: ts, text: 'an answer' });
    const ann = await see({ channel: 'general', thread: ts });
    expect(ann.channel?.messages.filter((one) => one.isEphemeral).map((one) => one.text)).toEqual(['psst']);
    expect(ann.channel?.messages.find((one) => one.ts === ts)?.replies).toMatchObject({ count: 1 });
    expect(ann.channel?.messages.map((one) => one.text)).not.toContain('an answer');
    expect(ann.channel?.thread?.map((one) => one.text)).toEqual(['a question', 'an answer']);
    const bob = await see({ user: 'bob', channel: 'general' });
    expect(bob.channel?.messages.filter((one) => one.isEphemeral)).toEqual([]);
  });

  it('has who types, until they said it', async () => {
    await slack.control.type({ team: 'Acme', channel: 'random', user: 'bob' });
    const ann = async () => (await see({ channel: 'random' })).channel?.typing;
    expect(await ann()).toEqual([idOf(await see(), 'bob')]);
    expect((await see({ channel: 'random', user: 'bob' })).channel?.typing).toEqual([]);
    await slack.control.say({ team: 'Acme', channel: 'random', user: 'bob', text: 'there' });
    expect(await ann()).toEqual([]);
  });

  it('gives sixty messages at a time', async () => {
    for (let count = 1; count <= 70; count++)
      await slack.control.say({ team: 'Globex', channel: 'general', text: `m${count}` });
    const newest = await see({ channel: 'general' }, 'Globex');
    expect(newest.channel?.messages.map((one) => one.text)).toEqual(
      Array.from({ length: 60 }, (_, index) => `m${index + 11}`),
    );
    expect(newest.channel?.hasOlder).toBe(true);
    const older = await see({ channel: 'general', before: newest.channel?.messages[0]?.ts ?? '' }, 'Globex');
    expect(older.channel?.messages.map((one) => one.text)).toEqual(
      Array.from({ length: 10 }, (_, index) => `m${index + 1}`),
    );
    expect(older.channel?.hasOlder).toBe(false);
    // Somebody who read back sees what changes there, too.
    const from = older.channel?.messages[2]?.ts ?? '';
    const all = await see({ channel: 'general', from }, 'Globex');
    expect(all.channel?.messages.map((one) => one.text)).toEqual(
      Array.from({ length: 68 }, (_, index) => `m${index + 3}`),
    );
    expect(all.channel?.hasOlder).toBe(true);
    const before = newest.channel?.messages[0]?.ts ?? '';
    expect((await see({ channel: 'general', before, from }, 'Globex')).channel?.messages).toHaveLength(10);
  });

  it('names what is not there', async () => {
    for (const path of ['/_sim/teams/Nowhere/screen', '/_sim/teams/Acme/screen?user=nobody']) {
      expect((await fetch(slack.url + path)).status).toBe(404);
    }
    expect((await fetch(`${slack.url}/_sim/teams/Acme/screen?before=yesterday`)).status).toBe(400);
    expect((await fetch(`${slack.url}/_sim/teams/Acme/screen?from=yesterday`)).status).toBe(400);
  });
});
