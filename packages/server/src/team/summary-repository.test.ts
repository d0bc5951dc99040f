/** The numbers of the status at a hundred thousand installations: how SQLite finds them, not how fast this machine is. */
import { expect, it } from 'vitest';
import type { Queries } from '../store/store.ts';
import { engines, openTestStore } from '../store/store-fixture.test-kit.ts';
import { lastIncidentBeganMs, nextExpiries, summarizeIncident, summarizeTeams } from './summary-repository.ts';

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

it.each(engines)(
  'an incident began when any server noticed it, also one of a version that writes no beginning (%s)',
  async (engine) => {
    const store = await openTestStore({ engine });
    const began = async (trippedAtMs: number | null, beganAtMs: number | null) => {
      await store.run('update breaker set tripped_at_ms = $1, began_at_ms = $2', [trippedAtMs, beganAtMs]);
      return await lastIncidentBeganMs(store);
    };
    expect(await began(null, null)).toBeUndefined();
    // The earlier version, before the first incident that this one has written, and after one.
    expect(await began(7_000, null)).toBe(7_000);
    expect(await began(7_000, 5_000)).toBe(7_000);
    // It is over, and teams that were deactivated just before are still asked.
    expect(await began(null, 5_000)).toBe(5_000);
  },
);
