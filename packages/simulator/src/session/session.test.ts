/** A session as a seed and as a test: what is written down is what happened, in words that fit another Slack. */
import { WebClient } from '@slack/web-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { installedSimulator } from '../../test/support/slack.ts';
import { type Seed, startSimulator } from '../index.ts';
import { Session, STEPS_KEPT } from './session.ts';
import { sessionTest } from './session-test.ts';

let slack: Awaited<ReturnType<typeof installedSimulator>>;
let bot: WebClient;
beforeAll(async () => {
  slack = await installedSimulator();
  bot = new WebClient(slack.acme.botToken, { slackApiUrl: slack.apiUrl });
});
afterAll(() => slack.stop());

const read = async (path: string) => await (await fetch(`${slack.url}/_sim${path}`)).text();
const begin = async () => await fetch(`${slack.url}/_sim/session`, { method: 'POST' });
/** The steps of the exported test, without what stands around them. */
const steps = async () => {
  const source = await read('/session/session.test.ts');
  return source
    .slice(source.lastIndexOf('  }\n') + 4, source.lastIndexOf('});'))
    .trim()
    .split('\n')
    .map((line) => line.trim());
};
const channelOf = async (name: string) =>
  (await slack.control.team('Acme')).channels.find((one) => one.name === name)?.id ?? '';

describe('an exported session', () => {
  it('plays what people did, and waits for what the app answered', async () => {
    await begin();
    const general = await channelOf('general');
    const ann = (await slack.control.team('Acme')).users.find(({ name }) => name === 'ann')?.id ?? '';
    const said = await slack.control.say({
      team: slack.acme.team,
      channel: general,
      user: ann,
      text: `hi <@${slack.acme.botUserId}>, it's \${me}`,
    });
    const posted = await bot.chat.postMessage({ channel: general, text: `Hello <@${ann}>`, thread_ts: said.ts });
    await slack.control.act({
      kind: 'react',
      team: 'Acme',
      channel: general,
      user: ann,
      ts: `${posted.ts}`,
      emoji: 'eyes',
    });
    await bot.chat.update({ channel: general, ts: `${posted.ts}`, text: 'Seen' });
    await bot.chat.postEphemeral({ channel: general, user: ann, text: 'only you' });
    const fault = await slack.control.fault({ kind: 'rate_limit', team: 'Acme', retryAfterSeconds: 1 });
    await slack.control.removeFaults(fault.id);
    await slack.control.say({ team: 'Acme', to: 'bot', user: 'bob', text: 'again' });
    expect(await steps()).toEqual([
      "await slack.say({ team: 'Acme', user: 'ann', channel: 'general', text: `hi ${await mention('Acme', 'demobot')}, it's \\${me}` });",
      "const answer1 = await answer({ team: 'Acme', channel: 'general' }, `Hello ${await mention('Acme', 'ann')}`);",
      "await slack.act({ kind: 'react', emoji: 'eyes', team: 'Acme', user: 'ann', channel: 'general', ts: answer1.ts });",
      "await changed({ team: 'Acme', channel: 'general' }, answer1, 'Seen');",
      "await whispered({ team: 'Acme', channel: 'general', user: 'ann' }, 'only you');",
      "const fault1 = await slack.fault({ kind: 'rate_limit', retryAfterSeconds: 1, team: 'Acme' });",
      'await slack.removeFaults(fault1.id);',
      "await slack.say({ to: 'bot', team: 'Acme', user: 'bob', text: 'again' });",
    ]);
  });

  it('finds what was there before by its text, opens direct messages, and leaves out what was refused', async () => {
    const { ts } = await slack.control.say({ team: 'Acme', channel: 'random', user: 'bob', text: "it's old" });
    await begin();
    await slack.control.act({ kind: 'react', team: 'Acme', channel: 'random', user: 'ann', ts, emoji: 'wave' });
    await expect(slack.control.say({ team: 'Acme', channel: 'nowhere', text: 'x' })).rejects.toThrow('no channel');
    const { channel = '' } = await slack.control.act({ kind: 'open_dm', team: 'Acme', user: 'ann', users: ['bob'] });
    await slack.control.say({ team: 'Acme', channel, user: 'ann', text: 'between us' });
    expect(await steps()).toEqual([
      "const room1 = await slack.act({ kind: 'open_dm', team: 'Acme', user: 'ann', users: ['bob'] });",
      "const old1 = await earlier({ team: 'Acme', channel: 'random' }, \"it's old\");",
      "await slack.act({ kind: 'react', emoji: 'wave', team: 'Acme', user: 'ann', channel: 'random', ts: old1.ts });",
      "await slack.act({ kind: 'open_dm', users: ['bob'], team: 'Acme', user: 'ann' });",
      "await slack.say({ team: 'Acme', user: 'ann', channel: room1.channel, text: 'between us' });",
    ]);
  });

  it('can be read also when a request had what no route asks for', async () => {
    await begin();
    const body = JSON.stringify({
      text: { a: 1 },
      users: 7,
      team: 'Acme',
      channel: {},
      actionId: ['0a1b2/x'],
      ts: null,
    });
    const asked = await fetch(`${slack.url}/_sim/faults`, { method: 'DELETE', body });
    expect(asked.status).toBe(200);
    expect(await steps()).toEqual(['await slack.removeFaults();']);
  });

  it('looks for an answer among all messages of a long session, and gives it the time', () => {
    const none = new Map();
    const world = { teams: none, apps: none, enterprises: none, findTeam: () => undefined } as never;
    const done = {
      kind: 'done',
      atMs: 0,
      method: 'say',
      path: [],
      body: { team: 'T0', text: 'hi' },
      answer: {},
    } as const;
    const place = { team: 'T0', channel: 'C0', ts: '1.000001', user: undefined, isPart: false };
    const answer = { kind: 'answer', atMs: 0, how: 'posted', text: 'hello', ...place } as const;
    const steps = [...Array<typeof done>(1_999).fill(done), answer];
    const source = sessionTest(world, { seed: {}, steps, startedAtMs: 0 });
    expect(source).toContain(`await slack.messages({ ...where, limit: ${2 * STEPS_KEPT} })`);
    expect(source.match(/slack\.messages\(/g)).toHaveLength(1);
    expect(source).toContain('{ timeout: 400_000 }');
  });

  it('takes so many steps and no more, until it begins anew', () => {
    const none = new Map();
    const world = {
      teams: none,
      apps: none,
      enterprises: none,
      webhooks: none,
      events: { on() {} },
      clock: { now: () => 0 },
    };
    const session = new Session(world as never, { views: { list: () => [] } } as never);
    const ask = { method: 'POST', path: '/_sim/messages', body: {} };
    for (let count = 0; count < STEPS_KEPT; count++) session.take(ask)?.({});
    expect([session.isFull, session.take(ask), session.steps.length]).toEqual([true, undefined, STEPS_KEPT]);
    session.begin();
    expect([session.isFull, session.steps.length]).toEqual([false, 0]);
    // Files weigh more than steps; what was refused weighs nothing.
    const upload = {
      method: 'POST',
      path: '/_sim/acts',
      body: { content: { base64: 'A'.repeat(33 * 1_024 * 1_024) } },
    };
    for (const answer of [undefined, {}, {}]) session.take(upload)?.(answer);
    expect([session.isFull, session.take(ask), session.steps.length]).toEqual([true, undefined, 2]);
  });
});

describe('the seed of a state', () => {
  it('makes the same Slack again: ids, tokens, messages with blocks, threads and reactions', async () => {
    const channel = await channelOf('general');
    const { ts } = await bot.chat.postMessage({
      channel,
      text: 'fallback',
      blocks: [{ type: 'section', block_id: 'b1', text: { type: 'mrkdwn', text: '*bold*' } }],
    });
    await slack.control.say({ team: 'Acme', channel, user: 'bob', text: 'a reply', threadTs: `${ts}` });
    await slack.control.act({ kind: 'react', team: 'Acme', channel, user: 'bob', ts: `${ts}`, emoji: 'tada' });
    await slack.control.say({ team: 'Acme', to: 'bot', user: 'ann', text: 'privately' });
    await using again = await startSimulator({ seed: parse(await read('/seed.yaml')) as Seed });
    const facts = async ({ control }: Pick<typeof again, 'control'>) => ({
      apps: await control.apps(),
      installs: await control.installs(),
      people: (await control.team('Acme')).users,
      last: (await control.messages({ team: 'Acme', channel: 'general' }))
        .slice(-2)
        .map(({ text, name, isBot, blocks, reactions }) => ({ text, name, isBot, blocks, reactions })),
      direct: (await control.messages({ team: 'Acme', to: 'bot', user: 'ann' })).map(({ text }) => text),
    });
    expect(await facts(again)).toEqual(await facts(slack));
    const client = new WebClient(slack.acme.botToken, { slackApiUrl: again.apiUrl });
    expect(await client.auth.test()).toMatchObject({ team_id: slack.acme.team, user_id: slack.acme.botUserId });
  });

  it('keeps files, and channels that were archived', async () => {
    await slack.control.act({
      kind: 'share_file',
      team: 'Acme',
      channel: 'random',
      user: 'ann',
      name: 'notes.txt',
      content: { text: 'one\ntwo' },
    });
    const bytes = Buffer.from([0, 255, 254, 10]).toString('base64');
    await slack.control.act({
      kind: 'share_file',
      team: 'Acme',
      channel: 'random',
      user: 'bob',
      name: 'data.bin',
      comment: 'look',
      content: { base64: bytes },
    });
    const opened = await bot.conversations.create({ name: 'old-project' });
    await bot.chat.postMessage({ channel: opened.channel?.id ?? '', text: 'the end' });
    await bot.conversations.archive({ channel: opened.channel?.id ?? '' });
    await using again = await startSimulator({ seed: parse(await read('/seed.yaml')) as Seed });
    const client = new WebClient(slack.acme.botToken, { slackApiUrl: again.apiUrl });
    const { channels = [] } = await client.conversations.list();
    expect(channels.find(({ name }) => name === 'old-project')).toMatchObject({
      is_archived: true,
      id: opened.channel?.id,
    });
    const shared = (await again.control.messages({ team: 'Acme', channel: 'random' })).slice(-2);
    expect(shared).toMatchObject([
      { name: 'ann', text: '' },
      { name: 'bob', text: 'look' },
    ]);
    const { files = [] } = await client.files.list({});
    const contents = await Promise.all(
      files.map(async ({ name, url_private: url }) => {
        const answer = await fetch(url ?? '', { headers: { authorization: `Bearer ${slack.acme.botToken}` } });
        return [name, Buffer.from(await answer.arrayBuffer()).toString('base64')];
      }),
    );
    expect(Object.fromEntries(contents)).toEqual({
      'notes.txt': Buffer.from('one\ntwo').toString('base64'),
      'data.bin': bytes,
    });
  });

  it('refuses the same token twice', async () => {
    const installs = ['Acme', 'Globex'].map((team) => ({ team, botToken: 'xoxb-test-0123456789' }));
    await expect(startSimulator({ seed: { teams: [{ name: 'Acme' }, { name: 'Globex' }], installs } })).rejects.toThrow(
      'installs[1]: Two installations have the same token',
    );
  });
});
