/** What listeners answer over Socket Mode, and what Slack takes of it: a larger frame would close the socket of all teams. */
import { expect, it } from 'vitest';
import { openSocketScene } from './socket-scene.test-kit.ts';

const inGeneral = { team: 'Acme', channel: 'general' };
const option = (n: number) => ({
  text: { type: 'plain_text' as const, text: `${n} ${'x'.repeat(70)}` },
  value: 'v'.repeat(220),
});
const field = {
  type: 'input' as const,
  block_id: 'name',
  label: { type: 'plain_text' as const, text: 'Name' },
  element: { type: 'plain_text_input' as const, action_id: 'name_input' },
};
const modal = (filler: number) => ({
  type: 'modal' as const,
  callback_id: 'setup',
  title: { type: 'plain_text' as const, text: 'Setup' },
  submit: { type: 'plain_text' as const, text: 'Save' },
  blocks: [
    field,
    ...Array.from({ length: filler }, () => ({
      type: 'section' as const,
      text: { type: 'mrkdwn' as const, text: 'x'.repeat(2_900) },
    })),
  ],
});

it('a too large answer is told its author and its person, and the neighbours on its socket notice nothing', async () => {
  let runs = 0;
  const seen: unknown[] = [];
  const globexAsked = Promise.withResolvers<void>();
  const neighbour = Promise.withResolvers<void>();
  const { scene, acme, errors } = await openSocketScene({
    connections: { socketCount: 1 },
    sockets: 1,
    setUp({ bot }) {
      bot.error(async (error) => void seen.push(error));
      bot.message('menu', async ({ say }) => {
        const accessory = { type: 'external_select' as const, action_id: 'city' };
        await say({
          text: 'menu',
          blocks: [{ type: 'section', block_id: 'b', text: { type: 'mrkdwn', text: 'City' }, accessory }],
        });
      });
      bot.command('/slow', async ({ ack }) => {
        globexAsked.resolve();
        await neighbour.promise;
        await ack('I am still here');
      });
      bot.options('city', async ({ ack }) => {
        runs++;
        await ack({ options: Array.from({ length: 100 }, (_, n) => option(n)) });
      });
      bot.command('/setup', async ({ ack, client, command }) => {
        await ack();
        await client.views.open({ trigger_id: command.trigger_id, view: modal(0) });
      });
      bot.view('setup', async ({ ack }) => await ack({ response_action: 'update', view: modal(8) }));
      bot.command('/long', async ({ ack }) => await ack('x'.repeat(21_000)));
    },
  });
  await scene.slack.say({ ...inGeneral, text: 'menu' });
  await scene.until(({ method, ok }) => method === 'chat.postMessage' && ok === true);

  const waiting = scene.slack.act({ kind: 'slash', team: 'Globex', channel: 'general', command: '/slow' });
  await globexAsked.promise;
  const menu = await scene.slack.act({ kind: 'options', ...inGeneral, actionId: 'city', value: 'x' });
  const shown = menu.options as unknown[];
  expect(shown.length).toBeGreaterThan(40);
  expect(shown[0]).toMatchObject(option(0));
  neighbour.resolve();
  expect(await waiting).toMatchObject({ acked: true, message: { text: 'I am still here' } });

  expect(await scene.slack.act({ kind: 'slash', ...inGeneral, command: '/long' })).toMatchObject({
    acked: true,
    isEphemeral: true,
    message: { text: expect.stringContaining('could not be shown') },
  });
  await scene.slack.act({ kind: 'slash', ...inGeneral, command: '/setup' });
  await scene.until(({ method, ok }) => method === 'views.open' && ok === true);
  const submitted = await scene.slack.act({ kind: 'view_submit', team: 'Acme', values: { name_input: 'Stan' } });
  expect(submitted).toMatchObject({ acked: true, errors: { name: expect.stringContaining('could not be shown') } });
  expect(await scene.slack.views()).toHaveLength(1);

  const tooLarge = (name: string, size: number) => ({
    teamId: acme.id,
    where: 'interaction',
    error: { code: 'answer_not_sendable', message: expect.stringContaining(name), facts: { size, limit: 20_480 } },
  });
  expect(errors).toMatchObject([
    tooLarge('block_suggestion city', expect.any(Number)),
    tooLarge('slash_command /long', expect.any(Number)),
    tooLarge('view_submission setup', expect.any(Number)),
  ]);
  expect(seen).toMatchObject([
    { code: 'answer_not_sendable' },
    { code: 'answer_not_sendable' },
    { code: 'answer_not_sendable' },
  ]);
  expect(runs).toBe(1);
  expect(await scene.slack.log()).not.toContainEqual(expect.objectContaining({ kind: 'socket_close' }));
});

it('an answer that its listener does not wait for, and that is too large, ends no process', async () => {
  const floating: unknown[] = [];
  const note = (reason: unknown) => void floating.push(reason);
  process.on('unhandledRejection', note);
  const { scene, errors } = await openSocketScene({
    setUp: ({ bot }) => bot.command('/long', async ({ ack }) => void ack({ text: 'x'.repeat(21_000) })),
  });
  expect(await scene.slack.act({ kind: 'slash', ...inGeneral, command: '/long' })).toMatchObject({ acked: true });
  await scene.pass(1_000);
  process.off('unhandledRejection', note);
  expect(floating).toEqual([]);
  expect(errors).toMatchObject([{ error: { code: 'answer_not_sendable' } }]);
});
