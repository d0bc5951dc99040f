/** The assistant on a simulated Slack: what people see of it. The model is one that the test leads. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openStage, type Stage } from 'slack-bot-server/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { assistantWith } from './bot.ts';
import { chatModel } from './chat-model.ts';
import type { Model } from './model.ts';

/** Repeats the thread; after "slowly" it goes on until nobody wants more. */
const knownModel: Model = {
  async *answer(turns, { signal }) {
    yield `${turns.map(({ by, text }) => `${by}: ${text}`).join(' / ')}`;
    if (turns.at(-1)?.text === 'slowly') await once(signal, 'abort');
  },
};

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ bot: assistantWith(knownModel) });
});
afterAll(() => stage.close());

it('answers in the thread of the assistant and knows what was said there, and only there', async () => {
  const ann = stage.person('ann');
  const thread = await ann.opensAssistant();
  await ann.sees('How can I help?');
  await ann.says('one', thread);
  const first = await ann.sees('person: one');
  await ann.says('two', thread);
  await ann.sees('person: one / bot: person: one / person: two');
  expect(first.threadTs).toBe(thread.threadTs);

  const other = await ann.opensAssistant();
  await ann.says('three', other);
  await ann.sees('person: three');
});

it('ends an answer when a person presses Stop, and remembers what they have read', async () => {
  const bob = stage.person('bob');
  const thread = await bob.opensAssistant();
  await bob.sees('How can I help?');
  await bob.says('slowly', thread);
  await bob.sees('person: slowly');
  await bob.does({ kind: 'stop_session', to: 'bot', threadTs: thread.threadTs });
  await bob.seesNothing();
  await bob.says('and now?', thread);
  await bob.sees('person: slowly / bot: person: slowly / person: and now?');
});

it('keeps what a person thinks of an answer, and their last word counts', async () => {
  const ann = stage.person('ann');
  const { ts } = await ann.says('rate this', { to: 'bot' });
  const answer = await ann.sees((message) => message.threadTs === ts && JSON.stringify(message).includes('feedback'));
  await ann.clicks('feedback', { value: 'good', ts: answer.ts });
  await ann.sees('Thank you!');
  await ann.clicks('feedback', { value: 'bad', ts: answer.ts });
  await ann.sees(/What was wrong/);
  const { id } = await stage.team().info();
  const ratings = await stage.running.server.data(id).list({ prefix: 'feedback:' });
  expect(ratings.map(({ value }) => value)).toEqual(['bad']);
});

it('asks a real model for a stream, and takes the pieces out of it', async () => {
  let asked = '';
  const server = createServer((request, response) => {
    request.on('data', (data: Buffer) => (asked += data.toString()));
    request.on('end', () => {
      response.write('data: {"choices":[{"delta":{"role":"assistant"}}]}\n\ndata: {"choices":[{"delta":{"con');
      response.end(
        'tent":"Hel"}}]}\n\n: a comment\n\ndata: {"choices":[{"delta":{"content":"lo"}}]}\n\ndata: [DONE]\n\n',
      );
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const model = chatModel({ url, model: 'small', key: 'test-key' });
  const { signal } = new AbortController();
  const pieces: string[] = [];
  for await (const piece of model.answer([{ by: 'person', text: 'hi' }], { signal })) pieces.push(piece);
  server.close();
  expect(pieces).toEqual(['Hel', 'lo']);
  expect(JSON.parse(asked)).toMatchObject({
    model: 'small',
    stream: true,
    messages: [{}, { role: 'user', content: 'hi' }],
  });
});
