/** What a server does with what was left, told in its log. */
import { expect, it } from 'vitest';
import { createVault } from '../installation/sealing.ts';
import { openTestStore } from '../store/store-fixture.test-kit.ts';
import { plantInstallations } from '../team/planted-rows.test-kit.ts';
import { TestClock } from '../time/test-clock.ts';
import { takeOver } from './take-over.ts';

const NOW = 1_795_000_000_000;
const NEXT_YEAR = NOW + 365 * 86_400_000;

it('says in its log of which times it has set to now, also where only an incident had one', async () => {
  const store = await openTestStore();
  await plantInstallations({ store, vault: createVault([new Uint8Array(32)]) }, ['T1', 'T2']);
  const logged: unknown[] = [];
  const note = (facts: object, message: string) => logged.push([facts, message]);
  const start = () =>
    takeOver({
      storage: { store },
      ownership: { start: () => Promise.resolve() },
      dispatcher: { takeOver: () => Promise.resolve({ unfinished: 0, hadDied: false, poisoned: 0 }) },
      random: () => 0.5,
      clock: new TestClock(NOW),
      log: { info: note, warn: note },
      unlessStopped: (step) => step,
    });
  await start();
  expect(logged).toEqual([]);
  await store.run('update breaker set tripped_at_ms = $1', [NEXT_YEAR]);
  await start();
  await store.run('update installation set incident_since_ms = $1', [NEXT_YEAR]);
  await start();
  const message = 'times ahead of this clock: they count from now';
  expect(logged).toEqual([
    [{ installations: 0, isIncident: true }, message],
    [{ installations: 2, isIncident: false }, message],
  ]);
});
