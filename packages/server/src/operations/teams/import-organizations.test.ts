/** An organization is imported with its workspaces at once, and a file of long ago takes none of them from where it belongs by now. */
import { describe, expect, it } from 'vitest';
import { BotServerError } from '../../errors.ts';
import type { Store } from '../../store/store.ts';
import { type Engine, engines } from '../../store/store-fixture.test-kit.ts';
import { createInstallationRepository } from '../../team/installation-repository.ts';
import { anInstall, install, installOrganization, type Operations, openOperations } from '../operations.test-kit.ts';
import { deactivateTeam } from './deactivate-team.ts';
import { importLines } from './import-lines.ts';
import { importTeams } from './import-teams.ts';
import type { ImportedLine } from './imported-line.ts';

const organizationLine = (...teamIds: string[]) =>
  JSON.stringify({
    enterprise_id: 'E1',
    is_enterprise_install: true,
    bot_token: 'xoxb-test-E1',
    bot_user_id: 'U1',
    workspaces: teamIds.map((team_id) => ({ team_id, name: `Team ${team_id}` })),
  });
const teamLine = (team_id: string, more: object = {}) =>
  JSON.stringify({ team_id, bot_token: `xoxb-test-${team_id}`, ...more });

/** Imports into a store whose process dies with that transaction of it. */
async function importUntil(dying: number, { context }: Operations, lines: string[]): Promise<ImportedLine[]> {
  const { store, vault, clock } = context;
  let transactions = 0;
  const mortal: Store = Object.create(store, {
    transaction: {
      value(...[options, work]: Parameters<Store['transaction']>) {
        if (++transactions >= dying) throw new BotServerError('store_unavailable', 'The process died');
        return store.transaction(options, work);
      },
    },
  });
  const installations = createInstallationRepository({ store: mortal, vault, clock });
  const imported: ImportedLine[] = [];
  for await (const line of importLines(lines, installations)) imported.push(line);
  return imported;
}

async function workspacesOf({ storage }: Operations, key: string): Promise<Record<string, string>> {
  const { teams = [] } = (await storage.installations.find(key)) ?? {};
  return Object.fromEntries(teams.map(({ teamId, access }) => [teamId, access]));
}

async function outcomesOf({ run }: Operations, lines: string[], force = false) {
  const told = (await run(importTeams, { lines, force })).lines;
  return told.map((line) => ('error' in line ? line.error : line.outcome));
}

async function withOrganization(engine: Engine): Promise<Operations> {
  const operations = await openOperations(engine);
  await installOrganization(operations, 'E1', 'T1', 'T2');
  return operations;
}

const whole = { E1: 'granted', T1: 'granted', T2: 'granted' };

describe.each(engines)('an organization on %s', (engine) => {
  it.each([1, 2])('never stands without its workspaces when its import dies with transaction %d', async (dying) => {
    const operations = await openOperations(engine);
    const lines = [organizationLine('T1', 'T2')];
    await importUntil(dying, operations, lines).catch(() => {});
    const left = await workspacesOf(operations, 'E1');
    expect(left).toEqual(dying === 1 ? {} : whole);
    await operations.run(importTeams, { lines });
    expect(await workspacesOf(operations, 'E1')).toEqual(whole);
  });

  it('says in its timeline which workspaces came with it, whose bot is its own', async () => {
    const operations = await openOperations(engine);
    const { lines } = await operations.run(importTeams, { lines: [organizationLine('T1', 'T2', 'T1')] });
    expect(lines).toEqual([{ line: 1, teamId: 'E1', outcome: 'installed', workspaces: ['T1', 'T2'] }]);
    const { installations } = operations.storage;
    expect(await installations.timeline('E1')).toMatchObject([
      { kind: 'access_granted', facts: { teams: 'T1 T2', count: 2, by: 'import' } },
      { kind: 'installed' },
    ]);
    expect((await installations.findByTeam('T1'))?.teams).toMatchObject([
      { teamId: 'E1' },
      { teamId: 'T1', name: 'Team T1', botUserId: 'U1' },
      { teamId: 'T2' },
    ]);
  });

  it('leaves a workspace where it is known, also one that the operator deactivated', async () => {
    const operations = await openOperations(engine);
    await install(operations, 'T1', 'T2');
    await operations.run(deactivateTeam, { teamId: 'T1' });
    const { lines } = await operations.run(importTeams, { lines: [organizationLine('T1', 'T2', 'T3')] });
    expect(lines).toEqual([{ line: 1, teamId: 'E1', outcome: 'installed', workspaces: ['T3'] }]);
    const { installations } = operations.storage;
    expect(await workspacesOf(operations, 'E1')).toEqual({ E1: 'granted', T3: 'granted' });
    expect(await installations.findByTeam('T1')).toMatchObject({
      installation: { key: 'T1', state: { kind: 'inactive', reason: 'operator' } },
    });
    // Slack's own word still takes it.
    const list = { install: 1, workspaces: [{ teamId: 'T1', name: null }] };
    expect(await installations.recordWorkspaces('E1', list)).toMatchObject({ granted: ['T1'] });
  });

  it('comes beside an install of one of its workspaces, which keeps that', async () => {
    const operations = await openOperations(engine);
    const { installations } = operations.storage;
    await Promise.all([
      operations.run(importTeams, { lines: [organizationLine('T1', 'T2')] }),
      installations.recordInstall(anInstall('T1')),
    ]);
    expect(await workspacesOf(operations, 'E1')).toEqual({ E1: 'granted', T2: 'granted' });
    expect(await workspacesOf(operations, 'T1')).toEqual({ T1: 'granted' });
  });

  it('keeps its workspaces when one of them comes with a token of its own, unless that is forced', async () => {
    const operations = await withOrganization(engine);
    const refusal = /^Team T1 is a workspace of organization E1 here, .*`--force` \(API: `force: true`\)\.$/;
    expect(await outcomesOf(operations, [teamLine('T1')])).toEqual([expect.stringMatching(refusal)]);
    expect(await workspacesOf(operations, 'E1')).toEqual(whole);
    expect(await outcomesOf(operations, [teamLine('T1')], true)).toEqual(['installed']);
    expect(await workspacesOf(operations, 'E1')).toEqual({ E1: 'granted', T2: 'granted' });
  });

  it('keeps its workspaces while it is suspended, too', async () => {
    const operations = await withOrganization(engine);
    const { installations } = operations.storage;
    const suspended = { kind: 'suspended', reason: 'team_access_not_granted', sinceMs: 8 } as const;
    const expected = { version: { install: 1, refresh: 0 }, from: 'active' } as const;
    const entry = { atMs: 8, kind: 'verdict', facts: {} } as const;
    expect(await installations.compareAndSetState('E1', expected, suspended, entry)).toBe(true);
    expect(await outcomesOf(operations, [teamLine('T1')])).toEqual([
      expect.stringMatching(/^Team T1 is a workspace of/),
    ]);
    expect(await workspacesOf(operations, 'E1')).toEqual(whole);
  });

  it.each([
    ['before', [teamLine('T1'), organizationLine('T1')], ['installed', 'installed'], 'T1'],
    ['behind', [organizationLine('T1'), teamLine('T1')], ['installed', expect.stringMatching(/^Team T1 is/)], 'E1'],
  ])('a workspace whose own line is %s that of its organization belongs to the first of them', async (...given) => {
    const [, lines, outcomes, owner] = given;
    const operations = await openOperations(engine);
    expect(await outcomesOf(operations, lines)).toEqual(outcomes);
    expect(await operations.storage.installations.findByTeam('T1')).toMatchObject({ installation: { key: owner } });
  });

  it('has no say over a team whose row somebody moved to it in the database', async () => {
    const operations = await withOrganization(engine);
    await install(operations, 'T3');
    await operations.storage.store.run("update team set installation_key = 'E1' where team_id = 'T3'");
    expect(await outcomesOf(operations, [teamLine('T3', { bot_token: 'xoxb-test-other' })])).toEqual(['reinstalled']);
    expect(await operations.storage.installations.findByTeam('T3')).toMatchObject({ installation: { key: 'T3' } });
  });

  it('is imported although another one names it as its workspace', async () => {
    const operations = await openOperations(engine);
    await installOrganization(operations, 'E2', 'E1');
    expect(await outcomesOf(operations, [organizationLine('T1')])).toEqual(['installed']);
    expect(await workspacesOf(operations, 'E1')).toMatchObject({ T1: 'granted' });
  });

  it('keeps its workspaces when the same file comes again after they have joined it', async () => {
    const operations = await openOperations(engine);
    const { installations } = operations.storage;
    const lines = [teamLine('T1', { name: 'Acme' }), organizationLine('T2')];
    await operations.run(importTeams, { lines });
    // The token of T1 has ended, and Slack lists it.
    await operations.run(deactivateTeam, { teamId: 'T1' });
    const list = { install: 1, workspaces: ['T1', 'T2'].map((teamId) => ({ teamId, name: null })) };
    expect(await installations.recordWorkspaces('E1', list)).toMatchObject({ granted: ['T1'] });
    expect(await outcomesOf(operations, lines)).toEqual(['unchanged', 'unchanged']);
    expect(await workspacesOf(operations, 'E1')).toEqual(whole);
  });

  it.each([false, true])(
    'loses no workspace to a line that is inactive in another program (force: %s)',
    async (force) => {
      const operations = await withOrganization(engine);
      const gone = teamLine('T1', { inactive_since: '2026-01-01T00:00:00Z' });
      expect(await outcomesOf(operations, [gone], force)).toEqual(['unchanged']);
      expect(await workspacesOf(operations, 'E1')).toEqual(whole);
    },
  );

  it.each<[string, (operations: Operations) => Promise<unknown>]>([
    ['that is inactive', ({ run }) => run(deactivateTeam, { teamId: 'E1' })],
    [
      'that has let go of it',
      ({ storage }) =>
        storage.installations.changeAccess('E1', { access: 'revoked', teamIds: ['T1'], by: 'team_access_revoked' }),
    ],
  ])('%s gives a workspace to a token of its own', async (_what, prepare) => {
    const operations = await withOrganization(engine);
    await prepare(operations);
    expect(await outcomesOf(operations, [teamLine('T1')])).toEqual(['installed']);
    expect(await operations.storage.installations.findByTeam('T1')).toMatchObject({ installation: { key: 'T1' } });
  });
});
