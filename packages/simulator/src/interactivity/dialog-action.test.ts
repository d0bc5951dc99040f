import { expect, it } from 'vitest';
import { type Acme, acmeWithApp, annIn, answerWith, postJson } from '../../test/support/people.ts';
import type { Json } from '../../test/support/slack.ts';

const inGeneral = { team: 'Acme', channel: 'general' };
const aDialog = (more: Json = {}): Json => ({
  title: 'Request a Ride',
  callback_id: 'ryde',
  submit_label: 'Request',
  state: 'Limo',
  elements: [
    { type: 'text', label: 'Pickup', name: 'pickup' },
    { type: 'textarea', label: 'Notes', name: 'notes', optional: true },
    { type: 'select', label: 'City', name: 'city', optional: true, data_source: 'external' },
    { type: 'select', label: 'Size', name: 'size', value: 's', options: [{ label: 'Small', value: 's' }] },
  ],
  ...more,
});

/** A person runs the app's slash command, and the app opens a dialog. */
async function opened(acme: Acme, more: Json = {}): Promise<Json> {
  const { triggerId = '' } = await acme.slack.control.act({ kind: 'slash', ...inGeneral, command: '/ride' });
  return acme.ask('dialog.open', { trigger_id: triggerId, dialog: aDialog(more) });
}

const submit = (acme: Acme, values: Record<string, string>) =>
  acme.slack.control.act({ kind: 'dialog_submit', team: 'Acme', values });

// The keys are those of Slack's sample. (slackapi/java-slack-sdk, json-logs/samples/app-backend/dialogs)
it('opens for who pressed, and what is entered is sent to the app', async () => {
  await using acme = await acmeWithApp();
  expect(await opened(acme)).toEqual({ ok: true });
  const ann = await annIn(acme.slack);
  expect(await acme.slack.control.dialogs({ user: 'ann' })).toMatchObject([
    { user: ann, values: { pickup: null, size: 's' }, dialog: { title: 'Request a Ride', callback_id: 'ryde' } },
  ]);
  const info = await submit(acme, { pickup: 'Main St' });
  expect(info).toMatchObject({ acked: true });
  const team = await acme.slack.control.team('Acme');
  const channel = team.channels.find(({ name }) => name === 'general')?.id;
  const sent = acme.payloads().at(-1);
  expect(sent).toEqual({
    type: 'dialog_submission',
    token: 'sim-verification-token',
    action_ts: expect.stringMatching(/^\d+\.\d{6}$/),
    team: { id: team.id, domain: 'acme' },
    user: { id: ann, name: 'ann', team_id: team.id },
    channel: { id: channel, name: 'general' },
    enterprise: null,
    is_enterprise_install: false,
    submission: { pickup: 'Main St', notes: null, city: null, size: 's' },
    callback_id: 'ryde',
    response_url: expect.stringContaining('/actions/'),
    state: 'Limo',
  });
  expect(await acme.slack.control.dialogs()).toEqual([]);
  await postJson(String(sent?.response_url), { text: 'on its way' });
  expect(await acme.slack.control.ephemerals(inGeneral)).toMatchObject([{ text: 'on its way' }]);
});

it('stays open with the errors of the app under its fields, and closes when they are gone', async () => {
  await using acme = await acmeWithApp();
  await opened(acme);
  answerWith(acme.app, { errors: [{ name: 'pickup', error: 'We do not go there' }] });
  const refused = await submit(acme, { pickup: 'Moon' });
  expect(refused).toMatchObject({ acked: true, errors: { pickup: 'We do not go there' } });
  expect(refused.dialog?.values.pickup).toBe('Moon');
  answerWith(acme.app, { errors: [{ name: 'nowhere', error: 'x' }] });
  expect(await submit(acme, {})).toMatchObject({
    failure: 'dispatch_failed',
    problems: ['no element is named nowhere'],
  });
  // node-slack-interactive-messages#76: a bare list is "We had some trouble connecting".
  answerWith(acme.app, [{ name: 'pickup', error: 'x' }] as unknown as Json);
  expect(await submit(acme, {})).toMatchObject({ failure: 'dispatch_failed' });
  acme.app.answer = (_arrived, response) => void response.writeHead(500).end();
  expect(await submit(acme, {})).toMatchObject({ acked: false, failure: 'dispatch_failed' });
  expect(await acme.slack.control.dialogs()).toHaveLength(1);
  answerWith(acme.app, {});
  expect(await submit(acme, {})).toMatchObject({ acked: true });
  expect(await acme.slack.control.dialogs()).toEqual([]);
});

it('sends nothing while a field is missing or too long, as the client does', async () => {
  await using acme = await acmeWithApp();
  await opened(acme);
  const before = acme.app.arrived.length;
  expect(await submit(acme, {})).toMatchObject({ acked: false, errors: { pickup: expect.any(String) } });
  expect(await submit(acme, { pickup: 'x'.repeat(151) })).toMatchObject({ errors: { pickup: expect.any(String) } });
  await expect(submit(acme, { size: 'xl' })).rejects.toMatchObject({ code: 'invalid_input' });
  await expect(submit(acme, { nowhere: 'x' })).rejects.toMatchObject({ code: 'invalid_input' });
  expect(acme.app.arrived.length).toBe(before);
});

it('tells only an app that asked for it that it was cancelled', async () => {
  await using acme = await acmeWithApp();
  const cancel = () => acme.slack.control.act({ kind: 'dialog_cancel', team: 'Acme' });
  await opened(acme);
  const before = acme.payloads().length;
  await cancel();
  expect(acme.payloads().length).toBe(before);
  await opened(acme, { notify_on_cancel: true });
  await cancel();
  expect(acme.payloads().at(-1)).toMatchObject({
    type: 'dialog_cancellation',
    callback_id: 'ryde',
    state: 'Limo',
    response_url: expect.stringContaining('/actions/'),
  });
  await expect(cancel()).rejects.toMatchObject({ code: 'not_found' });
});

it('asks for the options of a select whose data_source is external', async () => {
  await using acme = await acmeWithApp();
  await opened(acme);
  const options = [{ label: 'Berlin', value: 'ber' }];
  answerWith(acme.app, { options });
  const ask = (name: string) => acme.slack.control.act({ kind: 'dialog_options', team: 'Acme', name, value: 'be' });
  expect(await ask('city')).toMatchObject({ acked: true, options });
  expect(acme.payloads().at(-1)).toMatchObject({
    type: 'dialog_suggestion',
    name: 'city',
    value: 'be',
    callback_id: 'ryde',
  });
  await expect(ask('pickup')).rejects.toMatchObject({ code: 'invalid_input' });
  answerWith(acme.app, {});
  expect(await submit(acme, { pickup: 'x', city: 'ber' })).toMatchObject({ acked: true });
  expect(acme.payloads().at(-1)).toMatchObject({ submission: { city: 'ber' } });
});

it.each([
  ['validation_errors', { submit_label: 'two words' }, '[ERROR] The field `submit_label` can only be one word'],
  ['validation_errors', { title: 'x'.repeat(25) }, 'json-pointer:/title'],
  ['validation_errors', { elements: [] }, 'json-pointer:/elements'],
  ['validation_errors', { elements: [{ type: 'text', label: 'x', name: 'x', value: 'x'.repeat(151) }] }, '/value'],
  ['validation_errors', { elements: [{ type: 'radio', label: 'x', name: 'x' }] }, 'unsupported type: radio'],
])('is refused with %s for %j', async (error, more, message) => {
  await using acme = await acmeWithApp();
  const answer = await opened(acme, more);
  expect(answer).toMatchObject({ ok: false, error });
  expect(JSON.stringify(answer.response_metadata)).toContain(message);
});

// (slackapi/java-slack-sdk, test_with_remote_apis/methods/dialogs_Test.java)
it('takes an empty label of the button for none', async () => {
  await using acme = await acmeWithApp();
  const quantity = {
    type: 'text',
    subtype: 'number',
    label: 'Quantity',
    name: 'quantity',
    hint: 'The number you need',
    max_length: 3,
    min_length: 1,
    placeholder: 'Required quantity',
    value: '1',
  };
  const dialog = aDialog({ elements: [quantity], submit_label: '', notify_on_cancel: true });
  expect(await acme.ask('dialog.open', { trigger_id: 'FAKE_TRIGGER_ID', dialog })).toMatchObject({
    error: 'invalid_trigger',
  });
  expect(await opened(acme, { submit_label: '' })).toEqual({ ok: true });
  expect(await acme.slack.control.dialogs()).toMatchObject([{ dialog: { submit_label: 'Submit' } }]);
});

it('takes a trigger once, within three seconds, of its own app', async () => {
  await using acme = await acmeWithApp();
  const trigger = async () =>
    (await acme.slack.control.act({ kind: 'slash', ...inGeneral, command: '/ride' })).triggerId ?? '';
  const open = (triggerId: string) => acme.ask('dialog.open', { trigger_id: triggerId, dialog: aDialog() });
  const used = await trigger();
  await open(used);
  expect(await open(used)).toMatchObject({ error: 'trigger_exchanged' });
  const late = await trigger();
  await acme.slack.control.advance(3001);
  expect(await open(late)).toMatchObject({ error: 'trigger_expired' });
  expect(await open('1.2.never')).toMatchObject({ error: 'invalid_trigger' });
  expect(await acme.ask('dialog.open', { trigger_id: '', dialog: aDialog() })).toMatchObject({
    error: 'missing_trigger',
  });
  expect(await acme.ask('dialog.open', { trigger_id: 'x', dialog: '' })).toMatchObject({ error: 'missing_dialog' });
});
