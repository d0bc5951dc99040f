/** Tokens travel by `teams export` and `teams import`: those of people as well, and what does not is named. */
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { engines } from '../../store/store-fixture.test-kit.ts';
import { anInstall, installOrganization, NOW_MS, type Operations, openOperations } from '../operations.test-kit.ts';
import { deactivateTeam } from './deactivate-team.ts';
import { exportTeam } from './export-team.ts';
import { importTeams } from './import-teams.ts';

const ANN = { userId: 'U0ANN00001', token: 'xoxp-test-ann', scopes: ['search:read', 'users:read'], expiresAtMs: null };
const BOB = { userId: 'U0BOB00001', token: 'xoxp-test-bob', scopes: [], expiresAtMs: null };
const rotating = { expiresAtMs: NOW_MS + 3_600_000, refreshToken: 'xoxe-1-test' };
const bot = { token: 'xoxe.xoxb-test', scopes: ['bot'], ...rotating };

const WEBHOOK = {
  url: 'https://hooks.slack.com/services/T1/B1/secret',
  channel: '#general',
  channelId: 'C1',
  configurationUrl: 'https://acme.slack.com/services/B1',
};

async function exported({ context }: Operations, teamId = 'T1') {
  const withTokens = { ...context, mayShowSecrets: true, actor: { who: 'test', from: null }, onProgress: () => {} };
  return await exportTeam.run(withTokens as never, { teamId, tokens: true });
}

describe.each(engines)('tokens of an exported team on %s', (engine) => {
  it('go to the command line alone, and whoever else asks is told so', async () => {
    const operations = await openOperations(engine);
    await operations.storage.installations.recordInstall(anInstall('T1'));
    await expect(operations.run(exportTeam, { teamId: 'T1', tokens: true })).rejects.toMatchObject({
      code: 'invalid_input',
      message: 'tokens are never given to an agent, nor over the API',
      fix: expect.stringMatching(/teams export TEAM --tokens --to FILE` at the command line, .* without --server/),
    });
  });

  it('come to another server with those of all people', async () => {
    const here = await openOperations(engine);
    await here.storage.installations.recordInstall(anInstall('T1', 'Acme', { users: [ANN, BOB] }));
    const { import: lines = [], leftOut } = await exported(here);
    expect(leftOut).toEqual([]);
    const there = await openOperations(engine);
    const outcome = await there.run(importTeams, { lines: lines.map((line) => JSON.stringify(line)) });
    expect(outcome.lines).toEqual([{ line: 1, teamId: 'T1', outcome: 'installed' }]);
    const [before, after] = [here, there].map(({ storage }) => storage.installations.credentials('T1'));
    expect(await after).toEqual(await before);
    expect((await after)?.users).toMatchObject([ANN, BOB]);
  });

  it('are named when they rotate, and a person stays behind without the bot', async () => {
    const operations = await openOperations(engine);
    const { installations } = operations.storage;
    await installations.recordInstall(anInstall('T1', 'Acme', { users: [ANN, { ...BOB, ...rotating }] }));
    const left = { installation: 'T1', token: 'user', userId: BOB.userId, why: 'rotates' };
    const first = await exported(operations);
    expect(first.leftOut).toEqual([left]);
    expect(first.import).toMatchObject([{ team_id: 'T1', users: [{ user_id: ANN.userId, user_token: ANN.token }] }]);
    await installations.recordInstall(anInstall('T1', 'Acme', { bot, users: [ANN] }));
    const second = await exported(operations);
    expect(second.import).toEqual([]);
    expect(second.leftOut).toEqual([
      { installation: 'T1', token: 'bot', userId: null, why: 'rotates' },
      left,
      { installation: 'T1', token: 'user', userId: ANN.userId, why: 'without_bot' },
    ]);
  });

  it('are named when no key opens them', async () => {
    const operations = await openOperations(engine);
    await operations.storage.installations.recordInstall(anInstall('T1'));
    await operations.storage.installations.recordInstall(anInstall('T2'));
    await operations.storage.store.run(
      "update credential set token = (select token from credential where installation_key = 'T2') where installation_key = 'T1'",
    );
    const { import: lines, leftOut } = await exported(operations);
    expect([lines, leftOut]).toEqual([[], [{ installation: 'T1', token: 'bot', userId: null, why: 'unreadable' }]]);
  });

  it.each([
    ['a workspace', { isEnterprise: false }, 'T1'],
    ['an organization', { isEnterprise: true, enterpriseId: 'E1' }, 'E1'],
  ])(
    'come with who installed the app, its webhook and its standing: %s is the same there',
    async (_what, kind, key) => {
      const here = await openOperations(engine);
      const granted = { ...kind, users: [ANN], incomingWebhook: WEBHOOK, installedBy: BOB.userId };
      await here.storage.installations.recordInstall(anInstall(key, 'Acme', granted));
      const document = await exported(here, key);
      expect(document).toMatchObject({ installedBy: BOB.userId, incomingWebhook: { channel: '#general' } });
      // Its URL is in the line alone.
      expect(JSON.stringify({ ...document, import: [] })).not.toContain('hooks.slack.com');
      const there = await openOperations(engine);
      const lines = document.import?.map((line) => JSON.stringify(line)) ?? [];
      expect((await there.run(importTeams, { lines })).lines).toMatchObject([{ teamId: key, outcome: 'installed' }]);
      expect(withoutTimes(await exported(there, key))).toEqual(withoutTimes(document));
      expect((await there.storage.installations.credentials(key)).bot?.incomingWebhook?.url).toBe(WEBHOOK.url);
      expect((await there.run(importTeams, { lines })).lines).toMatchObject([{ outcome: 'unchanged' }]);
    },
  );

  it.each([{ isEnterprise: false }, { isEnterprise: true }])(
    'stay inactive since the same moment, and end nothing that is active there (%j)',
    async (kind) => {
      const here = await openOperations(engine);
      await here.storage.installations.recordInstall(anInstall('T1', 'Acme', { ...kind, incomingWebhook: WEBHOOK }));
      await here.run(deactivateTeam, { teamId: 'T1' });
      const lines = (await exported(here)).import?.map((line) => JSON.stringify(line)) ?? [];
      const there = await openOperations(engine);
      await there.clock.advance(60_000);
      expect((await there.run(importTeams, { lines })).lines).toMatchObject([{ outcome: 'installed' }]);
      const inactive = { kind: 'inactive', reason: 'imported_inactive', sinceMs: NOW_MS };
      const state = async () => (await there.storage.installations.find('T1'))?.installation.state;
      expect(await state()).toEqual(inactive);
      expect((await there.storage.installations.credentials('T1')).bot?.incomingWebhook?.url).toBe(WEBHOOK.url);
      expect((await there.run(importTeams, { lines })).lines).toMatchObject([{ outcome: 'unchanged' }]);
      await there.storage.installations.recordInstall(anInstall('T1', 'Acme', kind));
      expect((await there.run(importTeams, { lines })).lines).toMatchObject([{ outcome: 'unchanged' }]);
      expect(await state()).toMatchObject({ kind: 'active' });
    },
  );

  it('of an organization name its workspaces, which are there at once for their documents', async () => {
    const here = await openOperations(engine);
    await installOrganization(here, 'E1', 'T1', 'T2');
    await here.storage.data('T2').set('settings', { language: 'de' });
    const lines = (await exported(here, 'E1')).import?.map((line) => JSON.stringify(line)) ?? [];
    const named = { workspaces: [1, 2].map((n) => ({ team_id: `T${n}`, name: `Team T${n}` })) };
    expect(JSON.parse(lines[0] ?? '')).toMatchObject(named);
    expect((await exported(here, 'T1')).import).toMatchObject([{ workspaces: [{ team_id: 'T1' }] }]);
    const there = await openOperations(engine);
    const installed = [
      { line: 1, teamId: 'E1', outcome: 'installed', workspaces: ['T1', 'T2'] },
      { line: 2, teamId: 'T2', document: 'settings', outcome: 'added' },
    ];
    expect((await there.run(importTeams, { lines, dryRun: true })).lines).toEqual(installed);
    expect(await there.storage.installations.find('E1')).toBeUndefined();
    expect((await there.run(importTeams, { lines })).lines).toEqual(installed);
    expect(await there.storage.data('T2').get('settings')).toMatchObject({ value: { language: 'de' } });
    expect(await there.storage.installations.findByTeam('T1')).toMatchObject({ installation: { key: 'E1' } });
    // What Slack has said since is not taken back by an older file.
    await there.storage.installations.changeAccess('E1', { access: 'revoked', teamIds: ['T1'], by: 'test' });
    expect((await there.run(importTeams, { lines })).lines).toMatchObject([
      { outcome: 'unchanged' },
      { outcome: 'unchanged' },
    ]);
    const teams = (await there.storage.installations.find('E1'))?.teams ?? [];
    expect(teams.find(({ teamId }) => teamId === 'T1')).toMatchObject({ access: 'revoked' });
  });

  it('that were imported without them get webhook and installer later, and keep those that they have', async () => {
    const there = await openOperations(engine);
    const line = { team_id: 'T1', bot_token: 'xoxb-test-T1' };
    const more = { ...line, installed_by: BOB.userId, incoming_webhook: { url: WEBHOOK.url } };
    const other = { ...line, installed_by: ANN.userId, incoming_webhook: { url: 'https://example.com/other' } };
    const { lines } = await there.run(importTeams, {
      lines: [line, more, other, { ...line, incoming_webhook: { url: 'file:///etc' } }].map((one) =>
        JSON.stringify(one),
      ),
    });
    expect(lines).toMatchObject([
      { outcome: 'installed' },
      { outcome: 'updated' },
      { outcome: 'unchanged' },
      { error: 'incoming_webhook.url must be an http:// or https:// URL' },
    ]);
    expect((await there.storage.installations.credentials('T1')).bot?.incomingWebhook?.url).toBe(WEBHOOK.url);
    expect(await exported(there)).toMatchObject({ installedBy: BOB.userId });
  });
});

/** What both servers say of the same team. */
function withoutTimes({
  exportedAt: _at,
  timeline: _timeline,
  teams,
  ...document
}: z.output<typeof exportTeam.output>) {
  return { ...document, teams: teams.map((team) => ({ ...team, since: '' })) };
}
