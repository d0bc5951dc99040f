/** The bot of the browser tests: an answer that counts, a failure, a form that is refused, a message that is written slowly. */
import type { BotServer } from 'slack-bot-server';
import { HOME } from './all-blocks.ts';

export default ({ bot, server }: BotServer) => {
  bot.message(/^hi\b/, async ({ context, say }) => {
    const count = await server.data(`${context.teamId}`).update<number>('greetings', (before = 0) => before + 1);
    await say(`Greeting number ${count?.value}`);
  });

  server.every('day', () => {}, { name: 'clean up' });
  server.everyTeam('day', () => {}, { name: "each team's report" });

  let isBroken = true;
  bot.message(/^boom/, async ({ say }) => {
    if (isBroken) throw new Error('<img src=x onerror=alert(1)> the table is locked\u202e');
    await say('done after all');
  });
  bot.message(/^mend/, async ({ say }) => {
    isBroken = false;
    await say('mended');
  });

  bot.command('/form', async ({ ack, body, client }) => {
    await ack();
    const field = {
      type: 'input',
      block_id: 'name',
      label: { type: 'plain_text', text: 'Name' },
      element: { type: 'plain_text_input', action_id: 'value' },
    };
    const view = {
      type: 'modal',
      callback_id: 'form',
      title: { type: 'plain_text', text: 'Who are you?' },
      submit: { type: 'plain_text', text: 'Save' },
      blocks: [field],
    };
    await client.views.open({ trigger_id: body.trigger_id, view: view as never });
  });
  bot.view('form', async ({ ack, view, body, client }) => {
    const name = view.state.values.name?.value?.value ?? '';
    if (name.length < 3) return await ack({ response_action: 'errors', errors: { name: 'At least three letters.' } });
    await ack();
    await client.chat.postMessage({ channel: body.user.id, text: `Saved ${name}` });
  });

  const plain = (text: string) => ({ type: 'plain_text', text });
  const modal = (title: string, blocks: object[]) =>
    ({ type: 'modal', callback_id: title, title: plain(title), submit: plain('Save'), blocks }) as never;
  bot.command('/steps', async ({ ack, body, client }) => {
    await ack();
    const next = { type: 'button', text: plain('Next'), action_id: 'next' };
    await client.views.open({
      trigger_id: body.trigger_id,
      view: modal('First', [{ type: 'actions', elements: [next] }]),
    });
  });
  bot.action('next', async ({ ack, body, client }) => {
    await ack();
    const { trigger_id } = body as { trigger_id: string };
    await client.views.push({ trigger_id, view: modal('Second', [{ type: 'section', text: plain('Nearly done') }]) });
  });
  bot.view('Second', async ({ ack }) => await ack());

  bot.command('/files', async ({ ack, body, client }) => {
    await ack();
    const element = { type: 'file_input', action_id: 'value', filetypes: ['txt', 'csv'], max_files: 2 };
    const block = { type: 'input', block_id: 'files', label: plain('Files'), element };
    await client.views.open({ trigger_id: body.trigger_id, view: modal('Hand in', [block]) });
  });
  bot.view('Hand in', async ({ ack, view, body, client }) => {
    await ack();
    const { files = [] } = Object(view.state.values.files?.value) as { files?: { name: string }[] };
    await client.chat.postMessage({
      channel: body.user.id,
      text: `Got ${files.map(({ name }) => name).join(' and ')}`,
    });
  });

  bot.message(/^buttons/, async ({ say }) => {
    const button = {
      type: 'button',
      text: { type: 'plain_text', text: 'Press me' },
      action_id: 'press',
      style: 'primary',
    };
    await say({ text: 'A button', blocks: [{ type: 'actions', elements: [button] }] as never });
  });
  bot.action('press', async ({ ack, respond }) => {
    await ack();
    await respond({ text: 'Pressed.', replace_original: true });
  });

  bot.event('app_home_opened', async ({ event, client }) => {
    await client.views.publish({ user_id: event.user, view: HOME as never });
  });
  // What has a listener of its own is acknowledged there.
  bot.action(/^(?!next$|press$)/, async ({ ack }) => await ack());

  bot.event('assistant_thread_started', async ({ event, client }) => {
    const { channel_id, thread_ts } = event.assistant_thread;
    const prompts = [{ title: 'Write slowly', message: 'stream' }] as const;
    await client.assistant.threads.setSuggestedPrompts({
      channel_id,
      thread_ts,
      title: 'Ask for',
      prompts: [...prompts],
    });
  });

  bot.message(/^stream/, async ({ client, message }) => {
    const { channel, ts, thread_ts: begun, user } = message as Record<'channel' | 'ts' | 'user' | 'thread_ts', string>;
    const { team_id: team } = await client.auth.test();
    const place = { channel, thread_ts: begun ?? ts, recipient_user_id: user, recipient_team_id: team };
    const { ts: streamTs } = await client.chat.startStream({ ...place, markdown_text: 'word ' } as never);
    for (let count = 1; count <= 400; count++) {
      const added = await client.chat
        .appendStream({ channel, ts: `${streamTs}`, markdown_text: `${count} ` })
        .catch(() => undefined);
      if (!added) return;
      // Somebody has to have the time to press Stop.
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await client.chat.stopStream({ channel, ts: `${streamTs}` });
  });
};
