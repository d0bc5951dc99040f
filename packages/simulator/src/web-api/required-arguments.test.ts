/**
 * Required arguments that are left out, and that are empty. Left out is `invalid_arguments` with a message per argument;
 * empty is a value like any other, and gets the code of a value that names nothing.
 * (Recorded answers: brekkylab/backlot#84, vluzrmos/laravel-slack-api#38, and of files.getUploadURLExternal sent as JSON
 * with both of its arguments in the messages. Which arguments are required: slack-ruby/slack-api-ref, August 2026.)
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, installedSimulator } from '../../test/support/slack.ts';

let slack: Awaited<ReturnType<typeof installedSimulator>>;
beforeAll(async () => {
  slack = await installedSimulator();
});
afterAll(() => slack.stop());

const ask = (method: string, fields: Record<string, string> = {}) => call(slack, method, slack.acme.botToken, fields);

describe('a required argument that is left out', () => {
  it.each([
    ['agents.sessions.rename', 'channel_id title'],
    ['agents.sessions.setStatus', 'channel_id status'],
    ['assistant.threads.setStatus', 'channel_id thread_ts status'],
    ['assistant.threads.setSuggestedPrompts', 'channel_id prompts'],
    ['assistant.threads.setTitle', 'channel_id thread_ts title'],
    ['calls.add', 'external_unique_id join_url'],
    ['calls.end', 'id'],
    ['calls.info', 'id'],
    ['calls.participants.add', 'id users'],
    ['calls.participants.remove', 'id users'],
    ['calls.update', 'id'],
    ['canvases.access.delete', 'canvas_id'],
    ['canvases.access.set', 'canvas_id access_level'],
    ['canvases.delete', 'canvas_id'],
    ['canvases.edit', 'canvas_id changes'],
    ['canvases.sections.lookup', 'canvas_id criteria'],
    ['chat.appendStream', 'channel ts'],
    ['chat.delete', 'channel ts'],
    ['chat.deleteScheduledMessage', 'channel scheduled_message_id'],
    ['chat.getPermalink', 'channel message_ts'],
    ['chat.meMessage', 'channel text'],
    ['chat.postEphemeral', 'channel user'],
    ['chat.postMessage', 'channel'],
    ['chat.scheduleMessage', 'channel post_at'],
    ['chat.startStream', 'channel'],
    ['chat.stopStream', 'channel ts'],
    ['chat.update', 'channel ts'],
    ['conversations.archive', 'channel'],
    ['conversations.canvases.create', 'channel_id'],
    ['conversations.close', 'channel'],
    ['conversations.create', 'name'],
    ['conversations.history', 'channel'],
    ['conversations.info', 'channel'],
    ['conversations.invite', 'channel users'],
    ['conversations.join', 'channel'],
    ['conversations.kick', 'channel user'],
    ['conversations.leave', 'channel'],
    ['conversations.mark', 'channel ts'],
    ['conversations.members', 'channel'],
    ['conversations.rename', 'channel name'],
    ['conversations.replies', 'channel ts'],
    ['conversations.setPurpose', 'channel purpose'],
    ['conversations.setTopic', 'channel topic'],
    ['conversations.unarchive', 'channel'],
    ['files.completeUploadExternal', 'files'],
    ['files.delete', 'file'],
    ['files.getUploadURLExternal', 'filename length'],
    ['files.info', 'file'],
    ['files.remote.add', 'external_id external_url title'],
    ['files.remote.share', 'channels'],
    ['functions.completeError', 'function_execution_id error'],
    ['functions.completeSuccess', 'function_execution_id outputs'],
    ['pins.add', 'channel'],
    ['pins.list', 'channel'],
    ['pins.remove', 'channel'],
    ['reactions.add', 'channel timestamp name'],
    ['reactions.remove', 'name'],
    ['tooling.tokens.rotate', 'refresh_token'],
    ['users.info', 'user'],
    ['users.lookupByEmail', 'email'],
    ['users.setPresence', 'presence'],
    ['views.open', 'view'],
    ['views.publish', 'view user_id'],
    ['views.push', 'view'],
    ['views.update', 'view'],
  ])('is invalid_arguments in %s', async (method, names) => {
    const answer = await ask(method);
    const messages = names.split(' ').map((name) => `[ERROR] missing required field: ${name}`);
    expect(answer).toMatchObject({ ok: false, error: 'invalid_arguments', response_metadata: { messages } });
  });

  it('is named alone when the others are there', async () => {
    expect(await ask('chat.update', { channel: 'C0NOWHERE0', text: 'x' })).toMatchObject({
      error: 'invalid_arguments',
      response_metadata: { messages: ['[ERROR] missing required field: ts'] },
    });
  });
});

describe('a required argument that is empty', () => {
  it.each([
    ['chat.postMessage', { channel: '', text: 'x' }, 'channel_not_found'],
    ['chat.update', { channel: '#general', ts: '', text: 'x' }, 'message_not_found'],
    ['chat.meMessage', { channel: '#general', text: '' }, 'no_text'],
    ['chat.postEphemeral', { channel: '#general', user: '', text: 'x' }, 'user_not_in_channel'],
    ['conversations.create', { name: '' }, 'invalid_name_required'],
    ['conversations.history', { channel: '' }, 'channel_not_found'],
    ['conversations.info', { channel: '' }, 'channel_not_found'],
    ['conversations.invite', { channel: '#general', users: '' }, 'no_user'],
    ['conversations.replies', { channel: '#general', ts: '' }, 'thread_not_found'],
    ['files.info', { file: '' }, 'file_not_found'],
    ['reactions.add', { channel: '#general', timestamp: '1.000000', name: '' }, 'invalid_name'],
    ['users.info', { user: '' }, 'user_not_found'],
    ['users.lookupByEmail', { email: '' }, 'users_not_found'],
  ])('is in %s with %j %s', async (method, fields, error) => {
    expect(await ask(method, fields as Record<string, string>)).toMatchObject({ ok: false, error });
  });

  it('clears what may be empty: a topic', async () => {
    const { channel } = await ask('chat.postMessage', { channel: '#general', text: 'x' });
    await ask('conversations.setTopic', { channel: String(channel), topic: 'something' });
    expect(await ask('conversations.setTopic', { channel: String(channel), topic: '' })).toMatchObject({
      ok: true,
      channel: { topic: { value: '' } },
    });
  });
});
