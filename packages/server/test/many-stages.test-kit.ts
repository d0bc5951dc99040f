/** A suite of an author's, for node:test: as many stages as STAGES says, each with its own Slack, server and bot. Run by many-stages.test.ts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BotServer } from '../src/index.ts';
import { openStage } from '../src/testing/index.ts';

const transports = ['http', 'socket', 'rtm'] as const;

for (let number = 0; number < Number(process.env.STAGES ?? 3); number++) {
  test(`stage ${number}`, async (t) => {
    const startedAtMs = performance.now();
    const stage = await openStage({ bot: answerHello, transport: transports[number % transports.length] ?? 'http' });
    t.diagnostic(`opened in ${Math.round(performance.now() - startedAtMs)} ms`);
    t.after(() => stage.close());
    const ann = stage.person('ann');
    await ann.says('hi');
    const answer = await ann.sees('hello');
    assert.equal(answer.isBot, true);
  });
}

function answerHello({ bot }: BotServer): void {
  bot.message('hi', async ({ say }) => {
    await say('hello');
  });
}
