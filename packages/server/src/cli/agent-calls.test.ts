/** What an agent asks at once, and what becomes of it when the agent goes. */
import { expect, it } from 'vitest';
import { AgentCalls } from './agent-calls.ts';

/** A call that ends when it is told. */
function aCall(calls: AgentCalls, signal?: AbortSignal) {
  const { promise, resolve } = Promise.withResolvers<string>();
  const state = { begun: false };
  const ended = calls.run(async () => {
    state.begun = true;
    return await promise;
  }, signal);
  return { state, ended, end: () => resolve('done') };
}

it('runs four calls at a time, the others in their order', async () => {
  const calls = new AgentCalls();
  const asked = Array.from({ length: 6 }, () => aCall(calls));
  await Promise.resolve();
  const begun = () => asked.map(({ state }) => Number(state.begun)).join('');
  expect(begun()).toBe('111100');
  asked[2]?.end();
  expect(await asked[2]?.ended).toBe('done');
  await expect.poll(begun).toBe('111110');
  for (const { end } of asked) end();
  await calls.ended();
  expect(begun()).toBe('111111');
});

it('begins no call that was given up while it waited', async () => {
  const calls = new AgentCalls();
  const first = Array.from({ length: 4 }, () => aCall(calls));
  const stopping = new AbortController();
  const late = aCall(calls, stopping.signal);
  stopping.abort();
  for (const { end } of first) end();
  await expect(late.ended).rejects.toMatchObject({ code: 'server_stopped' });
  expect(late.state.begun).toBe(false);
});

it('has ended when the last call has, also one that came meanwhile or failed', async () => {
  const calls = new AgentCalls();
  const first = aCall(calls);
  const failing = calls.run(() => Promise.reject(new Error('it fails')), undefined);
  let isOver = false;
  const ended = calls.ended().then(() => (isOver = true));
  await expect(failing).rejects.toThrow('it fails');
  const second = aCall(calls);
  first.end();
  await first.ended;
  await new Promise(setImmediate);
  expect(isOver).toBe(false);
  second.end();
  await ended;
});
