/** Since when lists and searches say that a team is active. */
import { describe, expect, it } from 'vitest';
import { engines } from '../../store/store-fixture.test-kit.ts';
import type { InstallationState } from '../../team/installation.ts';
import { install, openOperations } from '../operations.test-kit.ts';
import { deactivateTeam } from './deactivate-team.ts';
import { listTeams } from './list-teams.ts';
import { showTeam } from './show-team.ts';

describe.each(engines)('on %s', (engine) => {
  it('an active team is so since it was installed or came back, and a doubt in between changes nothing', async () => {
    const operations = await openOperations(engine);
    const { clock, storage, run } = operations;
    const sinceIn = async () => (await run(showTeam, { teamId: 'T1' })).since;
    const found = async (query: string) => (await run(listTeams, { query })).teams.map(({ teamId }) => teamId);
    const write = (from: 'active' | 'inactive', state: InstallationState) =>
      storage.installations.compareAndSetState('T1', { version, from }, state, { kind: 'verdict', facts: {} });
    await install(operations, 'T1');
    const version = { install: 1, refresh: 0 };
    await run(deactivateTeam, { teamId: 'T1' });
    await clock.leap(3_600_000);
    await write('inactive', { kind: 'active', doubt: { kind: 'none' } });
    expect(await sinceIn()).toBe('2026-11-18T12:06:40.000Z');
    expect(await found('since:1m')).toEqual(['T1']);
    await clock.leap(3_600_000);
    await write('active', { kind: 'active', doubt: { kind: 'confirming', code: 'x', sinceMs: clock.now() } });
    expect(await sinceIn()).toBe('2026-11-18T13:06:40.000Z');
    expect(await found('since:1m')).toEqual(['T1']);
    await write('active', { kind: 'active', doubt: { kind: 'none' } });
    expect(await sinceIn()).toBe('2026-11-18T12:06:40.000Z');
    expect(await found('since:1m')).toEqual([]);
    await run(deactivateTeam, { teamId: 'T1' });
    await clock.leap(3_600_000);
    await install(operations, 'T1');
    expect(await sinceIn()).toBe('2026-11-18T14:06:40.000Z');
  });
});
