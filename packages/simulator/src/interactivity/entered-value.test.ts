/** What stands in the fields of a modal: the conversation where it was opened, and whole files. */
import { expect, it } from 'vitest';
import { type Acme, acmeWithApp, aModal } from '../../test/support/people.ts';
import type { Json } from '../../test/support/slack.ts';

const plain = (text: string) => ({ type: 'plain_text', text });
const input = (element: Json) => ({
  type: 'input',
  block_id: 'b',
  label: plain('x'),
  element: { ...element, action_id: 'a' },
});
const slash = { kind: 'slash', team: 'Acme', channel: 'general', command: '/x' } as const;

async function opened({ slack, ask }: Acme, element: Json): Promise<void> {
  const { triggerId } = await slack.control.act(slash);
  const view = aModal({ blocks: [input(element)] });
  expect(await ask('views.open', { trigger_id: triggerId, view })).toMatchObject({ ok: true });
}

const submitted = async (acme: Acme, values: Record<string, string | string[]> = {}) => {
  await acme.slack.control.act({ kind: 'view_submit', team: 'Acme', values });
  return acme.payloads().at(-1)?.view as Json;
};

// https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element#conversations_select
it.each([
  ['conversations_select', 'selected_conversation', (id: string) => id],
  ['multi_conversations_select', 'selected_conversations', (id: string) => [id]],
])('a %s is filled with the conversation that the person looks at', async (type, key, valueOf) => {
  await using acme = await acmeWithApp();
  const channel = (await acme.slack.control.team('Acme')).channels.find(({ name }) => name === 'general')?.id ?? '';
  await opened(acme, { type, default_to_current_conversation: true });
  expect(await submitted(acme)).toMatchObject({ state: { values: { b: { a: { type, [key]: valueOf(channel) } } } } });
});

// https://docs.slack.dev/reference/block-kit/block-elements/file-input-element
it('a file_input holds the files, not their ids', async () => {
  await using acme = await acmeWithApp();
  const place = { team: 'Acme', channel: 'general' };
  const shared = await acme.slack.control.act({
    ...place,
    kind: 'share_file',
    name: 'a.txt',
    content: { text: 'x' },
  });
  const { file = '' } = shared as { file?: string };
  await opened(acme, { type: 'file_input' });
  await expect(submitted(acme, { a: ['F0NOWHERE0'] })).rejects.toMatchObject({ code: 'invalid_input' });
  expect(await submitted(acme, { a: [file] })).toMatchObject({
    state: {
      values: {
        b: { a: { type: 'file_input', files: [{ id: file, name: 'a.txt', size: 1, user: expect.any(String) }] } },
      },
    },
  });
});

// bolt-js FeedbackButtonsAction, soxtoby/SlackNet#250
it.each(['negative', 'bad'])(
  'feedback buttons send the text and value of the one that is pressed: %s',
  async (value) => {
    await using acme = await acmeWithApp();
    const element = {
      type: 'feedback_buttons',
      action_id: 'rate',
      positive_button: { text: plain('Good'), value: 'good' },
      negative_button: { text: plain('Bad'), value: 'bad' },
    };
    const blocks = [{ type: 'context_actions', elements: [element] }];
    await acme.ask('chat.postMessage', { channel: '#general', text: 'x', blocks });
    const press = { kind: 'block_action', team: 'Acme', channel: 'general', actionId: 'rate' } as const;
    await acme.slack.control.act({ ...press, value });
    const [action] = (acme.payloads().at(-1)?.actions ?? []) as Json[];
    expect(action).toMatchObject({ type: 'feedback_buttons', action_id: 'rate', value: 'bad', text: { text: 'Bad' } });
    expect(action).not.toHaveProperty('positive_button');
    await expect(acme.slack.control.act(press)).rejects.toMatchObject({ code: 'invalid_input' });
  },
);
