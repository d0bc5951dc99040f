/** Sessions of an agent, and what people do with them. (https://docs.slack.dev/ai/agent-sessions; @slack/types 3.2.0, events/agent.d.ts) */
import type { WebClient } from '@slack/web-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Acme, acmeWithApp, annIn } from '../../../test/support/people.ts';
import type { Json } from '../../../test/support/slack.ts';
import { clientOf, refusal } from '../../../test/support/web-client.ts';

const EVENTS = ['agent_session_stopped', 'agent_session_title_changed', 'app_context_changed', 'message.im'];
const SCOPES = ['assistant:write', 'chat:write', 'chat:write.customize', 'im:history'];

let acme: Acme;
let bot: WebClient;
let ann: string;
let channel: string;
let thread: string;
beforeEach(async () => {
  acme = await acmeWithApp({ app: { botScopes: SCOPES, eventSubscriptions: EVENTS } });
  bot = clientOf(acme.slack, acme.slack.acme.botToken);
  ann = await annIn(acme.slack);
  ({ channel, ts: thread } = await acme.slack.control.say({ team: 'Acme', to: 'bot', text: 'research diving' }));
});
afterEach(() => acme[Symbol.asyncDispose]());

const place = () => ({ channel_id: channel, thread_ts: thread });
const session = async () => (await acme.slack.control.assistantThreads('Acme', channel))[0];
const act = (more: { kind: 'stop_session' } | { kind: 'rename_session'; title: string }) =>
  acme.slack.control.act({ team: 'Acme', channel, threadTs: thread, ...more });
const event = (type: string) => acme.app.event((one) => one.type === type);
const failure = (act: Promise<unknown>) => act.then(String, ({ message }: Error) => message);

describe('a session of an agent', () => {
  it('is begun by setStatus, renamed by its app, and shown with its own name', async () => {
    expect(await refusal(bot.agents.sessions.rename({ ...place(), title: 'x' }))).toBe('session_not_found');
    const begun = await bot.agents.sessions.setStatus({
      ...place(),
      status: 'processing',
      title: 'Scuba diving',
      initiator_user_id: ann,
      username: 'Diver',
      icon_emoji: ':diving_mask:',
    });
    expect(begun).toMatchObject({ ok: true, status: 'processing', agent_status: 'processing', title: 'Scuba diving' });
    const again = await bot.agents.sessions.setStatus({ ...place(), status: 'suspended', title: 'ignored' });
    expect(again).toMatchObject({ status: 'suspended', title: 'Scuba diving' });
    expect(await bot.agents.sessions.rename({ ...place(), title: 'Bora Bora' })).toMatchObject({ title: 'Bora Bora' });
    expect(await session()).toMatchObject({
      threadTs: thread,
      session: 'suspended',
      title: 'Bora Bora',
      shownAs: { username: 'Diver', iconEmoji: ':diving_mask:' },
    });
  });

  it('warns an app to which nobody could say stop', async () => {
    const status = { ...place(), status: 'active' };
    expect(await bot.agents.sessions.setStatus(status)).not.toHaveProperty('warning');
    await acme.slack.control.updateApp(acme.slack.acme.app, { eventSubscriptions: [] });
    const warning = 'missing_agent_session_stopped_event_subscription';
    expect(await bot.agents.sessions.setStatus(status)).toMatchObject({
      warning,
      response_metadata: { warnings: [warning] },
    });
    await bot.agents.sessions.setStatus({ ...place(), status: 'processing' });
    expect(await failure(act({ kind: 'stop_session' }))).toContain('subscribe it to agent_session_stopped');
  });

  it('is active again when it works for an hour without saying so', async () => {
    await bot.agents.sessions.setStatus({ ...place(), status: 'processing' });
    await acme.slack.control.advance(3_000_000);
    await bot.agents.sessions.setStatus({ ...place(), status: 'processing' });
    await acme.slack.control.advance(3_599_000);
    expect(await session()).toMatchObject({ session: 'processing' });
    await acme.slack.control.advance(1000);
    expect(await session()).toMatchObject({ session: 'active' });
  });

  it('works while a stream is written, and is then what chat.stopStream says', async () => {
    const { ts = '' } = await bot.chat.startStream({ channel, thread_ts: thread, markdown_text: 'Well' });
    expect(await session()).toMatchObject({ session: 'processing' });
    const wrong = bot.chat.stopStream({ channel, ts, session_status: 'bored' });
    expect(await refusal(wrong)).toBe('invalid_arguments');
    await bot.chat.stopStream({ channel, ts, session_status: 'suspended' });
    expect(await session()).toMatchObject({ session: 'suspended' });
    const { ts: next = '' } = await bot.chat.startStream({ channel, thread_ts: thread });
    await bot.chat.stopStream({ channel, ts: next });
    expect(await session()).toMatchObject({ session: 'active' });
  });

  it('is stopped by a person: its messages end, the app is told, and the status stays', async () => {
    const { ts = '' } = await bot.chat.startStream({ channel, thread_ts: thread, markdown_text: 'Well' });
    const { ts: elsewhere } = await acme.slack.control.say({ team: 'Acme', to: 'bot', text: 'something else' });
    const { ts: other = '' } = await bot.chat.startStream({ channel, thread_ts: elsewhere, markdown_text: 'So' });
    expect(await act({ kind: 'stop_session' })).toEqual({ user: ann, channel, threadTs: thread, streamTs: [ts] });
    expect(await event('agent_session_stopped')).toEqual({
      type: 'agent_session_stopped',
      channel,
      user: ann,
      thread_ts: thread,
      streaming_message_ts: [ts],
      event_ts: expect.any(String),
    });
    const more = { channel, markdown_text: '…' };
    expect(await refusal(bot.chat.appendStream({ ...more, ts }))).toBe('stopped_by_user');
    expect(await bot.chat.appendStream({ ...more, ts: other })).toMatchObject({ ok: true });
    expect((await session())?.session).toBe('processing');
  });

  it('tells an app of a stop also when it writes nothing', async () => {
    await bot.agents.sessions.setStatus({ ...place(), status: 'processing' });
    await act({ kind: 'stop_session' });
    expect(await event('agent_session_stopped')).toMatchObject({ streaming_message_ts: [] });
  });

  it('cannot be stopped when it does not work, or is not there', async () => {
    expect(await failure(act({ kind: 'stop_session' }))).toContain('No agent began a session');
    await bot.agents.sessions.setStatus({ ...place(), status: 'active' });
    expect(await failure(act({ kind: 'stop_session' }))).toContain('only a processing one');
    expect(acme.app.events.filter(({ type }) => type === 'agent_session_stopped')).toEqual([]);
  });

  it('is renamed by a person, of which the app is told what it was called before', async () => {
    await bot.agents.sessions.setStatus({ ...place(), status: 'active' });
    await act({ kind: 'rename_session', title: 'Diving' });
    const first = await event('agent_session_title_changed');
    const { id: team } = await acme.slack.control.team('Acme');
    const facts = { type: 'agent_session_title_changed', channel, user: ann, team_id: team, thread_ts: thread };
    expect(first).toEqual({ ...facts, title: 'Diving', event_ts: expect.any(String) });
    await act({ kind: 'rename_session', title: 'Bora Bora' });
    const second = await acme.app.event(({ previous_title: previous }) => previous === 'Diving');
    expect(second).toMatchObject({ ...facts, title: 'Bora Bora' });
    expect(await session()).toMatchObject({ title: 'Bora Bora' });
  });

  it.each<[string, () => Promise<unknown>, string]>([
    [
      'a status that there is not',
      () => bot.agents.sessions.setStatus({ ...place(), status: 'bored' }),
      'invalid_status',
    ],
    ['no thread', () => bot.agents.sessions.setStatus({ channel_id: channel, status: 'active' }), 'thread_ts_required'],
    ['a conversation without the bot', () => inRandom(), 'not_authorized'],
    ['a stranger as its initiator', () => begin({ initiator_user_id: 'U0NOBODY00' }), 'user_not_found'],
    ['a title of 201 characters', () => begin({ title: 'x'.repeat(201) }), 'invalid_arguments'],
    ['such a new title', async () => [await begin({}), await rename('x'.repeat(201))], 'invalid_name'],
    ['an empty new title', async () => [await begin({}), await rename('')], 'invalid_name'],
  ])('refuses %s', async (_, call, code) => {
    expect(await refusal(call())).toBe(code);
  });

  const begin = (more: Json) => bot.agents.sessions.setStatus({ ...place(), status: 'active', ...more });
  const rename = (title: string) => bot.agents.sessions.rename({ ...place(), title });
  const inRandom = async () => {
    const { channels } = await acme.slack.control.team('Acme');
    const random = channels.find(({ name }) => name === 'random')?.id ?? '';
    return bot.agents.sessions.setStatus({ channel_id: random, thread_ts: thread, status: 'active' });
  };
});

describe('an agent', () => {
  it('is told what a person looks at, at once and with what they write next', async () => {
    const { id: team, channels } = await acme.slack.control.team('Acme');
    const general = channels.find(({ name }) => name === 'general')?.id ?? '';
    const { ts } = await acme.slack.control.say({ team: 'Acme', channel: 'general', text: 'look' });
    await acme.slack.control.act({ kind: 'look_at', team: 'Acme', channel: 'general', ts });
    const context = {
      entities: [
        { type: 'slack#/types/message_context', value: { message_ts: ts, channel_id: general }, team_id: team },
        { type: 'slack#/types/channel_id', value: general, team_id: team },
      ],
    };
    const facts = { type: 'app_context_changed', channel, user: ann };
    expect(await event('app_context_changed')).toEqual({ ...facts, context, event_ts: expect.any(String) });
    await acme.slack.control.say({ team: 'Acme', to: 'bot', text: 'what is this?' });
    const asked = await acme.app.event(({ text }) => text === 'what is this?');
    expect(asked.app_context).toEqual(context);
    await acme.slack.control.act({ kind: 'look_at', team: 'Acme' });
    await acme.app.event(
      ({ type, context: seen }) => type === 'app_context_changed' && !('entities' in (seen as Json)),
    );
  });

  it('that does not ask for it is not told', async () => {
    await acme.slack.control.updateApp(acme.slack.acme.app, { eventSubscriptions: ['message.im'] });
    await acme.slack.control.act({ kind: 'look_at', team: 'Acme', channel: 'general' });
    await acme.slack.control.say({ team: 'Acme', to: 'bot', text: 'and now?' });
    const asked = await acme.app.event(({ text }) => text === 'and now?');
    expect(asked).not.toHaveProperty('app_context');
    expect(acme.app.events.filter(({ type }) => type === 'app_context_changed')).toEqual([]);
  });
});
