/** Which teams a query finds, in which pages, on rows. */
import { describe, expect, it } from 'vitest';
import { engines } from '../../store/store-fixture.test-kit.ts';
import { isoTime } from '../fields.ts';
import {
  anInstall,
  install,
  installOrganization,
  NOW_MS,
  type Operations,
  openOperations,
} from '../operations.test-kit.ts';
import { countTeams } from './count-teams.ts';
import { deactivateTeam } from './deactivate-team.ts';
import { listTeams } from './list-teams.ts';
import { showTeam } from './show-team.ts';

const HOUR_MS = 3_600_000;

describe.each(engines)('on %s', (engine) => {
  const idsOf = async ({ run }: Operations, query: string) =>
    (await run(listTeams, { query, limit: 500 })).teams.map(({ teamId }) => teamId);

  /**
   * E1 with its workspaces T5 and T6, which has no access; T1 "Acme"; T2 "Bébé 100%" inactive since an hour; T3 domain s_a-d3, in doubt since now;
   * T4 is app A2's and of the enterprise E9.
   */
  async function withTeams() {
    const operations = await openOperations(engine);
    const { storage, clock, run } = operations;
    const { installations } = storage;
    await installOrganization(operations, 'E1', 'T5', 'T6');
    await installations.changeAccess('E1', { access: 'revoked', teamIds: ['T6'], by: 'test' });
    const team = { botUserId: 'U1', botId: 'B1' };
    await installations.recordInstall(
      anInstall('T1', 'Acme', { team: { teamId: 'T1', name: 'Acme', domain: null, ...team } }),
    );
    await installations.recordInstall(
      anInstall('T2', 'x', { team: { teamId: 'T2', name: 'Bébé 100%', domain: null, ...team } }),
    );
    await installations.recordInstall(
      anInstall('T3', 'x', { team: { teamId: 'T3', name: null, domain: 's_a-d3', ...team } }),
    );
    await installations.recordInstall(anInstall('T4', 'Else', { appId: 'A2', enterpriseId: 'E9' }));
    await run(deactivateTeam, { teamId: 'T2' });
    await clock.advance(HOUR_MS);
    const doubt = { kind: 'confirming', code: 'account_inactive', sinceMs: NOW_MS + HOUR_MS } as const;
    const expected = { version: { install: 1, refresh: 0 }, from: 'active' } as const;
    await installations.compareAndSetState('T3', expected, { kind: 'active', doubt }, { kind: 'gap', facts: {} });
    return operations;
  }

  it('a team with no access has had none since that was taken, and not since its organization installed', async () => {
    const operations = await withTeams();
    const { storage, clock, run } = operations;
    const revoke = (teamIds: string[]) =>
      storage.installations.changeAccess('E1', { access: 'revoked', teamIds, by: 'test' });
    const sinceOf = async (teamId: string) => {
      const { since } = await run(showTeam, { teamId });
      const listed = (await run(listTeams, { query: 'enterprise:E1', limit: 500 })).teams;
      expect(listed.find((team) => team.teamId === teamId)?.since).toBe(since);
      return since;
    };
    expect(await sinceOf('T6')).toBe(isoTime(NOW_MS));
    expect(await sinceOf('T5')).toBe(isoTime(NOW_MS));
    await revoke(['T5']);
    expect(await sinceOf('T5')).toBe(isoTime(NOW_MS + HOUR_MS));
    await storage.installations.changeAccess('E1', { access: 'granted', teamIds: ['T6'], by: 'test' });
    await clock.advance(HOUR_MS);
    // More than a timeline names.
    const many = Array.from({ length: 12 }, (_, n) => `T6${n}`);
    await storage.installations.changeAccess('E1', { access: 'granted', teamIds: many, by: 'test' });
    await revoke(['T6', ...many]);
    expect(await sinceOf('T6')).toBe(isoTime(NOW_MS + 2 * HOUR_MS));
    expect(await sinceOf('T69')).toBe(isoTime(NOW_MS + 2 * HOUR_MS));
    await clock.advance(HOUR_MS / 2);
    const found = ['T6', ...many].toSorted();
    expect(await idsOf(operations, 'enterprise:E1 since:1h')).toEqual(found);
    expect(await idsOf(operations, 'enterprise:E1 before:1h')).toEqual(['E1', 'T5']);
    expect(await run(countTeams, { query: 'since:1h' })).toMatchObject({
      total: 13,
      counts: [{ status: 'no access', teams: 13 }],
    });
    await storage.store.run("update team set access_since_ms = null where team_id = 'T6'");
    expect(await sinceOf('T6')).toBe(isoTime(NOW_MS));
    await storage.installations.changeAccess('E1', { access: 'granted', teamIds: ['T5'], by: 'test' });
    expect(await sinceOf('T5')).toBe(isoTime(NOW_MS));
  });

  it('a query finds the teams that match all of it', async () => {
    const operations = await withTeams();
    const expected: Record<string, string[]> = {
      '': ['E1', 'T5', 'T6', 'T1', 'T2', 'T3', 'T4'],
      acme: ['T1'],
      '-acme': ['E1', 'T5', 'T6', 'T2', 'T3', 'T4'],
      BÉBÉ: ['T2'],
      '100%': ['T2'],
      '0%b': [],
      s_a: ['T3'],
      _: ['T3'],
      '"\\\\"': [],
      e1: ['E1', 'T5', 'T6'],
      '"team t5"': ['T5'],
      'team t5': ['T5'],
      'status:inactive': ['T2'],
      '-status:inactive': ['E1', 'T5', 'T6', 'T1', 'T3', 'T4'],
      '-status:active': ['T2'],
      '-status:active,suspended acme': [],
      '-status:active,suspended,inactive': [],
      'status:inactive,active acme': ['T1'],
      'status:inactive acme': [],
      'reason:operator': ['T2'],
      'reason:account_inactive': ['T3'],
      '-reason:operator,account_inactive': ['E1', 'T5', 'T6', 'T1', 'T4'],
      'doubt:confirming': ['T3'],
      'since:30m': ['T3'],
      // What is just so long ago is since then, and not before.
      'since:1h status:inactive': ['T2'],
      'before:1h': [],
      'before:30m status:inactive': ['T2'],
      'app:A2': ['T4'],
      'enterprise:E9': ['T4'],
      'enterprise:E1 -access:revoked': ['E1', 'T5'],
      'incident:yes': [],
      "'; drop table team; --": [],
      '"\0"': [],
    };
    const found: Record<string, string[]> = {};
    for (const query of Object.keys(expected)) found[query] = await idsOf(operations, query);
    expect(found).toEqual(expected);
  });

  it('counts are those of the lists, by status and reason', async () => {
    const { run } = await withTeams();
    expect(await run(countTeams, {})).toEqual({
      total: 7,
      counts: [
        { status: 'active', reason: null, teams: 4 },
        { status: 'active (confirming)', reason: 'account_inactive', teams: 1 },
        { status: 'no access', reason: null, teams: 1 },
        { status: 'inactive', reason: 'operator', teams: 1 },
      ],
    });
    expect(await run(countTeams, { query: 'status:inactive acme' })).toEqual({ total: 0, counts: [] });
  });

  it('pages have so many teams, also of an organization, and each is seen once while others come and go', async () => {
    const operations = await withTeams();
    const { run } = operations;
    const seen: string[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < 4; page++) {
      const { teams, nextCursor } = await run(listTeams, { limit: 2, cursor });
      seen.push(...teams.map(({ teamId }) => teamId));
      cursor = nextCursor ?? undefined;
      if (page === 0) await install(operations, 'T0');
      if (page === 1)
        await operations.storage.installations.changeAccess('E1', { access: 'revoked', teamIds: ['T5'], by: 'test' });
    }
    expect(seen).toEqual(['E1', 'T5', 'T6', 'T0', 'T1', 'T2', 'T3', 'T4']);
    expect(cursor).toBeUndefined();
  });

  it('a team whose row was changed is listed as refused, and breaks no list', async () => {
    const operations = await withTeams();
    await operations.storage.store.run("update team set installation_key = 'T4' where team_id = 'T1'");
    const { teams } = await operations.run(listTeams, { query: 'acme' });
    expect(teams).toMatchObject([{ teamId: 'T1', status: 'refused', reason: 'team_row_changed', installation: 'T4' }]);
  });

  it.each([
    [{ limit: 0 }, 'limit must be'],
    [{ limit: 501 }, 'limit must be'],
    [{ query: 'status:sleeping' }, 'query: status:sleeping takes active, suspended, inactive; got "sleeping"'],
    [{ query: 'x'.repeat(1_001) }, 'query must have at most 1000 characters'],
    [{ query: 7 }, 'query must be a string; got 7'],
    [{ cursor: 'T1' }, 'cursor must be a nextCursor of the same list'],
    [{ cursor: '' }, 'cursor must be a nextCursor; got ""'],
    [{ cursor: Buffer.from('["T1"]').toString('base64url') }, 'cursor must be a nextCursor of the same list'],
    [{ search: 'acme' }, 'unknown field "search"'],
  ])('a list is refused for %j', async (input, words) => {
    const { run } = await openOperations(engine);
    await expect(run(listTeams, input as never)).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining(words),
    });
  });
});
