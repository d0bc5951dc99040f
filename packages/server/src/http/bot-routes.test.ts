/** Strangers may call routes: those who send slowly must not keep others from being answered. Over HTTP: test/bot-routes.test.ts. */
import { expect, it } from 'vitest';
import { TestClock } from '../time/test-clock.ts';
import { BotRoutes } from './bot-routes.ts';

const AT_A_TIME = 100;

function someRoutes() {
  const hooks = { emit: async () => {} };
  return new BotRoutes({ hooks, clock: new TestClock(), log: { error() {} } });
}

function post(body: RequestInit['body']): Request {
  return new Request('http://bot.test/billing', { method: 'POST', body, duplex: 'half' } as RequestInit);
}

/** A body of which one byte came, and that is never whole. */
function halfSent(): ReadableStream {
  return new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(1)) });
}

async function ask(routes: BotRoutes, body: RequestInit['body']): Promise<Response | undefined> {
  return await routes.answer(post(body));
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

it('give up bodies that take longest for requests that come when there are too many, one for one', async () => {
  const routes = someRoutes();
  routes.add('POST /billing', async (request) => new Response(await request.text()));
  const slow = Array.from({ length: AT_A_TIME }, () => ask(routes, halfSent()));
  const statuses: (number | undefined)[] = [];
  for (const [place, answer] of slow.entries()) void answer.then((one) => (statuses[place] = one?.status));
  await nextTurn();
  const answers = await Promise.all([ask(routes, 'one'), ask(routes, 'two')]);
  expect(await Promise.all(answers.map(async (answer) => await answer?.text()))).toEqual(['one', 'two']);
  await nextTurn();
  expect(statuses).toEqual([503, 503]);
  expect((await slow[0])?.headers.get('connection')).toBe('close');
});

it('answer no more than so many at a time when their handlers run', async () => {
  const routes = someRoutes();
  const end = Promise.withResolvers<Response>();
  routes.add('POST /billing', () => end.promise);
  const running = Array.from({ length: AT_A_TIME }, () => ask(routes, 'one'));
  await nextTurn();
  expect((await ask(routes, 'two'))?.status).toBe(503);
  end.resolve(new Response('done'));
  expect((await Promise.all(running)).map((answer) => answer?.status)).toEqual(Array(AT_A_TIME).fill(200));
  expect((await ask(routes, 'three'))?.status).toBe(200);
});

it('let go of what an answer to HEAD is not read from', async () => {
  const routes = someRoutes();
  const cancelled = Promise.withResolvers<void>();
  routes.add('GET /file', () => new Response(new ReadableStream({ cancel: () => cancelled.resolve() })));
  const answer = await routes.answer(new Request('http://bot.test/file', { method: 'HEAD' }));
  expect([answer?.status, answer?.body]).toEqual([200, null]);
  await cancelled.promise;
});
