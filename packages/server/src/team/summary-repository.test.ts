/** The numbers of the status at a hundred thousand installations: how SQLite finds them, not how fast this machine is. */
import { expect, it } from 'vitest';
import type { Queries } from '../store/store.ts';
import { openTestStore } from '../store/store-fixture.test-kit.ts';
import { nextExpiries, summarizeIncident, summarizeTeams } from './summary-repository.ts';

/** Every dashboard asks it each ten seconds, and a click waits until it is answered. */
it.each([
  ['counts of teams', (reads: Queries) => summarizeTeams(reads)],
  ['tokens that end next', (reads: Queries) => nextExpiries(reads, 5)],
  ['an incident', (reads: Queries) => summarizeIncident(reads)],
])('%s come of indexes that hold all of it, and are sorted by none', async (_name, ask) => {
  const store = await openTestStore();
  const plan: string[] = [];
  const noting = async (sql: string, parameters?: readonly unknown[]) => {
    for (const { detail } of await store.all(`explain query plan ${sql}`, parameters as never))
      plan.push(String(detail));
    return [];
  };
  await ask({
    engine: store.engine,
    all: noting,
    get: async (...given: [string, unknown[]?]) => void (await noting(...given)),
  } as never);
  const steps = plan.filter((step) => /^(SCAN|SEARCH) (c|i|installation|credential)\b/.test(step));
  expect(steps.length).toBeGreaterThan(0);
  for (const step of steps) expect(step).toContain('COVERING INDEX');
  expect(plan.join('\n')).not.toContain('TEMP B-TREE');
});
