import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppServer } from '../../../test/support/app-server.ts';
import { aModal, payloadOf } from '../../../test/support/people.ts';
import { installedSimulator, type Json } from '../../../test/support/slack.ts';
import { clientOf, refusal } from '../../../test/support/web-client.ts';

const TEAM = 'Acme';
/** Inputs in the one form that Slack's manifests have, outputs in the other. (https://docs.slack.dev/reference/app-manifest) */
const functions = {
  greet: {
    title: 'Greet',
    description: 'Greets somebody',
    input_parameters: {
      user_id: { type: 'slack#/types/user_id', title: 'User', description: 'Whom', is_required: true },
      times: { type: 'integer' },
    },
    output_parameters: {
      properties: { greeting: { type: 'string', title: 'Greeting', description: 'What was said' } },
      required: ['greeting'],
    },
  },
};
const button = [
  {
    type: 'actions',
    elements: [{ type: 'button', action_id: 'ok', text: { type: 'plain_text', text: 'OK' }, value: '1' }],
  },
];

let app: AppServer;
let slack: Awaited<ReturnType<typeof installedSimulator>>;
beforeEach(async () => {
  app = await AppServer.start();
  const urls = {
    event_subscriptions: { request_url: app.url },
    interactivity: { is_enabled: true, request_url: app.url },
  };
  const manifest = {
    display_information: { name: 'Steps' },
    oauth_config: { scopes: { bot: ['chat:write', 'channels:read', 'files:write'] } },
    settings: urls,
    functions,
  };
  slack = await installedSimulator({ app: { manifest }, clock: { mode: 'manual', startMs: 1_800_000_000_000 } });
});
afterEach(async () => {
  await slack.stop();
  await app[Symbol.asyncDispose]();
});

const inputs = { user_id: 'U0ANN00001' };
const newestPayload = (type: string) => app.arrived.map(payloadOf).findLast((payload) => payload?.type === type);

/** A run that the app has heard of, with a client for its token. */
async function aRun() {
  const run = await slack.control.runFunction({ team: TEAM, callbackId: 'greet', inputs });
  const event = await app.event(({ function_execution_id: id }) => id === run.id);
  return { run, event, client: clientOf(slack, String(event.bot_access_token)) };
}

describe('a step of a workflow', () => {
  it('is told to the app, which ends it with its outputs', async () => {
    const { run, event, client } = await aRun();
    // (https://docs.slack.dev/reference/events/function_executed; the order of the keys is not Slack's word)
    expect(event).toEqual({
      type: 'function_executed',
      function: {
        id: expect.stringMatching(/^Fn/),
        callback_id: 'greet',
        title: 'Greet',
        description: 'Greets somebody',
        type: 'app',
        input_parameters: [
          { type: 'slack#/types/user_id', name: 'user_id', title: 'User', description: 'Whom', is_required: true },
          { type: 'integer', name: 'times', title: 'times', description: '', is_required: false },
        ],
        output_parameters: [
          { type: 'string', name: 'greeting', title: 'Greeting', description: 'What was said', is_required: true },
        ],
        app_id: slack.acme.app,
        date_created: 1_800_000_000,
        date_updated: 1_800_000_000,
        date_deleted: 0,
      },
      inputs,
      function_execution_id: expect.stringMatching(/^Fx/),
      workflow_execution_id: expect.stringMatching(/^Wx/),
      event_ts: expect.any(String),
      bot_access_token: expect.stringMatching(/^xwfp-/),
    });
    expect(await client.auth.test()).toMatchObject({ bot_id: slack.acme.botId });
    await expect(
      client.functions.completeSuccess({ function_execution_id: run.id, outputs: { greeting: 5 } }),
    ).rejects.toMatchObject({
      data: {
        error: 'parameter_validation_failed',
        response_metadata: { messages: ['[ERROR] greeting must be of type string'] },
      },
    });
    expect(await slack.control.functionRun(run.id)).toMatchObject({ status: 'running' });
    await client.functions.completeSuccess({ function_execution_id: run.id, outputs: { greeting: 'hello' } });
    expect(await slack.control.functionRun(run.id)).toMatchObject({
      status: 'succeeded',
      outputs: { greeting: 'hello' },
    });
    // Its token ends with it. (slackapi/bolt-python#1075)
    expect(await refusal(client.auth.test())).toBe('token_revoked');
    const bot = clientOf(slack, slack.acme.botToken);
    const again = bot.functions.completeError({ function_execution_id: run.id, error: 'x' });
    expect(await refusal(again)).toBe('execution_not_in_running_state');
  });

  it("ends with an error in the app's words", async () => {
    const { run, client } = await aRun();
    await client.functions.completeError({ function_execution_id: run.id, error: 'Nobody is there' });
    expect(await slack.control.functionRun(run.id)).toMatchObject({ status: 'failed', error: 'Nobody is there' });
  });

  it('goes on in the messages and modals that were shown in its name', async () => {
    const { run, client } = await aRun();
    await client.chat.postMessage({ channel: '#general', text: 'x', blocks: button });
    const { triggerId } = await slack.control.act({
      kind: 'block_action',
      team: TEAM,
      channel: 'general',
      actionId: 'ok',
    });
    // (slackapi/bolt-python, tests/scenario_tests/test_function.py)
    const ofRun = {
      function_data: {
        execution_id: run.id,
        function: expect.objectContaining({ callback_id: 'greet', app_id: slack.acme.app }),
        inputs,
      },
      bot_access_token: expect.stringMatching(/^xwfp-/),
    };
    const pressed = newestPayload('block_actions') as Json & { interactivity: { interactivity_pointer: string } };
    expect(pressed).toMatchObject({
      ...ofRun,
      interactivity: {
        interactor: { id: expect.stringMatching(/^U/), secret: expect.any(String) },
        interactivity_pointer: triggerId,
      },
    });
    await client.views.open({
      interactivity_pointer: pressed.interactivity.interactivity_pointer,
      view: aModal({ notify_on_close: true }) as never,
    });
    await slack.control.act({ kind: 'view_submit', team: TEAM, values: { name_input: 'Ann' } });
    expect(newestPayload('view_submission')).toMatchObject(ofRun);

    await slack.control.act({ kind: 'block_action', team: TEAM, channel: 'general', actionId: 'ok' });
    const { interactivity } = newestPayload('block_actions') as typeof pressed;
    await client.views.open({
      trigger_id: interactivity.interactivity_pointer,
      view: aModal({ notify_on_close: true }) as never,
    });
    await slack.control.act({ kind: 'view_close', team: TEAM });
    expect(newestPayload('view_closed')).toMatchObject(ofRun);
    await client.functions.completeSuccess({ function_execution_id: run.id, outputs: { greeting: 'hello' } });
  });

  it('is asked for the options of its selects, also under a file', async () => {
    const { run, client } = await aRun();
    const select = { type: 'external_select', action_id: 'who', placeholder: { type: 'plain_text', text: 'Who' } };
    const blocks = [{ type: 'actions', elements: [select] }];
    const { upload_url: url = '', file_id: id = '' } = await client.files.getUploadURLExternal({
      filename: 'a.txt',
      length: 1,
    });
    await fetch(url, { method: 'POST', body: 'x' });
    const { channels } = await slack.control.team(TEAM);
    const channel_id = channels.find(({ name }) => name === 'general')?.id;
    await client.apiCall('files.completeUploadExternal', { files: [{ id }], channel_id, blocks });
    await slack.control.act({ kind: 'options', team: TEAM, channel: 'general', actionId: 'who', value: 'a' });
    expect(newestPayload('block_suggestion')).toMatchObject({ function_data: { execution_id: run.id } });
  });

  it('is not in what the bot shows in its own name', async () => {
    await aRun();
    const bot = clientOf(slack, slack.acme.botToken);
    await bot.chat.postMessage({ channel: '#general', text: 'x', blocks: button });
    await slack.control.act({ kind: 'block_action', team: TEAM, channel: 'general', actionId: 'ok' });
    const keys = Object.keys(newestPayload('block_actions') ?? {});
    expect(keys).toContain('actions');
    expect(keys).not.toEqual(expect.arrayContaining(['function_data']));
    expect(keys).not.toEqual(expect.arrayContaining(['bot_access_token']));
  });

  it('has a token for 15 minutes, and a fresh one in the next payload', async () => {
    const { run, client } = await aRun();
    await client.chat.postMessage({ channel: '#general', text: 'x', blocks: button });
    await slack.control.advance(15 * 60_000);
    expect(await refusal(client.auth.test())).toBe('token_expired');
    await slack.control.act({ kind: 'block_action', team: TEAM, channel: 'general', actionId: 'ok' });
    const fresh = clientOf(slack, String(newestPayload('block_actions')?.bot_access_token));
    await fresh.functions.completeSuccess({ function_execution_id: run.id, outputs: { greeting: 'at last' } });
    expect(await slack.control.functionRun(run.id)).toMatchObject({ status: 'succeeded' });
  });

  it('is ended by its own app only, and by the end of that', async () => {
    const { run, client } = await aRun();
    const other = await slack.control.addApp({ kind: 'granular' });
    const stranger = clientOf(slack, (await slack.control.install({ team: TEAM, app: other.id })).botToken);
    const complete = (by: typeof client, id: string) =>
      refusal(by.functions.completeError({ function_execution_id: id, error: 'x' }));
    expect(await complete(stranger, run.id)).toBe('access_denied');
    expect(await complete(client, 'Fx0NOWHERE')).toBe('function_execution_not_found');
    await slack.control.fault({ kind: 'remove_app', team: TEAM, app: slack.acme.app });
    expect(await slack.control.functionRun(run.id)).toMatchObject({ status: 'failed' });
    expect(await refusal(client.auth.test())).toBe('account_inactive');
    const after = slack.control.runFunction({ team: TEAM, callbackId: 'greet', inputs });
    await expect(after).rejects.toMatchObject({ code: 'invalid_input' });
  });

  it.each([
    ['not_found', 'declares: greet', { callbackId: 'other' }],
    ['invalid_input', 'missing required parameter: user_id', { callbackId: 'greet' }],
    ['invalid_input', 'times must be of type integer', { callbackId: 'greet', inputs: { ...inputs, times: 'x' } }],
  ])('is refused with %s: %s', async (code, message, asked) => {
    const refused = slack.control.runFunction({ team: TEAM, ...asked });
    await expect(refused).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });
});
