import { afterAll, beforeAll, expect, it } from 'vitest';
import { acmeRoles, type Roles } from '../../../test/support/roles.ts';
import { refusal } from '../../../test/support/web-client.ts';

const NOW = 1_800_000_000;
let roles: Roles;
beforeAll(async () => {
  roles = await acmeRoles({ clock: { mode: 'manual', startMs: NOW * 1000 } });
});
afterAll(() => roles.slack.stop());

// The keys are those of the SDK's types. (@slack/web-api, RemindersAddResponse)
it('reminders are kept, seen by their owner, and told by Slackbot when the time has come', async () => {
  const { ann, bob, annId, slack } = roles;
  const added = (await ann.reminders.add({ text: 'eat a banana', time: 'in 5 minutes' })).reminder;
  const id = added?.id ?? '';
  const shape = {
    id,
    creator: annId,
    user: annId,
    text: 'eat a banana',
    recurring: false,
    time: NOW + 300,
    complete_ts: 0,
  };
  expect(added).toEqual(shape);
  expect((await ann.reminders.list()).reminders).toEqual([shape]);
  expect((await ann.reminders.info({ reminder: id })).reminder).toEqual(shape);
  expect((await bob.reminders.list()).reminders).toEqual([]);
  expect(await refusal(bob.reminders.info({ reminder: id }))).toBe('not_found');
  await slack.control.advance(300_000);
  const { channels } = await ann.conversations.list({ types: 'im' });
  const channel = channels?.find(({ user }) => user === 'USLACKBOT')?.id ?? '';
  expect((await ann.conversations.history({ channel })).messages).toMatchObject([
    { user: 'USLACKBOT', text: 'Reminder: eat a banana.' },
  ]);
  await ann.reminders.delete({ reminder: id });
  expect((await ann.reminders.list()).reminders).toEqual([]);
});

it('reminders that are done or deleted are not told', async () => {
  const { ann, slack } = roles;
  const add = async () => (await ann.reminders.add({ text: 'no', time: 60 as unknown as string })).reminder?.id ?? '';
  const done = await add();
  await ann.reminders.complete({ reminder: done });
  expect((await ann.reminders.info({ reminder: done })).reminder?.complete_ts).toBeGreaterThan(0);
  await ann.reminders.delete({ reminder: await add() });
  await slack.control.advance(61_000);
  const { messages } = await ann.search.messages({ query: 'reminder no' });
  expect(messages?.total).toBe(0);
  const weekly = (await ann.reminders.add({ text: 'x', time: 'every Thursday' })).reminder;
  expect(weekly).toMatchObject({ recurring: true });
  expect(await refusal(ann.reminders.complete({ reminder: weekly?.id ?? '' }))).toBe('cannot_complete_recurring');
});

it.each([
  ['cannot_parse', { time: 'someday' }],
  ['cannot_parse', { time: '99999999999' }],
  ['cannot_parse', { time: '90000' }],
  ['missing_argument', { text: '' }],
  ['user_not_found', { user: 'U0NOBODY00' }],
  ['cannot_add_slackbot', { user: 'USLACKBOT' }],
])('reminders.add refuses with %s for %j', async (error, more) => {
  expect(await refusal(roles.ann.apiCall('reminders.add', { text: 'x', time: 'tomorrow', ...more }))).toBe(error);
});

it('reminders are for oneself, and not for bots', async () => {
  const { ann, bot, bobId, slack } = roles;
  const add = (user: string) => refusal(ann.reminders.add({ text: 'x', time: 'tomorrow', user }));
  expect(await add(bobId)).toBe('cannot_add_others');
  expect(await add(slack.acme.botUserId)).toBe('cannot_add_bot');
  expect(await refusal(bot.reminders.list())).toBe('not_allowed_token_type');
});
