/** app.function of @slack/bolt, as its users have it: a step is carried out at once, or after somebody pressed a button. */
import type { AddressInfo } from 'node:net';
import { App, HTTPReceiver, LogLevel } from '@slack/bolt';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { installedSimulator } from './support/slack.ts';

const SECRET = '00112233445566778899aabbccddeeff';
const manifest = {
  display_information: { name: 'Steps' },
  oauth_config: { scopes: { bot: ['chat:write', 'channels:read'] } },
  functions: {
    sum: {
      title: 'Sum',
      description: 'Adds two numbers',
      input_parameters: { one: { type: 'integer' }, other: { type: 'integer' } },
      output_parameters: { sum: { type: 'integer', is_required: true } },
    },
    approve: { title: 'Approve', description: 'Asks somebody', output_parameters: { by: { type: 'string' } } },
  },
};

let slack: Awaited<ReturnType<typeof installedSimulator>>;
let bolt: App;
beforeEach(async () => {
  slack = await installedSimulator({ app: { manifest, signingSecret: SECRET } });
  const receiver = new HTTPReceiver({ signingSecret: SECRET, logLevel: LogLevel.ERROR, port: 0 });
  const clientOptions = { slackApiUrl: slack.apiUrl };
  bolt = new App({ token: slack.acme.botToken, receiver, clientOptions, logLevel: LogLevel.ERROR });
  const server = await bolt.start(0);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`;
  await slack.control.updateApp(slack.acme.app, { requestUrl: url, interactivityUrl: url });
});
afterEach(async () => {
  await bolt.stop();
  await slack.stop();
});

const ended = (method: string) => slack.control.waitForLog((record) => record.method === method && record.ok === true);

it('completes a step, and fails one', async () => {
  bolt.function('sum', async ({ inputs, complete, fail }) => {
    const { one, other } = inputs;
    if (typeof one === 'number' && typeof other === 'number') await complete({ outputs: { sum: one + other } });
    else await fail({ error: 'Two numbers are needed' });
  });
  const good = await slack.control.runFunction({ team: 'Acme', callbackId: 'sum', inputs: { one: 40, other: 2 } });
  await ended('functions.completeSuccess');
  expect(await slack.control.functionRun(good.id)).toMatchObject({ status: 'succeeded', outputs: { sum: 42 } });
  const bad = await slack.control.runFunction({ team: 'Acme', callbackId: 'sum', inputs: { one: 40 } });
  await ended('functions.completeError');
  expect(await slack.control.functionRun(bad.id)).toMatchObject({ status: 'failed', error: 'Two numbers are needed' });
});

it('completes a step from the button of a message that it posted', async () => {
  bolt.function('approve', async ({ client }) => {
    const approve = { type: 'button', action_id: 'approve', text: { type: 'plain_text', text: 'Approve' } } as const;
    const blocks = [{ type: 'actions', elements: [approve] } as const];
    await client.chat.postMessage({ channel: '#general', text: 'Approve?', blocks: [...blocks] });
  });
  bolt.action('approve', async ({ ack, body, complete }) => {
    await ack();
    await complete?.({ outputs: { by: body.user.id } });
  });
  const run = await slack.control.runFunction({ team: 'Acme', callbackId: 'approve' });
  await ended('chat.postMessage');
  await slack.control.act({ kind: 'block_action', team: 'Acme', user: 'bob', channel: 'general', actionId: 'approve' });
  await ended('functions.completeSuccess');
  const { users } = await slack.control.team('Acme');
  const bob = users.find(({ name }) => name === 'bob')?.id;
  expect(await slack.control.functionRun(run.id)).toMatchObject({ status: 'succeeded', outputs: { by: bob } });
});
