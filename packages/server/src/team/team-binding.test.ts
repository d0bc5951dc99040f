/** Rows of teams that somebody with access to the database changed: none may act for another installation. Issue 10, entry 10. */
import { createCipheriv, hkdfSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createVault } from '../installation/sealing.ts';
import { engines, openTestStore, type TestStore } from '../store/store-fixture.test-kit.ts';
import { TestClock } from '../time/test-clock.ts';
import { bindTeamsOnce } from './bind-teams.ts';
import { createInstallationRepository } from './installation-repository.ts';
import type { Installations, InstallInput } from './installations.ts';
import { rebindTeams } from './team-binding-repository.ts';

const KEY = new Uint8Array(32).fill(1);
const NEXT = new Uint8Array(32).fill(2);

function anInstall(key: string): InstallInput {
  return {
    key,
    isEnterprise: key.startsWith('E'),
    appId: 'A1',
    bot: { token: `xoxb-test-${key}`, scopes: [], expiresAtMs: null },
    users: [],
    team: { teamId: key, name: `Name of ${key}`, domain: null, botUserId: `U${key}`, botId: `B${key}` },
  };
}

/** A token as versions before 0009 sealed it: docs/credentials.md, version 1. */
function sealedBefore(token: string, place: readonly string[]): Uint8Array {
  const derive = (info: string, size: number) =>
    Buffer.from(hkdfSync('sha256', KEY, '', `slack-bot-server ${info}`, size));
  const header = Buffer.concat([Buffer.of(1), derive('key id', 8)]);
  const nonce = Buffer.alloc(12, 9);
  const cipher = createCipheriv('aes-256-gcm', derive('seal', 32), nonce);
  cipher.setAAD(Buffer.concat([header, Buffer.from(JSON.stringify(place))]));
  return Buffer.concat([header, nonce, cipher.update(token), cipher.final(), cipher.getAuthTag()]);
}

const named = (...teamIds: string[]) => teamIds.map((teamId) => ({ teamId, name: null }));

describe.each(engines)('a team whose row was changed, on %s', (engine) => {
  /** TA and TB with installations of their own; E1 and E2 with a workspace each, TC and TD. */
  async function aDatabase() {
    const store = await openTestStore({ engine });
    const installations = on(store, [KEY]);
    for (const key of ['TA', 'TB', 'E1', 'E2']) await installations.recordInstall(anInstall(key));
    await installations.recordWorkspaces('E1', { install: 1, workspaces: named('TC') });
    await installations.recordWorkspaces('E2', { install: 1, workspaces: named('TD') });
    return { store, installations };
  }

  const on = (store: TestStore, keys: Uint8Array[]) =>
    createInstallationRepository({ store, vault: createVault(keys), clock: new TestClock(1_000) });

  const move = (store: TestStore, teamId: string, to: string) =>
    store.run('update team set installation_key = $1 where team_id = $2', [to, teamId]);

  async function teamsOf(installations: Installations) {
    const views = await installations.list({ limit: 10 });
    return Object.fromEntries(
      views.map(({ installation, teams, strays = [] }) => [
        installation.key,
        [...teams.map(({ teamId }) => teamId), ...strays.map(({ teamId }) => `${teamId} refused`)].join(' '),
      ]),
    );
  }

  it('belongs to nobody when it names the installation of another workspace or of an organization', async () => {
    const { store, installations } = await aDatabase();
    expect(await teamsOf(installations)).toEqual({ TA: 'TA', TB: 'TB', E1: 'E1 TC', E2: 'E2 TD' });
    await move(store, 'TB', 'TA');
    expect(await teamsOf(installations)).toEqual({ TA: 'TA TB refused', TB: '', E1: 'E1 TC', E2: 'E2 TD' });
    await move(store, 'TB', 'E1');
    expect(await teamsOf(installations)).toMatchObject({ TA: 'TA', E1: 'E1 TC TB refused' });
    await store.run("update installation set is_enterprise = 1 where key = 'TA'");
    await move(store, 'TB', 'TA');
    expect(await teamsOf(installations)).toMatchObject({ TA: 'TA TB refused' });
    const { installation, strays } = (await installations.findByTeam('TB')) ?? expect.fail('its own');
    expect([installation.key, strays?.map(({ installationKey }) => installationKey)]).toEqual(['TB', ['TA']]);
  });

  it.each([
    [
      'another organization',
      "update team set installation_key = 'E2' where team_id = 'TC'",
      { E2: 'E2 TD TC refused' },
    ],
    [
      'the proof of another workspace',
      "update team set binding = (select binding from team where team_id = 'TC'), installation_key = 'E1' where team_id = 'TB'",
      { E1: 'E1 TC TB refused' },
    ],
    ['no proof', "update team set binding = null where team_id = 'TC'", { E1: 'E1 TC refused' }],
    ['other access', "update team set access = 'revoked' where team_id = 'TC'", { E1: 'E1 TC refused' }],
    [
      'an organization that is none',
      "update installation set is_enterprise = 0 where key = 'E1'",
      { E1: 'E1 TC refused' },
    ],
    ['another team id', "update team set team_id = 'TX' where team_id = 'TC'", { E1: 'E1 TX refused' }],
  ])('is refused with %s', async (_what, change, expected) => {
    const { store, installations } = await aDatabase();
    await store.run(change);
    const before = expected as Record<string, string>;
    expect(await teamsOf(installations)).toMatchObject(before);
    // Nothing that is written afterwards makes it good.
    await installations.setTeamIdentity('TB', { name: 'Renamed' });
    await installations.setTeamIdentity('TC', { name: 'Renamed' });
    expect(await teamsOf(installations)).toMatchObject(before);
  });

  it('comes back by what Slack says: an install of its own, or the list of its organization', async () => {
    const { store, installations } = await aDatabase();
    await move(store, 'TB', 'TA');
    await store.run("update team set access = 'revoked' where team_id = 'TC'");
    await installations.recordInstall(anInstall('TB'));
    await installations.recordWorkspaces('E1', { install: 1, workspaces: named('TC') });
    expect(await teamsOf(installations)).toEqual({ TA: 'TA', TB: 'TB', E1: 'E1 TC', E2: 'E2 TD' });
  });

  it('is not given to an organization that lists it while its own installation is active', async () => {
    const { store, installations } = await aDatabase();
    await move(store, 'TB', 'E1');
    const outcome = await installations.recordWorkspaces('E1', { install: 1, workspaces: named('TC', 'TB') });
    expect(outcome).toEqual({ granted: [], revoked: [], contested: ['TB'] });
    expect(await teamsOf(installations)).toMatchObject({ E1: 'E1 TC TB refused' });
  });

  it('keeps its data when the installation that it names is purged', async () => {
    const { store, installations } = await aDatabase();
    await move(store, 'TB', 'TA');
    const version = { install: 1, refresh: 0 };
    const inactive = { kind: 'inactive', reason: 'account_inactive', sinceMs: 7 } as const;
    await installations.compareAndSetState('TA', { version, from: 'active' }, inactive, { kind: 'verdict', facts: {} });
    expect(await installations.purge('TA', { version, sinceMs: 7 })).toMatchObject({ teamIds: ['TA'] });
  });

  it('is bound with all others once, when the first version that proves them opens the database', async () => {
    const { store, installations } = await aDatabase();
    for (const key of ['TA', 'TB', 'E1', 'E2']) {
      const sealed = sealedBefore(`xoxb-test-${key}`, [key, 'bot', '']);
      await store.run('update credential set token = $1 where installation_key = $2', [sealed, key]);
    }
    await store.run('update team set binding = null');
    expect(await teamsOf(installations)).toMatchObject({ E1: 'E1 TC refused' });
    await bindTeamsOnce({ store, vault: createVault([KEY]) });
    expect(await teamsOf(installations)).toEqual({ TA: 'TA', TB: 'TB', E1: 'E1 TC', E2: 'E2 TD' });
    expect((await installations.botCredential('E1'))?.token).toBe('xoxb-test-E1');
    // Whoever resets what was noted about it gains nothing.
    await move(store, 'TB', 'E1');
    await store.run('update meta set teams_bound = 0');
    await store.run('update team set binding = null');
    await bindTeamsOnce({ store, vault: createVault([KEY]) });
    expect(await teamsOf(installations)).toEqual({
      TA: 'TA',
      TB: '',
      E1: 'E1 TB refused TC refused',
      E2: 'E2 TD refused',
    });
  });

  it('stays bound when the key is changed, and what was refused stays refused', async () => {
    const { store } = await aDatabase();
    await move(store, 'TB', 'E1');
    const both = createVault([NEXT, KEY]);
    expect(await rebindTeams({ store, vault: both })).toBe(2);
    expect(await rebindTeams({ store, vault: both })).toBe(0);
    expect(await teamsOf(on(store, [NEXT]))).toMatchObject({ E1: 'E1 TC TB refused', E2: 'E2 TD' });
    expect(await teamsOf(on(store, [KEY]))).toMatchObject({ E1: 'E1 TB refused TC refused', E2: 'E2 TD refused' });
  });
});
