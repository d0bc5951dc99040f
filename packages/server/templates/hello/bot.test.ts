/** The bot on a simulated Slack, in this process: real HTTP, a real database, and time that passes only while something is waited for. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStage } from 'slack-bot-server/testing';
import bot from './bot.ts';

test('greets whoever says hi', async (t) => {
  const stage = await openStage({ bot });
  t.after(() => stage.close());
  const ann = stage.person('ann');

  await ann.says('hi');
  const greeting = await ann.sees(/^Hi/);

  assert.equal(greeting.isBot, true);
  assert.equal(await ann.conversation(), 'ann: hi\ndemobot: Hi <@ann>!');
});
