import { describe, expect, it } from 'vitest';
import { BotServerError } from '../errors.ts';
import { engines, openTestStore } from '../store/store-fixture.test-kit.ts';
import { TestClock } from '../time/test-clock.ts';
import type { InstallationState } from './installation.ts';
import { createInstallationRepository } from './installation-repository.ts';
import type { Installations, InstallInput } from './installations.ts';
import { plainSealer } from './plain-sealer.test-kit.ts';
import { shardOf } from './shard.ts';
import type { TokenSealer } from './token-sealer.ts';

const ACTIVE: InstallationState = { kind: 'active', doubt: { kind: 'none' } };
const INACTIVE: InstallationState = { kind: 'inactive', reason: 'account_inactive', sinceMs: 7 };
const ENTRY = { kind: 'verdict', facts: { code: 'account_inactive' } } as const;

/** Turns bytes around: as unreadable as needed here; the real one has its own tests. */
const sealer: TokenSealer = {
  ...plainSealer,
  seal: (token, binding) => Buffer.from(JSON.stringify([token, binding])).reverse(),
  open(sealed, binding) {
    const [token, sealedFor] = JSON.parse(Buffer.from(sealed).reverse().toString());
    expect(sealedFor).toEqual(binding);
    return token;
  },
};

function anInstall(changes: Partial<InstallInput> = {}): InstallInput {
  return {
    key: 'T1',
    isEnterprise: false,
    appId: 'A1',
    bot: { token: 'xoxb-test-1', scopes: ['bot'], expiresAtMs: null },
    users: [],
    team: { teamId: 'T1', name: 'Acme', domain: 'acme', botUserId: 'U1', botId: 'B1' },
    ...changes,
  };
}

function aTeam(changes: Partial<NonNullable<InstallInput['team']>> = {}): NonNullable<InstallInput['team']> {
  return { teamId: 'T1', name: 'Acme', domain: 'acme', botUserId: 'U1', botId: 'B1', ...changes };
}

const aBot = (token: string) => ({ token, scopes: ['bot'], expiresAtMs: null });
const aPerson = (userId: string, token: string) => ({ userId, token, scopes: [], expiresAtMs: 9 });

describe.each(engines)('installations on %s', (engine) => {
  async function aRepository() {
    const clock = new TestClock(1_000);
    const store = await openTestStore({ engine });
    return { clock, store, installations: createInstallationRepository({ store, vault: sealer, clock }) };
  }

  it('says which of many teams are active, whatever their names', async () => {
    const { installations } = await aRepository();
    for (const key of ['T1', 'T2', 'T3'])
      await installations.recordInstall(anInstall({ key, team: aTeam({ teamId: key }) }));
    const t2 = await installations.find('T2');
    const { version = expect.fail('there is one') } = t2?.installation ?? {};
    await installations.compareAndSetState('T2', { version, from: 'active' }, INACTIVE, ENTRY);
    await installations.recordInstall(anInstall({ key: 'E1', isEnterprise: true, team: aTeam({ teamId: 'T4' }) }));
    const asked = ['T1', 'T2', 'T3', 'T4', 'T9', 'E1', '\0', '\ud800', `'"]`, ''];
    expect(await installations.activeAmong(asked)).toEqual(new Set(['T1', 'T3', 'T4', 'E1']));
    expect(await installations.activeAmong(['\0'])).toEqual(new Set());
  });

  describe('recordInstall', () => {
    it('stores a new installation as active, with its credential and its team', async () => {
      const { installations } = await aRepository();
      const { outcome, installation } = await installations.recordInstall(anInstall());
      expect(outcome).toBe('installed');
      expect(installation).toEqual({
        key: 'T1',
        appId: 'A1',
        isEnterprise: false,
        isToBeRemoved: false,
        enterpriseId: null,
        version: { install: 1, refresh: 0 },
        state: ACTIVE,
        request: null,
        hasHints: false,
        incident: null,
        changedSeq: 1,
        createdAtMs: 1_000,
        installedAtMs: 1_000,
        activeSinceMs: 1_000,
        metadata: null,
      });
      const team = { ...aTeam(), installationKey: 'T1', access: 'granted', noAccessSinceMs: null };
      expect(await installations.find('T1')).toEqual({ installation, teams: [team] });
      expect(await installations.findByTeam('T1')).toEqual({ installation, teams: [team] });
      expect(await installations.botCredential('T1')).toEqual({
        installationKey: 'T1',
        kind: 'bot',
        userId: '',
        version: { install: 1, refresh: 0 },
        token: 'xoxb-test-1',
        scopes: ['bot'],
        expiresAtMs: null,
      });
    });

    it('brings an inactive installation back in the same row, with its timeline', async () => {
      const { clock, installations } = await aRepository();
      const { installation: first } = await installations.recordInstall(anInstall());
      await installations.compareAndSetState('T1', { version: first.version, from: 'active' }, INACTIVE, ENTRY);
      await installations.setRequest('T1', 'probe');
      await clock.advance(500);
      const { outcome, installation } = await installations.recordInstall(
        anInstall({ bot: aBot('xoxb-test-2'), appId: null }),
      );
      expect(outcome).toBe('reactivated');
      expect(installation).toEqual({
        ...first,
        version: { install: 2, refresh: 0 },
        changedSeq: 4,
        installedAtMs: 1_500,
        activeSinceMs: 1_500,
      });
      expect(await installations.timeline('T1')).toEqual([
        { atMs: 1_500, kind: 'reactivated', facts: { install: 2 } },
        { atMs: 1_000, ...ENTRY },
        { atMs: 1_000, kind: 'installed', facts: { install: 1 } },
      ]);
    });

    it('replaces the tokens of the bot and of who installs, and takes those of other people along', async () => {
      const { installations } = await aRepository();
      await installations.recordInstall(anInstall({ users: [aPerson('U7', 'old'), aPerson('U8', 'kept')] }));
      const { outcome } = await installations.recordInstall(
        anInstall({ bot: aBot('xoxb-test-2'), users: [aPerson('U7', 'new')] }),
      );
      expect(outcome).toBe('reinstalled');
      const { bot, users, unreadable } = await installations.credentials('T1');
      const version = { install: 2, refresh: 0 };
      expect(unreadable).toEqual([]);
      expect(bot).toMatchObject({ token: 'xoxb-test-2', version });
      expect(users).toEqual([
        { installationKey: 'T1', kind: 'user', userId: 'U7', version, token: 'new', scopes: [], expiresAtMs: 9 },
        { installationKey: 'T1', kind: 'user', userId: 'U8', version, token: 'kept', scopes: [], expiresAtMs: 9 },
      ]);
    });

    it('keeps the token of who installs without giving one again', async () => {
      const { installations } = await aRepository();
      await installations.recordInstall(anInstall({ users: [aPerson('U7', 'kept')] }));
      await installations.recordInstall(anInstall());
      expect((await installations.credentials('T1')).users).toMatchObject([{ token: 'kept', version: { install: 2 } }]);
    });

    it.each([
      ['drops them after a deactivation, which was their end, too', INACTIVE, []],
      ['keeps them after a suspension', { ...INACTIVE, kind: 'suspended' } as const, ['U8']],
    ])('%s', async (_, state, kept) => {
      const { installations } = await aRepository();
      const { installation } = await installations.recordInstall(anInstall({ users: [aPerson('U8', 'other')] }));
      const expected = { version: installation.version, from: 'active' } as const;
      await installations.compareAndSetState('T1', expected, state, ENTRY);
      await installations.recordInstall(anInstall({ users: [aPerson('U7', 'new')] }));
      const { users } = await installations.credentials('T1');
      expect(users.map(({ userId }) => userId)).toEqual(['U7', ...kept]);
    });

    it('loses nothing of a token that rotates', async () => {
      const { store, installations } = await aRepository();
      const bot = { ...aBot('xoxe.xoxb-1-a'), expiresAtMs: 43_200_000, refreshToken: 'xoxe-1-bot' };
      const person = { ...aPerson('U7', 'xoxe.xoxp-1-a'), refreshToken: 'xoxe-1-person' };
      await installations.recordInstall(anInstall({ bot, users: [person] }));
      const rows = await store.all('select refresh_token, expires_at_ms from credential order by kind');
      const part = 'refresh' as const;
      const places = [
        { installationKey: 'T1', kind: 'bot' as const, userId: '', part },
        { installationKey: 'T1', kind: 'user' as const, userId: 'U7', part },
      ];
      expect(
        rows.map((row, index) => sealer.open(row.refresh_token as Uint8Array, places[index] ?? expect.fail())),
      ).toEqual(['xoxe-1-bot', 'xoxe-1-person']);
      expect(rows.map((row) => Number(row.expires_at_ms))).toEqual([43_200_000, 9]);
    });

    it('answers the other credentials when one cannot be opened', async () => {
      const { store, installations } = await aRepository();
      await installations.recordInstall(anInstall({ users: [aPerson('U7', 'a'), aPerson('U8', 'b')] }));
      const vault = {
        ...sealer,
        open(sealed: Uint8Array, binding: Parameters<TokenSealer['open']>[1]) {
          if (binding.userId === 'U7') throw new BotServerError('sealed_value_unreadable', 'damaged');
          return sealer.open(sealed, binding);
        },
      };
      const damaged = createInstallationRepository({ store, vault, clock: new TestClock(1_000) });
      expect(await damaged.credentials('T1')).toMatchObject({
        bot: { token: 'xoxb-test-1' },
        users: [{ token: 'b' }],
        unreadable: [{ code: 'sealed_value_unreadable' }],
      });
    });

    it.each(['', '[', '{}', '[7, "bot"]'])(
      'takes scopes that somebody made %j for none that are known, and harms no other team',
      async (scopes) => {
        const { store, installations } = await aRepository();
        await installations.recordInstall(anInstall());
        await installations.recordInstall(anInstall({ key: 'T2', team: aTeam({ teamId: 'T2' }) }));
        await store.run("update credential set scopes = $1 where installation_key = 'T1'", [scopes]);
        const found = await installations.credentialsOf(['T1', 'T2']);
        const known = scopes.includes('bot') ? ['bot'] : [];
        expect(Array.from(found.values(), ({ bot }) => bot)).toMatchObject([
          { token: 'xoxb-test-1', scopes: known },
          { token: 'xoxb-test-1', scopes: ['bot'] },
        ]);
        expect((await installations.grantedScopes()).map((one) => one.scopes)).toEqual(
          expect.arrayContaining([known, ['bot']]),
        );
      },
    );

    it.each([
      ['keeps bot ids that the grant does not name while the token is the same', 'xoxb-test-1', 'U1', 'B1'],
      ['drops them when the token is another one', 'xoxb-test-2', null, null],
    ])('%s', async (_, token, botUserId, botId) => {
      const { installations } = await aRepository();
      await installations.recordInstall(anInstall());
      const team = aTeam({ name: null, domain: null, botUserId: null, botId: null });
      await installations.recordInstall(anInstall({ bot: aBot(token), team }));
      expect((await installations.find('T1'))?.teams).toMatchObject([
        { name: 'Acme', domain: 'acme', botUserId, botId },
      ]);
    });

    it('moves a team to the installation that registers it, and marks the one it leaves as changed', async () => {
      const { installations } = await aRepository();
      await installations.recordInstall(anInstall());
      await installations.recordInstall(
        anInstall({ key: 'E1', isEnterprise: true, bot: aBot('xoxb-test-E'), team: aTeam({ botId: null }) }),
      );
      expect(await installations.findByTeam('T1')).toMatchObject({
        installation: { key: 'E1', isEnterprise: true },
        teams: [{ teamId: 'T1', installationKey: 'E1', botId: null }],
      });
      expect((await installations.find('T1'))?.teams).toEqual([]);
      expect((await installations.changedSince(1, 10)).map((view) => view.installation.key)).toEqual(['T1', 'E1']);
      expect((await installations.timeline('T1'))[0]).toMatchObject({
        kind: 'team_left',
        facts: { teamId: 'T1', to: 'E1' },
      });
    });

    it('stores an installation without a team, as an enterprise may have it', async () => {
      const { store, installations } = await aRepository();
      await installations.recordInstall(anInstall({ key: 'E1', isEnterprise: true, team: null }));
      expect(await installations.find('E1')).toMatchObject({ installation: { isEnterprise: true }, teams: [] });
      expect(await store.get('select shard from installation')).toEqual({ shard: shardOf('E1') });
    });
  });

  describe('importInstall', () => {
    it('fills names, scopes and ids and leaves version and state alone', async () => {
      const { installations } = await aRepository();
      const team = aTeam({ name: null, domain: null, botId: null });
      const { installation } = await installations.recordInstall(anInstall({ appId: null, team }));
      await installations.compareAndSetState('T1', { version: installation.version, from: 'active' }, INACTIVE, ENTRY);
      const bot = { token: 'xoxb-test-1', scopes: ['bot', 'commands'], expiresAtMs: null };
      const known = anInstall({ bot, team: aTeam({ name: 'New' }) });
      expect(await installations.importInstall(known)).toEqual({ outcome: 'updated', workspaces: [] });
      const view = await installations.find('T1');
      const expected = { ...installation, appId: 'A1', state: INACTIVE, activeSinceMs: null, changedSeq: 3 };
      expect(view?.installation).toEqual(expected);
      expect(view?.teams).toMatchObject([{ name: 'New', domain: 'acme', botId: 'B1' }]);
      expect(await installations.botCredential('T1')).toMatchObject({
        scopes: ['bot', 'commands'],
        version: { install: 1 },
      });
    });

    it('changes nothing, not even the order of changes, when it brings nothing new', async () => {
      const { installations } = await aRepository();
      await installations.recordInstall(anInstall());
      const known = anInstall({
        bot: { ...aBot('xoxb-test-1'), scopes: [] },
        team: aTeam({ name: null, botId: null }),
      });
      expect(await installations.importInstall(known)).toEqual({ outcome: 'unchanged', workspaces: [] });
      expect(await installations.changedSince(1, 10)).toEqual([]);
    });
  });

  describe('compareAndSetState', () => {
    const version = { install: 1, refresh: 0 };

    it.each([
      ['inactive', INACTIVE],
      ['suspended', { kind: 'suspended', reason: 'team_access_not_granted', sinceMs: 8 }],
      ['held', { kind: 'active', doubt: { kind: 'held', code: 'invalid_auth', sinceMs: 9 } }],
      ['confirming', { kind: 'active', doubt: { kind: 'confirming', code: 'invalid_auth', sinceMs: 9 } }],
    ] satisfies [string, InstallationState][])('writes %s and gives it back the same', async (_, state) => {
      const { installations } = await aRepository();
      await installations.recordInstall(anInstall());
      expect(await installations.compareAndSetState('T1', { version, from: 'active' }, state, ENTRY)).toBe(true);
      expect((await installations.find('T1'))?.installation).toMatchObject({ state, changedSeq: 2, version });
      expect((await installations.timeline('T1'))[0]).toEqual({ atMs: 1_000, ...ENTRY });
      expect(await installations.compareAndSetState('T1', { version, from: state.kind }, ACTIVE, ENTRY)).toBe(true);
      expect((await installations.find('T1'))?.installation.state).toEqual(ACTIVE);
    });

    it.each([
      ['an earlier install', { version: { install: 0, refresh: 0 }, from: 'active' }],
      ['another refresh', { version: { install: 1, refresh: 1 }, from: 'active' }],
      ['another state', { version, from: 'inactive' }],
    ] satisfies [string, Parameters<Installations['compareAndSetState']>[1]][])(
      'changes nothing when it was meant for %s',
      async (_, expected) => {
        const { installations } = await aRepository();
        await installations.recordInstall(anInstall());
        const before = await installations.find('T1');
        expect(await installations.compareAndSetState('T1', expected, INACTIVE, ENTRY)).toBe(false);
        expect(await installations.find('T1')).toEqual(before);
        expect(await installations.timeline('T1')).toHaveLength(1);
      },
    );
  });

  describe('dropUserCredential', () => {
    const DROPPED = { kind: 'user_token_dropped', facts: { userId: 'U7' } } as const;

    it('lets one person go, and nothing else; every process sees it', async () => {
      const { installations } = await aRepository();
      const users = [aPerson('U7', 'xoxp-a'), aPerson('U8', 'xoxp-b')];
      const { installation } = await installations.recordInstall(anInstall({ users }));
      const { version, changedSeq } = installation;
      expect(await installations.dropUserCredential('T1', { userId: 'U7', version }, DROPPED)).toBe(true);
      expect(await installations.userCredential('T1', 'U7')).toBeUndefined();
      expect((await installations.userCredential('T1', 'U8'))?.token).toBe('xoxp-b');
      expect((await installations.botCredential('T1'))?.token).toBe('xoxb-test-1');
      const [changed] = await installations.changedSince(changedSeq, 10);
      expect(changed?.installation).toMatchObject({ version, state: ACTIVE });
      expect((await installations.timeline('T1'))[0]).toMatchObject(DROPPED);
      expect(await installations.dropUserCredential('T1', { userId: 'U7', version }, DROPPED)).toBe(false);
    });

    it('leaves what a re-install or a refresh has changed, and the bot', async () => {
      const { installations } = await aRepository();
      const { installation: before } = await installations.recordInstall(
        anInstall({ users: [aPerson('U7', 'xoxp-a')] }),
      );
      const { installation } = await installations.recordInstall(anInstall({ users: [aPerson('U7', 'xoxp-b')] }));
      const drop = (userId: string, version = installation.version) =>
        installations.dropUserCredential('T1', { userId, version }, DROPPED);
      expect(await drop('U7', before.version)).toBe(false);
      expect(await drop('U7', { ...installation.version, refresh: 1 })).toBe(false);
      expect(await drop('')).toBe(false);
      expect((await installations.credentials('T1')).users).toMatchObject([{ userId: 'U7', token: 'xoxp-b' }]);
      expect(await installations.changedSince(installation.changedSeq, 10)).toEqual([]);
    });
  });

  describe('requests', () => {
    it('are kept until they are cleared by whoever read them', async () => {
      const { installations } = await aRepository();
      await installations.recordInstall(anInstall());
      expect(await installations.setRequest('T1', 'probe')).toBe(true);
      const read = (await installations.find('T1'))?.installation;
      expect(read).toMatchObject({ request: 'probe', changedSeq: 2 });
      await installations.clearRequest('T1', 2);
      expect((await installations.find('T1'))?.installation).toMatchObject({ request: null, changedSeq: 3 });
    });

    it('that came after the one that was read are not cleared with it', async () => {
      const { installations } = await aRepository();
      await installations.recordInstall(anInstall());
      await installations.setRequest('T1', 'probe');
      await installations.setRequest('T1', 'restart');
      await installations.clearRequest('T1', 2);
      expect((await installations.find('T1'))?.installation.request).toBe('restart');
    });

    it('are cleared although carrying them out changed the installation', async () => {
      const { installations } = await aRepository();
      const { installation } = await installations.recordInstall(anInstall());
      await installations.setRequest('T1', 'probe');
      await installations.compareAndSetState('T1', { version: installation.version, from: 'active' }, INACTIVE, ENTRY);
      await installations.clearRequest('T1', 2);
      expect((await installations.find('T1'))?.installation).toMatchObject({ request: null, state: INACTIVE });
    });

    it('for an installation that is not there are refused', async () => {
      const { installations } = await aRepository();
      expect(await installations.setRequest('T1', 'probe')).toBe(false);
    });
  });

  describe('setTeamIdentity', () => {
    it('fills what is missing, corrects what differs and leaves what it was not told', async () => {
      const { installations } = await aRepository();
      await installations.recordInstall(anInstall({ team: aTeam({ botUserId: null, botId: null }) }));
      await installations.setTeamIdentity('T1', { name: 'Renamed', botUserId: 'U2', botId: null });
      expect((await installations.find('T1'))?.teams).toMatchObject([
        { name: 'Renamed', domain: 'acme', botUserId: 'U2', botId: null },
      ]);
      expect((await installations.find('T1'))?.installation.changedSeq).toBe(2);
    });

    it('marks nothing as changed when all of it was known', async () => {
      const { installations } = await aRepository();
      await installations.recordInstall(anInstall());
      await installations.setTeamIdentity('T1', { name: 'Acme', botId: 'B1' });
      await installations.setTeamIdentity('T9', { name: 'Nobody' });
      expect(await installations.changedSince(1, 10)).toEqual([]);
    });

    it('ignores a late answer about an earlier install', async () => {
      const { installations } = await aRepository();
      const { installation: old } = await installations.recordInstall(anInstall());
      const { installation } = await installations.recordInstall(anInstall({ bot: aBot('xoxb-test-2') }));
      await installations.setTeamIdentity('T1', { botId: 'B-old' }, { version: old.version });
      expect((await installations.find('T1'))?.teams).toMatchObject([{ botId: 'B1' }]);
      await installations.setTeamIdentity('T1', { botId: 'B2' }, { version: installation.version });
      expect((await installations.find('T1'))?.teams).toMatchObject([{ botId: 'B2' }]);
    });
  });

  describe('timeline', () => {
    it('keeps the newest 50 entries of each installation, newest first', async () => {
      const { clock, installations } = await aRepository();
      await installations.recordInstall(anInstall());
      await installations.recordInstall(anInstall({ key: 'T2', team: aTeam({ teamId: 'T2' }) }));
      for (let n = 1; n <= 60; n++) {
        await clock.advance(1);
        await installations.addTimeline('T1', { kind: 'gap', facts: { n } });
      }
      const entries = await installations.timeline('T1');
      expect(entries.map((entry) => entry.facts.n)).toEqual(Array.from({ length: 50 }, (_, i) => 60 - i));
      expect(entries[0]?.atMs).toBe(1_060);
      expect(await installations.timeline('T2')).toHaveLength(1);
    });

    it('takes no entry for an installation that does not exist', async () => {
      const { installations } = await aRepository();
      await installations.addTimeline('T1', { kind: 'gap', facts: {} });
      expect(await installations.timeline('T1')).toEqual([]);
    });
  });

  describe('list', () => {
    async function someInstallations() {
      const repository = await aRepository();
      const { installations } = repository;
      const names = ['Acme', 'Bébé 100%', 'Cats_and_dogs'];
      for (const [index, name] of names.entries()) {
        const key = `T${index + 1}`;
        await installations.recordInstall(
          anInstall({ key, team: aTeam({ teamId: key, name, domain: `d${index + 1}` }) }),
        );
      }
      await installations.recordInstall(anInstall({ key: 'E1', isEnterprise: true, team: null }));
      await installations.recordInstall(
        anInstall({ key: 'E2', isEnterprise: true, team: aTeam({ teamId: 'T5', name: 'Acme East' }) }),
      );
      await installations.setTeamIdentity('T5', { domain: 'east' });
      await installations.compareAndSetState(
        'T2',
        { version: { install: 1, refresh: 0 }, from: 'active' },
        INACTIVE,
        ENTRY,
      );
      const keys = async (filter: Partial<Parameters<typeof installations.list>[0]>) =>
        (await installations.list({ limit: 10, ...filter })).map((view) => view.installation.key);
      return { ...repository, keys };
    }

    it('goes through all by key, page by page', async () => {
      const { keys } = await someInstallations();
      expect(await keys({ limit: 2 })).toEqual(['E1', 'E2']);
      expect(await keys({ limit: 2, afterKey: 'E2' })).toEqual(['T1', 'T2']);
      expect(await keys({ limit: 2, afterKey: 'T2' })).toEqual(['T3']);
      expect(await keys({ afterKey: 'T3' })).toEqual([]);
    });

    it('narrows by status', async () => {
      const { keys } = await someInstallations();
      expect(await keys({ status: 'inactive' })).toEqual(['T2']);
      expect(await keys({ status: 'active', limit: 1, afterKey: 'E2' })).toEqual(['T1']);
    });

    it('counts the scopes that active installations granted', async () => {
      const { installations } = await someInstallations();
      const bot = { ...aBot('xoxb-test-9'), scopes: ['bot', 'commands'] };
      await installations.recordInstall(anInstall({ key: 'T9', bot, team: aTeam({ teamId: 'T9' }) }));
      const grants = await installations.grantedScopes();
      expect(grants.toSorted((one, other) => one.installations - other.installations)).toEqual([
        { scopes: ['bot', 'commands'], installations: 1, example: 'T9' },
        { scopes: ['bot'], installations: 4, example: 'E1' },
      ]);
    });

    it('counts by status', async () => {
      const { installations } = await someInstallations();
      expect(await installations.countByStatus()).toEqual({ active: 4, suspended: 0, inactive: 1 });
    });
  });

  describe('changedSince', () => {
    it('tells what changed in the order of the changes, each installation once, as it is now', async () => {
      const { installations } = await aRepository();
      for (const key of ['T1', 'T2', 'T3'])
        await installations.recordInstall(anInstall({ key, team: aTeam({ teamId: key }) }));
      await installations.setRequest('T1', 'restart');
      const seen = async (seq: number, limit: number) =>
        (await installations.changedSince(seq, limit)).map(({ installation }) => [
          installation.key,
          installation.changedSeq,
        ]);
      expect(await seen(0, 2)).toEqual([
        ['T2', 2],
        ['T3', 3],
      ]);
      expect(await seen(3, 2)).toEqual([['T1', 4]]);
      expect(await seen(4, 2)).toEqual([]);
    });

    it('says how far changes and deletions went, and which number a row has', async () => {
      const { installations } = await aRepository();
      expect(await installations.latestChange(undefined)).toEqual({ changedSeq: 0, purgedSeq: 0, ownSeq: null });
      for (const key of ['T1', 'T2'])
        await installations.recordInstall(anInstall({ key, team: aTeam({ teamId: key }) }));
      await installations.setRequest('T1', 'restart');
      expect(await installations.latestChange('T2')).toEqual({ changedSeq: 3, purgedSeq: 0, ownSeq: 2 });
      expect(await installations.latestChange('T9')).toMatchObject({ changedSeq: 3, ownSeq: null });
    });
  });
});
