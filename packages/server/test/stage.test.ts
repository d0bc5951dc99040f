/** The public test kit, as an author uses it: people do things, the bot answers, and a failure says why it did not. */
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { BotServer } from '../src/index.ts';
import { openStage, type Stage } from '../src/testing/index.ts';

/** A bot with one of everything. */
function everything({ bot, server }: BotServer): void {
  let visits = 0;
  bot.message('hi', async ({ context, say }) => {
    await say(`Hi <@${context.userId}>!`);
  });
  bot.message('boom', () => {
    throw new Error('the bot is out of order');
  });
  bot.message('ask', async ({ say }) => {
    const deny = { type: 'button', action_id: 'deny', text: { type: 'plain_text', text: 'No' } } as const;
    const approve = { type: 'button', action_id: 'approve', text: { type: 'plain_text', text: 'Yes' } } as const;
    await say({ text: 'Deploy?', blocks: [{ type: 'actions', elements: [approve, deny] }] });
  });
  bot.action('approve', async ({ ack, respond }) => {
    await ack();
    await respond({ text: 'Deployed', replace_original: true });
  });
  bot.command('/order', async ({ ack, body, client }) => {
    await ack('A form opens');
    const input = { type: 'input', block_id: 'what', label: { type: 'plain_text', text: 'What' } } as const;
    const element = { type: 'plain_text_input', action_id: 'name' } as const;
    const view = { type: 'modal', callback_id: 'order', title: { type: 'plain_text', text: 'Order' } } as const;
    const submit = { type: 'plain_text', text: 'Send' } as const;
    await client.views.open({
      trigger_id: body.trigger_id,
      view: { ...view, submit, blocks: [{ ...input, element }] },
    });
  });
  bot.view('order', async ({ ack, body, view, client }) => {
    const name = view.state.values.what?.name?.value ?? '';
    if (name.length < 3) return await ack({ response_action: 'errors', errors: { what: 'Too short' } });
    await ack();
    await client.chat.postMessage({ channel: body.user.id, text: `Ordered: ${name}` });
  });
  bot.shortcut('praise', async ({ ack, payload, client }) => {
    await ack();
    if (payload.type !== 'message_action') return;
    await client.chat.postMessage({ channel: payload.channel.id, thread_ts: payload.message.ts, text: 'Well said' });
  });
  bot.event('reaction_added', async ({ event, client }) => {
    await client.chat.postMessage({ channel: event.item.channel, text: `Thanks for :${event.reaction}:` });
  });
  bot.event('app_home_opened', async ({ event, client }) => {
    if (event.tab !== 'home') return;
    const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: `Welcome home, visit ${++visits}` } }];
    await client.views.publish({ user_id: event.user, view: { type: 'home', blocks } });
  });
  server.everyTeam(
    'day',
    async ({ client }) => {
      await client.chat.postMessage({ channel: '#general', text: 'A new day' });
    },
    { name: 'morning' },
  );
  server.every('hour', () => Promise.reject(new Error('no disk')), { name: 'clean' });
}

describe('over HTTP', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage({ bot: everything, teams: ['Acme', 'Globex'] });
  });
  afterAll(() => stage.close());

  it('people write, and each sees the answer of their own conversation', async () => {
    const ann = stage.person('ann');
    const bob = stage.team('Globex').person('bob');
    await ann.says('hi');
    await bob.says('hi', { channel: 'general' });
    expect((await ann.sees(/^Hi/)).isBot).toBe(true);
    expect(await ann.conversation()).toBe('ann: hi\ndemobot: Hi <@ann>!');
    expect((await bob.sees(/^Hi/)).channel).toBe((await stage.team('Globex').messages('general'))[0]?.channel);
    await ann.seesNothing();
  });

  it('a button changes its message', async () => {
    const ann = stage.person('ann');
    await ann.says('ask');
    await ann.sees('Deploy?');
    expect((await ann.conversation()).split('\n').at(-1)).toBe('demobot: Deploy? [actions: approve, deny]');
    expect(await ann.clicks('approve')).toMatchObject({ acked: true });
    await ann.sees('Deployed');
  });

  it('a slash command answers its person alone and opens a form, which is sent when it is right', async () => {
    const ann = stage.person('ann');
    await ann.uses('/order', '', { channel: 'general' });
    await ann.sees('A form opens');
    expect(await stage.person('bob').messages({ channel: 'general' })).not.toContainEqual(
      expect.objectContaining({ text: 'A form opens' }),
    );
    expect((await ann.seesModal()).view).toMatchObject({ callback_id: 'order' });
    expect((await ann.submits({ name: 'a' })).errors).toEqual({ what: 'Too short' });
    expect((await ann.submits({ name: 'a bicycle' })).views).toEqual([]);
    await ann.sees('Ordered: a bicycle', { in: { to: 'bot' } });
  });

  it('shortcuts, reactions and the Home tab reach the bot', async () => {
    const bob = stage.person('bob');
    const said = await bob.says('I like it', { channel: 'random' });
    await stage.slack.invite('Acme', 'random', { user: 'bot' });
    await bob.usesShortcut('praise', { on: said });
    expect((await bob.sees('Well said')).threadTs).toBe(said.ts);
    await bob.reacts('tada', said);
    await bob.sees('Thanks for :tada:');
    expect(JSON.stringify((await bob.opensHome()).view)).toContain('Welcome home');
  });

  it('a Home tab that is shown while it is looked for is not the one from before', async () => {
    const bob = stage.person('bob');
    const before = await bob.opensHome();
    const after = await stage.slack.lastSeq();
    const views = stage.slack.views.bind(stage.slack);
    const looking = vi.spyOn(stage.slack, 'views').mockImplementation(async (who) => {
      const found = await views(who);
      await stage.time.until(({ kind, method }) => kind === 'request' && method === 'views.publish', { after });
      return found;
    });
    onTestFinished(() => looking.mockRestore());
    expect((await bob.opensHome()).view).not.toEqual(before.view);
  });

  it('jobs run when they are asked for and when their time comes', async () => {
    const ann = stage.person('ann');
    await ann.says('good morning', { channel: 'general' });
    await stage.runJob('morning', { team: 'Acme' });
    await ann.sees('A new day');
    await expect(stage.runJob('clean')).rejects.toThrow('no disk');
    await expect(stage.runJob('gone')).rejects.toMatchObject({ code: 'job_not_found' });
    await ann.says('and another one');
    await stage.pass(26 * 3_600_000);
    await ann.sees('A new day');
  });

  it('Slack can be broken and mended, and a workspace leaves and comes back', async () => {
    const ann = stage.person('ann');
    await stage.break({ kind: 'refuse', method: 'chat.postMessage', error: 'restricted_action' });
    await ann.says('hi', { to: 'bot' });
    await expect(ann.sees(/^Hi/, { withinMs: 1_000, patienceMs: 0 })).rejects.toThrow(
      'chat.postMessage restricted_action',
    );
    await stage.mend();
    await stage.team().uninstalls();
    // A job of all teams does not wait for one that has left.
    await stage.runJob('morning');
    await expect(stage.runJob('morning', { team: 'Acme' })).rejects.toMatchObject({ code: 'installation_not_active' });
    await stage.team().installs();
    await stage.team().told('reinstalled');
    await ann.says('hi');
    await ann.sees(/^Hi/);
    await stage.restart();
    await ann.says('hi');
    await ann.sees(/^Hi/);
  });

  it('a failure prints the conversation, and what the server did with it', async () => {
    const ann = stage.person('ann');
    await ann.says('boom', { channel: 'general' });
    const failing = ann.sees('something else', { withinMs: 1_000, patienceMs: 500 });
    const { message, code } = await failing.then(
      () => ({ message: 'seen', code: '' }),
      (error: Error & { code: string }) => error,
    );
    expect(code).toBe('ERR_ASSERTION');
    const [first, where, ...lines] = message.split('\n');
    expect([first, where]).toEqual(['ann of Acme saw no message "something else" within 1000 ms', '#general:']);
    expect(lines).toContain('  ann: boom');
    expect(lines).toContain('  message: taken by the server');
    expect(lines.join('\n')).toMatch(
      /message\(boom\) at packages\/server\/test\/stage\.test\.ts:\d+:\d+ failed: the bot is out of order \(.*stage\.test\.ts:\d+:\d+\)/,
    );
    await ann.says('nobody listens to this');
    await expect(ann.sees('hm', { withinMs: 500, patienceMs: 200 })).rejects.toThrow('no listener ran');
  });

  it('messages and blocks are the same in each run, for snapshots', async () => {
    const ann = stage.person('ann');
    await ann.says('ask', { channel: 'random' });
    const [message] = [await ann.sees('Deploy?')];
    const [channel] = (await stage.team().info()).channels.filter(({ name }) => name === 'random');
    expect(
      await stage.stable({ message: { ...message, text: `in <#${channel?.id}> at ${message.ts}` } }),
    ).toMatchObject({
      message: {
        channel: 'random',
        ts: 'ts-1',
        text: 'in <#random> at ts-1',
        blocks: [{ type: 'actions', block_id: 'block-1' }],
      },
    });
  });
});

it.each(['socket', 'rtm'] as const)('over %s a bot answers, too, after a socket was dropped', async (transport) => {
  await using stage = await openStage({ bot: everything, transport });
  const ann = stage.person();
  await ann.says('hi');
  await ann.sees(/^Hi/);
  await stage.break({ kind: 'reset' });
  await stage.pass(5_000);
  await ann.says('hi');
  await ann.sees(/^Hi/);
});
