import { expect, it } from 'vitest';
import { installV2 } from '../../test/support/oauth-v2.ts';
import { acmeWithApp, annIn, postJson } from '../../test/support/people.ts';
import { startSimulator } from '../simulator.ts';

const inGeneral = { team: 'Acme', channel: 'general' };

it('sends a global shortcut without a channel or a URL to answer at', async () => {
  await using acme = await acmeWithApp();
  const info = await acme.slack.control.act({ kind: 'shortcut', team: 'Acme', callbackId: 'new' });
  const team = await acme.slack.control.team('Acme');
  expect(acme.payloads()).toEqual([
    {
      type: 'shortcut',
      user: { id: await annIn(acme.slack), username: 'ann', name: 'ann', team_id: team.id },
      api_app_id: 'A0SIMULATE',
      token: 'sim-verification-token',
      team: { id: team.id, domain: 'acme' },
      enterprise: null,
      is_enterprise_install: false,
      callback_id: 'new',
      trigger_id: info.triggerId,
      action_ts: expect.stringMatching(/^\d+\.\d{6}$/),
    },
  ]);
});

it('sends a message shortcut with the message, and takes an answer to it', async () => {
  await using acme = await acmeWithApp();
  const said = await acme.slack.control.say({ ...inGeneral, text: 'remember me', user: 'bob' });
  const action = { kind: 'message_action', ...inGeneral, callbackId: 'keep', ts: said.ts } as const;
  const { responseUrl = '', triggerId } = await acme.slack.control.act(action);
  expect(acme.payloads()).toMatchObject([
    {
      type: 'message_action',
      callback_id: 'keep',
      trigger_id: triggerId,
      response_url: responseUrl,
      channel: { name: 'general' },
      message_ts: said.ts,
      message: { type: 'message', text: 'remember me', ts: said.ts },
    },
  ]);
  await postJson(responseUrl, { text: 'kept' });
  expect(await acme.slack.control.ephemerals(inGeneral)).toMatchObject([{ text: 'kept' }]);
  await expect(acme.slack.control.act({ ...action, ts: '1.000000' })).rejects.toMatchObject({ code: 'not_found' });
});

it('names the organization of a workspace, and hides the names of private places', async () => {
  const teams = [{ name: 'Acme', enterprise: { id: 'E0ACME', name: 'Acme Org' } }];
  await using acme = await acmeWithApp({ teams });
  await acme.slack.control.addChannel('Acme', { name: 'secret', isPrivate: true });
  await acme.slack.control.act({ kind: 'slash', team: 'Acme', channel: 'secret', command: '/stan' });
  expect(acme.app.arrived[0]?.body).toMatchObject({
    channel_name: 'privategroup',
    enterprise_id: 'E0ACME',
    enterprise_name: 'Acme Org',
  });
  await acme.slack.control.act({ kind: 'slash', team: 'Acme', to: 'bot', command: '/stan' });
  expect(acme.app.arrived[1]?.body).toMatchObject({ channel_name: 'directmessage' });
  await acme.slack.control.act({ kind: 'shortcut', team: 'Acme', callbackId: 'new' });
  expect(acme.payloads()).toMatchObject([
    {
      enterprise: { id: 'E0ACME', name: 'Acme Org' },
      team: { enterprise_id: 'E0ACME', enterprise_name: 'Acme Org' },
    },
  ]);
});

it('posts into the channel of an incoming webhook', async () => {
  await using slack = await startSimulator({ app: { kind: 'granular' } });
  const choice = { team: 'Acme', channel: 'random' };
  const answer = await installV2(slack, { query: { scope: 'incoming-webhook' }, choice });
  const { url } = answer.incoming_webhook as { url: string };
  expect(await postJson(url, { text: 'from outside' })).toEqual({ status: 200, text: 'ok' });
  expect(await slack.control.messages({ team: 'Acme', channel: 'random' })).toMatchObject([{ text: 'from outside' }]);
  const form = new URLSearchParams({ payload: JSON.stringify({ text: 'by form' }) });
  expect((await fetch(url, { method: 'POST', body: form })).status).toBe(200);
  expect(await postJson(url, {})).toEqual({ status: 400, text: 'no_text' });
  expect(await (await fetch(url, { method: 'POST', body: 'nonsense' })).text()).toBe('invalid_payload');
  expect(await postJson(`${url}x`, { text: 'x' })).toEqual({ status: 404, text: 'no_service' });
  await slack.control.fault({ kind: 'remove_app', team: 'Acme' });
  expect(await postJson(url, { text: 'x' })).toEqual({ status: 403, text: 'invalid_token' });
});
