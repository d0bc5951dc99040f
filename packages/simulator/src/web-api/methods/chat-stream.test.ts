import type { WebClient } from '@slack/web-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, installedSimulator } from '../../../test/support/slack.ts';
import { clientOf, refusal } from '../../../test/support/web-client.ts';

let slack: Awaited<ReturnType<typeof installedSimulator>>;
let bot: WebClient;
let team: string;
let ann: string;
let channel: string;
let dm: string;
beforeAll(async () => {
  slack = await installedSimulator();
  bot = clientOf(slack, slack.acme.botToken);
  const acme = await slack.control.team('Acme');
  team = acme.id;
  ann = acme.users.find(({ name }) => name === 'ann')?.id ?? '';
  channel = acme.channels.find(({ name }) => name === 'general')?.id ?? '';
  dm = (await slack.control.say({ team: 'Acme', to: 'bot', text: 'hello' })).channel;
});
afterAll(() => slack.stop());

const root = async () => (await slack.control.say({ team: 'Acme', to: 'bot', text: 'please' })).ts;
const last = async (ts: string) => (await bot.conversations.replies({ channel: dm, ts })).messages?.at(-1);

describe('a streaming message', () => {
  it('grows in the thread while sockets watch, and ends with blocks and metadata', async () => {
    using socket = await connect(slack, slack.acme.botToken);
    const threadTs = await root();
    const { ts = '' } = await bot.chat.startStream({ channel: dm, thread_ts: threadTs, markdown_text: 'One' });
    expect(await last(threadTs)).toMatchObject({ ts, text: 'One', streaming_state: 'in_progress' });
    await bot.chat.appendStream({ channel: dm, ts, markdown_text: ', two' });
    expect(await last(threadTs)).toMatchObject({ ts, text: 'One, two' });
    await socket.frame(
      ({ subtype, message }) => subtype === 'message_changed' && (message as { text: string }).text === 'One, two',
    );
    await bot.chat.stopStream({
      channel: dm,
      ts,
      markdown_text: ', three.',
      blocks: [{ type: 'divider' }],
      metadata: { event_type: 'answer', event_payload: { words: 3 } },
    });
    expect(await last(threadTs)).toMatchObject({
      text: 'One, two, three.',
      streaming_state: 'completed',
      blocks: [{ type: 'markdown', text: 'One, two, three.' }, { type: 'divider' }],
    });
    const whole = await bot.conversations.replies({ channel: dm, ts: threadTs, include_all_metadata: true });
    expect(whole.messages?.at(-1)?.metadata).toMatchObject({ event_type: 'answer' });
  });

  it('shows tasks and a plan from chunks, and changes a task in place', async () => {
    const threadTs = await root();
    const { ts = '' } = await bot.chat.startStream({
      channel: dm,
      thread_ts: threadTs,
      task_display_mode: 'plan',
      chunks: [
        { type: 'plan_update', title: 'Thinking' },
        { type: 'task_update', id: 't1', title: 'Look', status: 'in_progress' },
      ],
    });
    const chunks = [
      { type: 'task_update', id: 't1', title: 'Look', status: 'complete', output: 'found' },
      { type: 'markdown_text', text: 'Done' },
    ] as const;
    await bot.chat.appendStream({ channel: dm, ts, chunks: [...chunks] });
    expect(await last(threadTs)).toMatchObject({
      text: 'Done',
      blocks: [
        {
          type: 'plan',
          title: 'Thinking',
          tasks: [
            {
              type: 'task_card',
              task_id: 't1',
              status: 'complete',
              output: { type: 'rich_text', elements: [{ elements: [{ type: 'text', text: 'found' }] }] },
            },
          ],
        },
        { type: 'markdown', text: 'Done' },
      ],
    });
  });

  it('in a channel is for somebody', async () => {
    const { ts: threadTs } = await slack.control.say({ team: 'Acme', channel: 'general', text: 'x' });
    const start = (more: object) => bot.apiCall('chat.startStream', { channel, thread_ts: threadTs, ...more });
    expect(await refusal(start({}))).toBe('missing_recipient_user_id');
    expect(await refusal(start({ recipient_user_id: ann }))).toBe('missing_recipient_team_id');
    const strange = start({ recipient_user_id: 'U0NOBODY00', recipient_team_id: team });
    expect(await refusal(strange)).toBe('user_not_found');
    expect(await start({ recipient_user_id: ann, recipient_team_id: team })).toMatchObject({ ok: true, channel });
  });

  it('can be stopped by a person', async () => {
    const threadTs = await root();
    const { ts = '' } = await bot.chat.startStream({ channel: dm, thread_ts: threadTs, markdown_text: 'Well' });
    expect(await slack.control.stopStream('Acme', dm, ts)).toBe(true);
    expect(await slack.control.stopStream('Acme', dm, ts)).toBe(false);
    const more = bot.chat.appendStream({ channel: dm, ts, markdown_text: '…' });
    expect(await refusal(more)).toBe('stopped_by_user');
    expect(await last(threadTs)).toMatchObject({ text: 'Well', streaming_state: 'completed' });
  });

  it('is no longer one after the end, and belongs to its app', async () => {
    const threadTs = await root();
    const { ts = '' } = await bot.chat.startStream({ channel: dm, thread_ts: threadTs });
    expect(await refusal(bot.chat.update({ channel: dm, ts, text: 'x' }))).toBe('streaming_state_conflict');
    expect(await refusal(bot.apiCall('chat.appendStream', { channel: dm, ts }))).toBe('no_text');
    const wrong = bot.apiCall('chat.appendStream', { channel: dm, ts, chunks: [{ type: 'dance' }] });
    expect(await refusal(wrong)).toBe('invalid_chunks');
    await bot.chat.stopStream({ channel: dm, ts });
    const late = bot.chat.appendStream({ channel: dm, ts, markdown_text: 'x' });
    expect(await refusal(late)).toBe('message_not_in_streaming_state');
    const theirs = bot.chat.stopStream({ channel: dm, ts: threadTs });
    expect(await refusal(theirs)).toBe('message_not_owned_by_app');
  });
});
