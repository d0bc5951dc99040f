import { describe, expect, it } from 'vitest';
import { type Acme, acmeWithApp, aModal, annIn } from '../../../test/support/people.ts';

/** A trigger as a slash command gives it. */
async function aTrigger({ slack }: Acme): Promise<string> {
  const info = await slack.control.act({ kind: 'slash', team: 'Acme', channel: 'general', command: '/stan' });
  return info.triggerId ?? '';
}

const VIEW_KEYS = `id team_id type blocks private_metadata callback_id state hash title clear_on_close notify_on_close
  close submit submit_disabled previous_view_id root_view_id app_id external_id app_installed_team_id bot_id`.split(
  /\s+/,
);

const error = (code: string) => ({ ok: false, error: code });

describe('views.open', () => {
  it('shows a modal with every key of Slack', async () => {
    await using acme = await acmeWithApp();
    const answer = await acme.ask('views.open', { trigger_id: await aTrigger(acme), view: aModal() });
    const view = answer.view as Record<string, unknown>;
    expect(Object.keys(view).toSorted()).toEqual(VIEW_KEYS.toSorted());
    expect(view).toMatchObject({
      id: expect.stringMatching(/^V/),
      type: 'modal',
      callback_id: 'settings',
      title: { type: 'plain_text', text: 'Settings', emoji: true },
      close: null,
      previous_view_id: null,
      root_view_id: view.id,
      app_id: 'A0SIMULATE',
      bot_id: acme.slack.acme.botId,
      state: {},
    });
    // (https://docs.slack.dev/reference/methods/views.open, example of an answer)
    expect(view.state).toEqual({ values: {} });
    expect(await acme.slack.control.views({ team: 'Acme', user: 'ann' })).toMatchObject([{ id: view.id, view }]);
  });

  it('takes a trigger once, for three seconds, and only of its own app', async () => {
    await using acme = await acmeWithApp();
    const open = (trigger: string) => acme.ask('views.open', { trigger_id: trigger, view: aModal() });
    const used = await aTrigger(acme);
    expect(await open(used)).toMatchObject({ ok: true });
    expect(await open(used)).toEqual(error('exchanged_trigger_id'));
    const fresh = await aTrigger(acme);
    await acme.slack.control.advance(3000);
    expect(await open(fresh)).toMatchObject({ ok: true });
    const late = await aTrigger(acme);
    await acme.slack.control.advance(3001);
    expect(await open(late)).toEqual(error('expired_trigger_id'));
    expect(await open('1.2.never')).toEqual(error('invalid_trigger_id'));
    const { id } = await acme.slack.control.addApp({ kind: 'granular', requestUrl: acme.app.url });
    await acme.slack.control.install({ team: 'Acme', app: id });
    const foreign = await acme.slack.control.act({ kind: 'shortcut', team: 'Acme', app: id, callbackId: 'x' });
    expect(await open(foreign.triggerId ?? '')).toEqual(error('invalid_trigger_id'));
  });

  it.each([
    ['no title', { title: undefined }, 'missing required field: title [json-pointer:/view/title]'],
    ['a long title', { title: { type: 'plain_text', text: 'x'.repeat(25) } }, '[json-pointer:/view/title/text]'],
    ['an input without submit', { submit: undefined }, 'must define `submit`'],
    ['another type', { type: 'home' }, '[json-pointer:/view/type]'],
    ['an unknown block', { blocks: [{ type: 'x' }] }, '[json-pointer:/view/blocks/0'],
    ['too many blocks', { blocks: Array.from({ length: 101 }, () => ({ type: 'divider' })) }, '/view/blocks'],
    ['long metadata', { private_metadata: 'x'.repeat(3001) }, '[json-pointer:/view/private_metadata]'],
  ])('refuses %s, and the trigger stays good', async (_, wrong, message) => {
    await using acme = await acmeWithApp();
    const trigger = await aTrigger(acme);
    expect(await acme.ask('views.open', { trigger_id: trigger, view: aModal(wrong) })).toMatchObject({
      error: 'invalid_arguments',
      response_metadata: { messages: [expect.stringContaining(message)] },
    });
    expect(await acme.ask('views.open', { trigger_id: trigger, view: aModal() })).toMatchObject({ ok: true });
  });

  it('refuses a view of more than 250 kB, one without a trigger, and an external id that is taken', async () => {
    await using acme = await acmeWithApp();
    const huge = Array.from({ length: 100 }, () => ({
      type: 'section',
      text: { type: 'mrkdwn', text: 'x'.repeat(3000) },
    }));
    expect(await acme.ask('views.open', { trigger_id: 'x', view: aModal({ blocks: huge }) })).toEqual(
      error('view_too_large'),
    );
    expect(await acme.ask('views.open', { view: aModal() })).toMatchObject({ error: 'invalid_arguments' });
    expect(await acme.ask('views.open', { trigger_id: 'x' })).toMatchObject({ error: 'invalid_arguments' });
    const view = aModal({ external_id: 'mine' });
    await acme.ask('views.open', { trigger_id: await aTrigger(acme), view });
    expect(await acme.ask('views.open', { trigger_id: await aTrigger(acme), view })).toEqual(
      error('duplicate_external_id'),
    );
  });
});

describe('views.push', () => {
  const touched = aModal({
    blocks: [
      {
        type: 'actions',
        block_id: 'more',
        elements: [{ type: 'button', action_id: 'next', text: { type: 'plain_text', text: 'Next' } }],
      },
    ],
  });

  it('puts views on top of each other, three at most', async () => {
    await using acme = await acmeWithApp();
    await acme.ask('views.open', { trigger_id: await aTrigger(acme), view: touched });
    const push = async () => {
      const { triggerId } = await acme.slack.control.act({ kind: 'block_action', team: 'Acme', actionId: 'next' });
      return acme.ask('views.push', { trigger_id: triggerId, view: touched });
    };
    const second = (await push()).view as Record<string, unknown>;
    const third = (await push()).view as Record<string, unknown>;
    expect(second.previous_view_id).toBe(second.root_view_id);
    expect(third).toMatchObject({ previous_view_id: second.id, root_view_id: second.root_view_id });
    expect(await push()).toEqual(error('push_limit_reached'));
  });

  it('needs a trigger of a view', async () => {
    await using acme = await acmeWithApp();
    expect(await acme.ask('views.push', { trigger_id: await aTrigger(acme), view: touched })).toEqual(
      error('not_found'),
    );
  });
});

describe('views.update', () => {
  it('exchanges the content by id or external id, keeps what was entered, and changes the hash', async () => {
    await using acme = await acmeWithApp();
    const view = aModal({ external_id: 'mine' });
    const opened = (await acme.ask('views.open', { trigger_id: await aTrigger(acme), view })).view as {
      id: string;
      hash: string;
    };
    const next = aModal({ title: { type: 'plain_text', text: 'Next' }, external_id: 'mine' });
    const byId = await acme.ask('views.update', { view_id: opened.id, hash: opened.hash, view: next });
    expect(byId).toMatchObject({ view: { id: opened.id, title: { text: 'Next' } } });
    expect((byId.view as { hash: string }).hash).not.toBe(opened.hash);
    expect(await acme.ask('views.update', { external_id: 'mine', view })).toMatchObject({ view: { id: opened.id } });
    expect(await acme.ask('views.update', { view_id: opened.id, hash: opened.hash, view: next })).toEqual(
      error('hash_conflict'),
    );
  });

  it('finds only open views, and needs to know which', async () => {
    await using acme = await acmeWithApp();
    expect(await acme.ask('views.update', { view_id: 'V0', view: aModal() })).toEqual(error('not_found'));
    expect(await acme.ask('views.update', { view_id: 'V0', view: { id: 'V0' } })).toMatchObject(
      error('invalid_arguments'),
    );
    expect(await acme.ask('views.update', { view: aModal() })).toMatchObject({ error: 'invalid_arguments' });
  });
});

describe('views.publish', () => {
  const home = { type: 'home', blocks: [{ type: 'divider' }] };

  it('shows a home tab, and the event of its opening carries it', async () => {
    await using acme = await acmeWithApp({ app: { eventSubscriptions: ['app_home_opened'] } });
    const user = await annIn(acme.slack);
    await acme.slack.control.act({ kind: 'open_home', team: 'Acme' });
    const first = await acme.app.event(({ type }) => type === 'app_home_opened');
    expect(first).toMatchObject({ user, tab: 'home', channel: expect.stringMatching(/^D/) });
    expect(first).not.toHaveProperty('view');
    const { view } = await acme.ask('views.publish', { user_id: user, view: home });
    expect(view).toMatchObject({ type: 'home', title: null, submit: null });
    await acme.slack.control.act({ kind: 'open_home', team: 'Acme' });
    expect(await acme.app.event((event) => event.view !== undefined)).toMatchObject({ tab: 'home', view });
  });

  it('keeps the id of the view, and sees that somebody else changed it', async () => {
    await using acme = await acmeWithApp();
    const user_id = await annIn(acme.slack);
    const first = (await acme.ask('views.publish', { user_id, view: home })).view as { id: string; hash: string };
    const second = await acme.ask('views.publish', { user_id, hash: first.hash, view: home });
    expect(second).toMatchObject({ view: { id: first.id } });
    expect(await acme.ask('views.publish', { user_id, hash: first.hash, view: home })).toEqual(error('hash_conflict'));
  });

  it('needs a person and a home', async () => {
    await using acme = await acmeWithApp();
    const user_id = await annIn(acme.slack);
    expect(await acme.ask('views.publish', { view: home })).toMatchObject({ error: 'invalid_arguments' });
    expect(await acme.ask('views.publish', { user_id: 'U0', view: home })).toMatchObject({
      error: 'invalid_arguments',
    });
    expect(await acme.ask('views.publish', { user_id, view: aModal() })).toMatchObject({ error: 'invalid_arguments' });
  });
});
