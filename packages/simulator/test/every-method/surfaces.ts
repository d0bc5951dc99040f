/** Modals, home tabs, dialogs, assistant threads and sessions. */
import { aModal } from '../support/people.ts';
import { everyBlock } from './content.ts';
import { type Journey, read } from './journey.ts';

const plain = (text: string) => ({ type: 'plain_text', text });

export async function surfaces(journey: Journey): Promise<void> {
  const { ask, ids, slack } = journey;
  const input = { type: 'input', label: plain('Name'), element: { type: 'plain_text_input', action_id: 'typed' } };
  const view = aModal({
    blocks: [...everyBlock, input],
    close: plain('Close'),
    external_id: 'settings-1',
    private_metadata: 'x',
  });
  const opened = await ask('views.open', { trigger_id: await trigger(journey), view });
  await ask('views.update', { view_id: read(opened, 'view.id'), view });
  const pressed = await slack.control.act({ kind: 'block_action', team: 'Acme', app: ids.app ?? '', actionId: 'ok' });
  await ask('views.push', { trigger_id: pressed.triggerId, view: { ...view, external_id: 'settings-2' } });
  const home = { type: 'home', blocks: everyBlock };
  await ask('views.publish', { user_id: ids.ann, view: home });
  const dialog = {
    callback_id: 'order',
    title: 'Order',
    elements: [{ type: 'text', name: 'dish', label: 'Dish' }],
  };
  await ask('dialog.open', { trigger_id: await trigger(journey), dialog });
  await ask('blocks.validate', { blocks: everyBlock });
  await workObject(journey);
  await assistant(journey);
}

/** A link of the app stands for a thing of it; Ann opens its pane, and the app fills it. */
async function workObject({ ask, slack, ids }: Journey): Promise<void> {
  const link = 'https://example.com/task';
  const { ts } = await slack.control.say({ team: 'Acme', channel: 'general', text: link });
  const entity = {
    entity_type: 'slack#/entities/task',
    url: link,
    app_unfurl_url: link,
    external_ref: { id: '7' },
    entity_payload: { attributes: { title: { text: 'Mend the gate' } } },
  };
  await ask('chat.unfurl', { channel: ids.general, ts, metadata: { entities: [entity] } });
  const opened = await slack.control.act({ kind: 'open_entity', team: 'Acme', channel: 'general', app: ids.app ?? '' });
  await ask('entity.presentDetails', { trigger_id: opened.triggerId, metadata: entity });
}

/** A person uses a command, so that the app gets a trigger. */
async function trigger({ slack, ids }: Journey): Promise<string> {
  const acted = await slack.control.act({
    kind: 'slash',
    team: 'Acme',
    channel: 'general',
    command: '/x',
    app: ids.app ?? '',
  });
  return acted.triggerId ?? '';
}

async function assistant({ ask, slack, ids }: Journey): Promise<void> {
  const started = await slack.control.changeTeam('Acme', { kind: 'assistant_thread', app: ids.app ?? '' });
  const thread = { channel_id: String(started.channel), thread_ts: String(started.threadTs) };
  await ask('assistant.threads.setStatus', { ...thread, status: 'is thinking…' });
  await ask('assistant.threads.setTitle', { ...thread, title: 'Cats' }, { tells: ['message:message_changed'] });
  const prompts = [{ title: 'Cats', message: 'Tell me about cats' }];
  await ask('assistant.threads.setSuggestedPrompts', { ...thread, prompts });
  const session = { channel_id: thread.channel_id, thread_ts: thread.thread_ts };
  await ask('agents.sessions.setStatus', { ...session, status: 'processing' });
  await ask('agents.sessions.rename', { ...session, title: 'About cats' }, { tells: ['message:message_changed'] });
}
