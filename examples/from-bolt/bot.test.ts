/** The bot after the move, on a simulated Slack; and that what README.md calls unchanged is unchanged. */
import { readdir, readFile } from 'node:fs/promises';
import { openStage, type Stage } from 'slack-bot-server/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ticketsWith } from './after/bot.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ bot: ticketsWith({ statusKey: 'test-key' }) });
});
afterAll(() => stage.close());

it('a form becomes a ticket, which the Home tab and the reminder know until its button is pressed', async () => {
  const ann = stage.person('ann');
  const bob = stage.person('bob');
  await ann.uses('/ticket', '', { channel: 'general' });
  await ann.seesModal();
  expect((await ann.submits({ text: 'no' })).errors).toEqual({ ticket: 'Tell a little more' });
  await ann.submits({ text: 'The printer is on fire' });
  const ticket = await ann.sees(/#1 of .*: The printer is on fire/);

  expect(JSON.stringify((await bob.opensHome()).view)).toContain('The printer is on fire');
  await bob.says('I am here', { channel: 'general' });
  await stage.runJob('reminder', { team: 'Acme' });
  await bob.sees('Open tickets: 1.');

  await bob.clicks('done', { ts: ticket.ts });
  await bob.sees(/^#1 is done, says .*: The printer is on fire/);
  expect(JSON.stringify((await bob.opensHome()).view)).toContain('No ticket is open.');
});

it('answers its own route to whoever knows the key, for the team that is asked for', async () => {
  const { id } = await stage.team().info();
  const ask = (team: string, key: string) =>
    fetch(`${stage.running.url}/tickets?team=${team}`, { headers: { authorization: `Bearer ${key}` } });
  await stage.running.server.data(id).set('open:000000007', { number: 7, text: 'x', by: 'U1', isOpen: true });
  expect(await (await ask(id, 'test-key')).json()).toEqual({ open: 1 });
  expect(await (await ask('T0ELSEWHERE', 'test-key')).json()).toEqual({ open: 0 });
  expect((await ask(id, 'another')).status).toBe(401);
});

it('has the listeners of the app before, word by word', async () => {
  const textsIn = async (folder: string) => {
    const names = (await readdir(new URL(`${folder}/listeners/`, import.meta.url))).toSorted();
    return await Promise.all(
      names.map(async (name) => [
        name,
        await readFile(new URL(`${folder}/listeners/${name}`, import.meta.url), 'utf8'),
      ]),
    );
  };
  expect(await textsIn('after')).toEqual(await textsIn('before'));
});
