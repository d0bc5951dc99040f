/** The bot on a simulated Slack, in this process: real HTTP, a real database, and time that passes only while something is waited for. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStage } from 'slack-bot-server/testing';
import bot from './bot.ts';

test('keeps the score, by message and by slash command', async (t) => {
  const stage = await openStage({ bot });
  t.after(() => stage.close());
  const ann = stage.person('ann');
  const bob = await stage.person('bob').mention();

  await ann.says(`won against ${bob}`);
  await ann.sees(/has 1 so far/);
  await ann.uses('/score', `won against ${bob}`, { channel: 'general' });
  await ann.sees(/has 2 so far/);
  await ann.says('points', { to: 'bot' });
  const answer = await ann.sees(/so far/);

  assert.equal(await stage.stable(answer.text), '<@ann> has 2 so far.');
});
