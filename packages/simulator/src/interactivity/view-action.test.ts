import { describe, expect, it } from 'vitest';
import { fail, hang } from '../../test/support/app-server.ts';
import { type Acme, acmeWithApp, aModal, annIn, answerWith, postJson } from '../../test/support/people.ts';
import type { Json } from '../../test/support/slack.ts';

const submit = { kind: 'view_submit', team: 'Acme', values: { name_input: 'Stan' } } as const;
const close = { kind: 'view_close', team: 'Acme' } as const;

/** Opens a modal for ann, and gives its id. */
async function opened({ slack, ask }: Acme, view: Json = aModal()): Promise<string> {
  const { triggerId } = await slack.control.act({ kind: 'shortcut', team: 'Acme', callbackId: 'open' });
  return ((await ask('views.open', { trigger_id: triggerId, view })).view as { id: string }).id;
}

const titles = async ({ slack }: Acme) =>
  (await slack.control.views()).map(({ view }) => (view.title as { text: string }).text);
const titled = (text: string, more: Json = {}) => aModal({ title: { type: 'plain_text', text }, ...more });

describe('submitting a modal', () => {
  it('sends what was entered and closes it when the answer is empty', async () => {
    await using acme = await acmeWithApp();
    const id = await opened(acme, aModal({ private_metadata: 'secret' }));
    const info = await acme.slack.control.act(submit);
    const team = await acme.slack.control.team('Acme');
    expect(acme.payloads().at(-1)).toEqual({
      type: 'view_submission',
      team: { id: team.id, domain: 'acme' },
      user: { id: await annIn(acme.slack), username: 'ann', name: 'ann', team_id: team.id },
      api_app_id: 'A0SIMULATE',
      token: 'sim-verification-token',
      enterprise: null,
      is_enterprise_install: false,
      trigger_id: info.triggerId,
      view: expect.objectContaining({
        id,
        private_metadata: 'secret',
        state: { values: { name: { name_input: { type: 'plain_text_input', value: 'Stan' } } } },
      }),
      response_urls: [],
    });
    expect(info).toMatchObject({ acked: true, views: [] });
    expect(await acme.slack.control.views()).toEqual([]);
  });

  it('exchanges it with response_action update', async () => {
    await using acme = await acmeWithApp();
    const id = await opened(acme);
    answerWith(acme.app, { response_action: 'update', view: titled('Updated') });
    expect(await acme.slack.control.act(submit)).toMatchObject({ views: [{ id }] });
    expect(await titles(acme)).toEqual(['Updated']);
  });

  it('goes on to a next one with push, and back to the first when that is submitted', async () => {
    await using acme = await acmeWithApp();
    const id = await opened(acme);
    answerWith(acme.app, { response_action: 'push', view: titled('Second') });
    await acme.slack.control.act(submit);
    expect(await titles(acme)).toEqual(['Settings', 'Second']);
    expect(await acme.slack.control.views()).toMatchObject([{}, { view: { root_view_id: id, previous_view_id: id } }]);
    answerWith(acme.app, {});
    await acme.slack.control.act(submit);
    expect(await titles(acme)).toEqual(['Settings']);
  });

  it('does not push a fourth', async () => {
    await using acme = await acmeWithApp();
    await opened(acme);
    answerWith(acme.app, { response_action: 'push', view: titled('Next') });
    await acme.slack.control.act(submit);
    await acme.slack.control.act(submit);
    expect(await acme.slack.control.act(submit)).toMatchObject({
      failure: 'dispatch_failed',
      problems: ['push_limit_reached'],
    });
  });

  it('closes the whole stack with clear', async () => {
    await using acme = await acmeWithApp();
    await opened(acme);
    answerWith(acme.app, { response_action: 'push', view: titled('Second') });
    await acme.slack.control.act(submit);
    answerWith(acme.app, { response_action: 'clear' });
    expect(await acme.slack.control.act(submit)).toMatchObject({ acked: true, views: [] });
  });

  it('shows errors under the fields, and they go with the next try', async () => {
    await using acme = await acmeWithApp();
    await opened(acme);
    answerWith(acme.app, { response_action: 'errors', errors: { name: 'Too short' } });
    const errors = { name: 'Too short' };
    expect(await acme.slack.control.act(submit)).toMatchObject({ acked: true, errors, views: [{ errors }] });
    answerWith(acme.app, {});
    expect(await acme.slack.control.act(submit)).toMatchObject({ views: [] });
  });

  it.each([
    ['errors for a block that is not there', { response_action: 'errors', errors: { other: 'x' } }],
    ['errors without messages', { response_action: 'errors' }],
    ['an update without a view', { response_action: 'update' }],
    ['a view that is none', { response_action: 'update', view: { type: 'modal' } }],
    ['an unknown response_action', { response_action: 'dance' }],
  ])('leaves it open when the answer is %s', async (_, answer) => {
    await using acme = await acmeWithApp();
    await opened(acme);
    answerWith(acme.app, answer);
    expect(await acme.slack.control.act(submit)).toMatchObject({
      failure: 'dispatch_failed',
      problems: expect.arrayContaining([expect.any(String)]),
    });
    expect(await titles(acme)).toEqual(['Settings']);
  });

  it('leaves it open when the app is late, fails, or answers words', async () => {
    await using acme = await acmeWithApp();
    await opened(acme);
    acme.app.answer = fail;
    expect(await acme.slack.control.act(submit)).toMatchObject({ acked: false, failure: 'dispatch_failed' });
    acme.app.answer = (_arrived, response) => void response.end('OK');
    expect(await acme.slack.control.act(submit)).toMatchObject({ acked: true, failure: 'dispatch_failed' });
    acme.app.answer = hang;
    const known = acme.app.arrived.length;
    const running = acme.slack.control.act(submit);
    await acme.app.until(() => acme.app.arrived.length > known);
    await acme.slack.control.advance(3000);
    expect(await running).toMatchObject({ acked: false, failure: 'operation_timeout' });
    expect(await titles(acme)).toEqual(['Settings']);
  });

  it('asks for required fields before it sends anything', async () => {
    await using acme = await acmeWithApp();
    await opened(acme);
    const known = acme.app.arrived.length;
    expect(await acme.slack.control.act({ kind: 'view_submit', team: 'Acme' })).toMatchObject({
      acked: false,
      errors: { name: 'Please complete this required field.' },
    });
    expect(acme.app.arrived).toHaveLength(known);
    await expect(acme.slack.control.act({ ...submit, values: { other: 'x' } })).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringMatching(/has no field other; it has these, by action_id: .*\w/),
    });
  });

  it('gives the app a trigger for views.push', async () => {
    await using acme = await acmeWithApp();
    await opened(acme);
    answerWith(acme.app, { response_action: 'errors', errors: { name: 'Wait' } });
    const { triggerId } = await acme.slack.control.act(submit);
    expect(await acme.ask('views.push', { trigger_id: triggerId, view: titled('Pushed') })).toMatchObject({ ok: true });
    expect(await titles(acme)).toEqual(['Settings', 'Pushed']);
  });
});

describe('closing a modal', () => {
  it('is told only to an app that asked for it', async () => {
    await using acme = await acmeWithApp();
    await opened(acme);
    const known = acme.payloads().length;
    expect(await acme.slack.control.act(close)).toMatchObject({ acked: true, views: [] });
    expect(acme.payloads()).toHaveLength(known);
    const id = await opened(acme, aModal({ notify_on_close: true }));
    await acme.slack.control.act(close);
    const payload = acme.payloads().at(-1);
    expect(payload).toMatchObject({ type: 'view_closed', is_cleared: false, view: { id } });
    expect(payload).not.toHaveProperty('trigger_id');
  });

  it('with the cross closes the stack, the top first', async () => {
    await using acme = await acmeWithApp();
    const below = await opened(acme, aModal({ notify_on_close: true }));
    answerWith(acme.app, { response_action: 'push', view: titled('Second', { notify_on_close: true }) });
    const { views = [] } = await acme.slack.control.act(submit);
    await acme.slack.control.act({ ...close, isCleared: true });
    expect(acme.payloads().slice(-2)).toMatchObject([
      { type: 'view_closed', is_cleared: true, view: { id: views[1]?.id } },
      { type: 'view_closed', is_cleared: true, view: { id: below } },
    ]);
    await expect(acme.slack.control.act(close)).rejects.toMatchObject({ code: 'not_found' });
  });
});

it('sends the elements of a modal that dispatch, with the view and no message', async () => {
  await using acme = await acmeWithApp();
  const input = (dispatch: boolean) => [
    {
      type: 'input',
      block_id: 'name',
      dispatch_action: dispatch,
      label: { type: 'plain_text', text: 'Name' },
      element: { type: 'plain_text_input', action_id: 'name_input' },
    },
  ];
  const typing = { kind: 'block_action', team: 'Acme', actionId: 'name_input', value: 'St' } as const;
  const id = await opened(acme, aModal({ blocks: input(true) }));
  await acme.slack.control.act(typing);
  const payload = acme.payloads().at(-1);
  expect(payload).toMatchObject({
    type: 'block_actions',
    container: { type: 'view', view_id: id },
    view: { id, state: { values: { name: { name_input: { value: 'St' } } } } },
    actions: [{ type: 'plain_text_input', action_id: 'name_input', block_id: 'name', value: 'St' }],
  });
  expect(payload).not.toHaveProperty('response_url');
  await acme.slack.control.act(close);
  await opened(acme, aModal({ blocks: input(false) }));
  await expect(acme.slack.control.act(typing)).rejects.toMatchObject({ code: 'invalid_input' });
});

it('gives a URL into a conversation that was chosen for the answer', async () => {
  await using acme = await acmeWithApp();
  const element = { type: 'conversations_select', action_id: 'where', response_url_enabled: true };
  const label = { type: 'plain_text', text: 'Where' };
  await opened(acme, aModal({ blocks: [{ type: 'input', block_id: 'place', label, element }] }));
  const random = (await acme.slack.control.team('Acme')).channels.find(({ name }) => name === 'random')?.id ?? '';
  await acme.slack.control.act({ ...submit, values: { where: random } });
  const { response_urls: urls } = acme.payloads().at(-1) ?? {};
  const [url] = urls as { response_url: string }[];
  expect(url).toMatchObject({ block_id: 'place', action_id: 'where', channel_id: random });
  await postJson(url?.response_url ?? '', { response_type: 'in_channel', text: 'from a modal' });
  expect(await acme.slack.control.messages({ team: 'Acme', channel: 'random' })).toMatchObject([
    { text: 'from a modal' },
  ]);
});
