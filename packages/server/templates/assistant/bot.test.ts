/** The assistant on a simulated Slack, in this process: real HTTP, a real database, and a model that the test knows. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStage } from 'slack-bot-server/testing';
import { assistantWith } from './bot.ts';

test('answers in the thread of the assistant, and knows what was said before', async (t) => {
  const bot = assistantWith({
    answer: async (turns) => turns.map(({ by, text }) => `${by}: ${text}`).join('; '),
  });
  const stage = await openStage({ bot });
  t.after(() => stage.close());
  const ann = stage.person('ann');

  const thread = await ann.opensAssistant();
  await ann.sees('How can I help?');
  await ann.says('What is new?', thread);
  const answer = await ann.sees(/person: What is new\?$/);

  assert.equal(answer.threadTs, thread.threadTs);
  assert.match(answer.text, /bot: How can I help\?/);
});
