import { describe, expect, it } from 'vitest';
import { engines, openTestStore } from '../store/store-fixture.test-kit.ts';
import { TestClock } from '../time/test-clock.ts';
import { createInstallationRepository } from './installation-repository.ts';
import type { InstallInput } from './installations.ts';
import { plainSealer } from './plain-sealer.test-kit.ts';
import type { PurgeTeam } from './purge-repository.ts';

function anInstall(changes: Partial<InstallInput> = {}): InstallInput {
  return {
    key: 'T1',
    isEnterprise: false,
    appId: 'A1',
    bot: { token: 'xoxb-test-1', scopes: ['bot'], expiresAtMs: null },
    users: [{ userId: 'W1', token: 'xoxp-test-1', scopes: [], expiresAtMs: null }],
    team: aTeam('T1'),
    ...changes,
  };
}

function aTeam(teamId: string): NonNullable<InstallInput['team']> {
  return { teamId, name: 'Acme', domain: null, botUserId: 'U1', botId: 'B1' };
}

const VERSION = { install: 1, refresh: 0 };
const INACTIVE = { kind: 'inactive', reason: 'account_inactive', sinceMs: 7 } as const;
const VERDICT = { kind: 'verdict', facts: {} } as const;
const expected = { version: VERSION, sinceMs: 7 };

describe.each(engines)('a purge on %s', (engine) => {
  async function withTeams({ purgeTeam }: { purgeTeam?: PurgeTeam } = {}) {
    const store = await openTestStore({ engine });
    const clock = new TestClock(1_000);
    const installations = createInstallationRepository({
      store,
      vault: plainSealer,
      clock,
      ...(purgeTeam ? { purgeTeam } : {}),
    });
    await installations.recordInstall(anInstall());
    await installations.recordInstall(anInstall({ key: 'T2', team: aTeam('T2') }));
    await installations.compareAndSetState('T1', { version: VERSION, from: 'active' }, INACTIVE, VERDICT);
    const rowsOf = async (key: string) => {
      const tables = {
        installation: 'key',
        credential: 'installation_key',
        team: 'team_id',
        timeline: 'installation_key',
      };
      const counts = Object.entries(tables).map(async ([table, column]) => {
        const row = await store.get(`select count(*) as total from ${table} where ${column} = $1`, [key]);
        return Number(row?.total);
      });
      return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
    };
    return { store, clock, installations, rowsOf };
  }

  it('deletes every row of the team, and none of another', async () => {
    const { store, installations, rowsOf } = await withTeams();
    await store.run(
      "insert into job_team (name, team_id, last_run_ms) values ('digest', 'T1', 5), ('digest', 'T2', 5)",
    );
    const others = await rowsOf('T2');
    expect(await installations.purge('T1', expected)).toEqual({ teamIds: ['T1'], documents: 0, events: 0 });
    expect(await rowsOf('T1')).toBe(0);
    expect(await rowsOf('T2')).toBe(others);
    expect(await store.all('select team_id from job_team')).toEqual([{ team_id: 'T2' }]);
    expect(await installations.purge('T1', expected)).toBeUndefined();
  });

  it.each([
    ['the team is active', 'T2', expected],
    ['the version is another one', 'T1', { version: { install: 2, refresh: 0 }, sinceMs: 7 }],
    ['a refresh came in between', 'T1', { version: { install: 1, refresh: 1 }, sinceMs: 7 }],
    ['it was active meanwhile', 'T1', { version: VERSION, sinceMs: 6 }],
    ['there is no such team', 'T3', expected],
  ])('deletes nothing when %s', async (_why, key, other) => {
    const purged: string[] = [];
    const { installations, rowsOf } = await withTeams({
      purgeTeam: async (_tx, teamId) => ({ documents: purged.push(teamId), events: 0 }),
    });
    const before = [await rowsOf('T1'), await rowsOf('T2')];
    expect(await installations.purge(key, other)).toBeUndefined();
    expect([await rowsOf('T1'), await rowsOf('T2')]).toEqual(before);
    expect((await installations.credentials('T1')).bot?.token).toBe('xoxb-test-1');
    expect(purged).toEqual([]);
  });

  it('takes all teams of an org-wide installation, with what other features keep of each', async () => {
    const { store, installations } = await withTeams({
      purgeTeam: async (tx, teamId) => ({
        documents: await tx.run('delete from data where team_id = $1', [teamId]),
        events: 1,
      }),
    });
    for (const teamId of ['T8', 'T9']) {
      await installations.recordInstall(anInstall({ key: 'E1', isEnterprise: true, team: aTeam(teamId) }));
      await store.run("insert into data (team_id, key, version, value, updated_at_ms) values ($1, 'a', 1, '1', 1)", [
        teamId,
      ]);
    }
    await installations.compareAndSetState(
      'E1',
      { version: { install: 2, refresh: 0 }, from: 'active' },
      INACTIVE,
      VERDICT,
    );
    const outcome = await installations.purge('E1', { version: { install: 2, refresh: 0 }, sinceMs: 7 });
    expect(outcome).toEqual({ teamIds: ['T8', 'T9'], documents: 2, events: 2 });
    expect(await installations.findByTeam('T9')).toBeUndefined();
  });

  it('is undone as a whole when a part of it fails', async () => {
    const { installations, rowsOf } = await withTeams({
      purgeTeam: () => Promise.reject(new Error('disk')),
    });
    const before = await rowsOf('T1');
    await expect(installations.purge('T1', expected)).rejects.toThrow('disk');
    expect(await rowsOf('T1')).toBe(before);
    expect((await installations.credentials('T1')).bot?.token).toBe('xoxb-test-1');
  });

  it('lets the next install be a first one, with a version that never was', async () => {
    const { clock, installations } = await withTeams();
    await installations.purge('T1', expected);
    await clock.advance(500);
    const { outcome, installation } = await installations.recordInstall(anInstall());
    expect(outcome).toBe('installed');
    expect(installation).toMatchObject({ version: { install: 2, refresh: 0 }, createdAtMs: 1_500 });
    expect(await installations.purge('T1', expected)).toBeUndefined();
    // A verdict about the purged installation that comes late finds another version.
    const late = { version: VERSION, from: 'active' } as const;
    expect(await installations.compareAndSetState('T1', late, INACTIVE, VERDICT)).toBe(false);
  });
});
