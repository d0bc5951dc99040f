/** The assistant on a simulated Slack, in this process: real HTTP, a real database, and a model that the test knows. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStage } from 'slack-bot-server/testing';
import { assistantWith } from './bot.ts';

test('answers in the thread of the assistant, and knows what was said before', async (t) => {
  const bot = assistantWith({ answer: async (turns) => `${turns.length} turns, the last one: ${turns.at(-1)?.text}` });
  const stage = await openStage({ bot });
  t.after(() => stage.close());
  const ann = stage.person('ann');

  const thread = await ann.opensAssistant();
  await ann.sees('How can I help?');
  await ann.says('What is new?', thread);
  const answer = await ann.sees('1 turns, the last one: What is new?');
  await ann.says('And then?', thread);
  await ann.sees('3 turns, the last one: And then?');

  assert.equal(answer.threadTs, thread.threadTs);
});
