/** Since when a workspace has no access, of rows of before that was stored. What is read of it: operations/teams/search-teams.test.ts. */
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { installOrganization, NOW_MS, openOperations } from '../operations/operations.test-kit.ts';
import { bundledMigrations } from '../store/migration-files.ts';
import { engines } from '../store/store-fixture.test-kit.ts';

describe.each(engines)('on %s', (engine) => {
  it('the migration finds in the timeline since when workspaces have no access', async () => {
    const operations = await openOperations(engine);
    const { store, installations } = operations.storage;
    const change = async (access: 'granted' | 'revoked', ...teamIds: string[]) => {
      await installations.changeAccess('E1', { access, teamIds, by: 'test' });
      await operations.clock.advance(1_000);
    };
    // More than a timeline names.
    const many = Array.from({ length: 12 }, (_, n) => `T1${n}`);
    await installOrganization(operations, 'E1', 'T1', 'T2', 'T3', ...many);
    await change('revoked', 'T1', 'T3');
    await change('granted', 'T1', 'T3');
    await change('revoked', 'T2', 'T1');
    // The entry does not name T3, of which an earlier one speaks.
    await change('revoked', ...many, 'T3');
    await store.run('update team set access_since_ms = null');
    const migration = await readFile(new URL('0045-access-since.sql', bundledMigrations(engine)), 'utf8');
    await store.run(migration.slice(migration.indexOf('update team')).trim().replace(/;$/, ''));
    const { teams = [] } = (await installations.find('E1')) ?? {};
    const since = Object.fromEntries(teams.map(({ teamId, noAccessSinceMs }) => [teamId, noAccessSinceMs]));
    const secondMs = NOW_MS + 2_000;
    expect(since).toMatchObject({ E1: null, T1: secondMs, T2: secondMs, T3: null, T10: NOW_MS + 3_000, T19: null });
  });
});
