/** Whom `why` waits for: the servers beside the one that asks, which also finds its own question among the rows. */
import { expect, it } from 'vitest';
import type { MemoryAnswer } from '../../history/question.ts';
import { answerQuestion, questionsFor } from '../../history/question-repository.ts';
import { tellProcess } from '../../reports/report-repository.ts';
import { openTestStore } from '../../store/store-fixture.test-kit.ts';
import { TestClock } from '../../time/test-clock.ts';
import { askMemories } from './ask-memories.ts';

const NOW_MS = 1_795_000_000_000;
const QUESTION = { subject: { eventId: 'Ev1' }, around: null };

const anAnswer = (node: string): MemoryAnswer => ({
  node,
  reach: { remembers: 1, sinceMs: NOW_MS },
  facts: [],
  held: [],
  turnedAway: [],
  ofChannel: null,
});

it('waits for the other server although this one has answered its own question', async () => {
  const store = await openTestStore();
  const clock = new TestClock(NOW_MS);
  for (const node of ['a', 'b']) {
    const facts = { startedAtMs: NOW_MS, transport: 'rtm', connections: {}, toldAtMs: NOW_MS };
    await tellProcess(store, { node, ...facts } as Parameters<typeof tellProcess>[1]);
  }
  const context = { store, reads: store, clock, recall: () => anAnswer('a'), findServer: async () => undefined };
  const asked = askMemories(context, QUESTION);
  const answerAs = async (node: string) => {
    await expect.poll(() => questionsFor(store, node)).toHaveLength(1);
    const [question] = await questionsFor(store, node);
    await answerQuestion(store, question?.id ?? 0, anAnswer(node));
  };
  await answerAs('a');
  await clock.advance(400);
  await answerAs('b');
  await clock.advance(400);
  expect((await asked).map(({ node, answer }) => [node, answer?.node])).toEqual([
    ['a', 'a'],
    ['b', 'b'],
  ]);
});

it('takes what this server says of itself now instead of its row, or where it has none yet', async () => {
  const store = await openTestStore();
  const clock = new TestClock(NOW_MS);
  const row = { host: 'h', pid: 7, version: '1', startedAtMs: NOW_MS - 9, transport: 'socket' as const };
  const self = { ...row, node: 'a', connections: { open: 2 }, toldAtMs: NOW_MS };
  const context = { store, reads: store, clock, recall: () => anAnswer('a'), findServer: async () => undefined };
  const ask = async () => await askMemories({ ...context, describeSelf: () => self }, QUESTION);
  const { connections, toldAtMs } = self;
  expect(await ask()).toMatchObject([{ node: 'a', transport: 'socket', startedAtMs: NOW_MS - 9, connections }]);
  await tellProcess(store, { ...self, connections: { open: 0 }, toldAtMs: NOW_MS - 29_000 });
  expect(await ask()).toMatchObject([{ node: 'a', connections, toldAtMs }]);
});

it('asks no process of SQLite that was killed before this one started', async () => {
  const store = await openTestStore();
  const clock = new TestClock(NOW_MS);
  const row = { host: 'h', pid: 7, version: '1', transport: 'socket' as const, connections: { open: 2 } };
  await tellProcess(store, { ...row, node: 'killed', startedAtMs: NOW_MS - 60_000, toldAtMs: NOW_MS - 9_000 });
  const self = { ...row, node: 'a', connections: { open: 0 }, startedAtMs: NOW_MS - 1_000, toldAtMs: NOW_MS };
  const context = { store, reads: store, clock, recall: () => anAnswer('a'), findServer: async () => undefined };
  const asked = await askMemories({ ...context, describeSelf: () => self }, QUESTION);
  expect(asked.map(({ node, connections }) => [node, connections])).toEqual([['a', { open: 0 }]]);
});
