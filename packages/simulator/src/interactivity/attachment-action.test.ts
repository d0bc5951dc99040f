import { expect, it } from 'vitest';
import { type Acme, acmeWithApp, annIn, answerWith, postJson } from '../../test/support/people.ts';
import type { Json } from '../../test/support/slack.ts';

const inGeneral = { team: 'Acme', channel: 'general' };
/** Two buttons of one name and a menu, as the guides have them. */
const attachment: Json = {
  text: 'Choose a game to play',
  fallback: 'You are unable to choose a game',
  callback_id: 'wopr_game',
  actions: [
    { name: 'game', text: 'Chess', type: 'button', value: 'chess' },
    { name: 'game', text: 'Maze', type: 'button', value: 'maze', style: 'danger' },
    { name: 'level', text: 'Level', type: 'select', options: [{ text: 'Hard', value: 'hard' }] },
    { name: 'bug', text: 'Bug', type: 'select', data_source: 'external' },
  ],
};

const post = (acme: Acme) =>
  acme.ask('chat.postMessage', { channel: '#general', text: 'Play?', attachments: [attachment] });
const press = (acme: Acme, name: string, value?: string) =>
  acme.slack.control.act({ kind: 'attachment_action', ...inGeneral, name, value });
const texts = async (acme: Acme) => (await acme.slack.control.messages(inGeneral)).map(({ text }) => text);

// The keys are those of Slack's sample. (slackapi/java-slack-sdk, json-logs/samples/app-backend/interactive-components)
it('sends a pressed button, and the answer replaces the message', async () => {
  await using acme = await acmeWithApp();
  const { ts, channel } = await post(acme);
  answerWith(acme.app, { text: 'Maze it is' });
  const info = await press(acme, 'game', 'maze');
  const team = await acme.slack.control.team('Acme');
  expect(acme.payloads()).toMatchObject([
    {
      type: 'interactive_message',
      actions: [{ name: 'game', type: 'button', value: 'maze' }],
      callback_id: 'wopr_game',
      team: { id: team.id, domain: 'acme' },
      channel: { id: channel, name: 'general' },
      user: { id: await annIn(acme.slack), name: 'ann' },
      action_ts: expect.stringMatching(/^\d+\.\d{6}$/),
      message_ts: ts,
      attachment_id: '1',
      token: 'sim-verification-token',
      is_app_unfurl: false,
      original_message: {
        text: 'Play?',
        ts,
        attachments: [{ id: 1, actions: [{ id: '1', name: 'game' }, {}, {}, {}] }],
      },
      response_url: info.responseUrl,
      trigger_id: info.triggerId,
    },
  ]);
  expect(info).toMatchObject({ acked: true, message: { ts, text: 'Maze it is' } });
  expect(await texts(acme)).toContain('Maze it is');
  expect(await texts(acme)).not.toContain('Play?');
});

it('keeps the message when the answer is empty, is for the person alone, or says so', async () => {
  await using acme = await acmeWithApp();
  await post(acme);
  await press(acme, 'game', 'chess');
  answerWith(acme.app, { text: 'psst', response_type: 'ephemeral', replace_original: false });
  expect(await press(acme, 'game', 'chess')).toMatchObject({ isEphemeral: true, message: { text: 'psst' } });
  answerWith(acme.app, { text: 'and another', replace_original: false });
  expect(await press(acme, 'game', 'chess')).toMatchObject({ isEphemeral: false });
  expect(await texts(acme)).toEqual(expect.arrayContaining(['Play?', 'and another']));
});

it('takes later answers at its response URL, which replace the message as well, or delete it', async () => {
  await using acme = await acmeWithApp();
  await post(acme);
  const { responseUrl = '' } = await press(acme, 'game', 'chess');
  await postJson(responseUrl, { text: 'Checkmate' });
  expect(await texts(acme)).toContain('Checkmate');
  await postJson(responseUrl, { delete_original: true });
  expect(await texts(acme)).not.toContain('Checkmate');
});

it('sends what was chosen in a menu', async () => {
  await using acme = await acmeWithApp();
  await post(acme);
  await press(acme, 'level', 'hard');
  expect(acme.payloads()).toMatchObject([
    { actions: [{ name: 'level', type: 'select', selected_options: [{ value: 'hard' }] }] },
  ]);
});

it('asks for the options of a menu whose data_source is external', async () => {
  await using acme = await acmeWithApp();
  await post(acme);
  const options = [{ text: 'Crash', value: '1' }];
  answerWith(acme.app, { options });
  const ask = (name: string) => acme.slack.control.act({ kind: 'attachment_options', ...inGeneral, name, value: 'cr' });
  expect(await ask('bug')).toMatchObject({ acked: true, options });
  expect(acme.payloads()).toMatchObject([
    { type: 'interactive_message', name: 'bug', value: 'cr', callback_id: 'wopr_game', attachment_id: '1' },
  ]);
  answerWith(acme.app, { options: [{ label: 'no text', value: '1' }] });
  expect(await ask('bug')).toMatchObject({ failure: 'dispatch_failed' });
  await expect(ask('level')).rejects.toMatchObject({ code: 'invalid_input' });
});

it.each([
  ['not_found', 'nothing', undefined],
  ['invalid_input', 'game', 'go'],
  ['invalid_input', 'level', 'easy'],
  ['invalid_input', 'level', undefined],
])('refuses with %s what nobody could press: %s %s', async (code, name, value) => {
  await using acme = await acmeWithApp();
  await post(acme);
  await expect(press(acme, name, value)).rejects.toMatchObject({ code });
  expect(acme.payloads()).toEqual([]);
});
