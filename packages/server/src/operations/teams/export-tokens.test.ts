/** Tokens travel by `teams export` and `teams import`: those of people as well, and what does not is named. */
import { describe, expect, it } from 'vitest';
import { engines } from '../../store/store-fixture.test-kit.ts';
import { anInstall, NOW_MS, type Operations, openOperations } from '../operations.test-kit.ts';
import { exportTeam } from './export-team.ts';
import { importTeams } from './import-teams.ts';

const ANN = { userId: 'U0ANN00001', token: 'xoxp-test-ann', scopes: ['search:read', 'users:read'], expiresAtMs: null };
const BOB = { userId: 'U0BOB00001', token: 'xoxp-test-bob', scopes: [], expiresAtMs: null };
const rotating = { expiresAtMs: NOW_MS + 3_600_000, refreshToken: 'xoxe-1-test' };
const bot = { token: 'xoxe.xoxb-test', scopes: ['bot'], ...rotating };

async function exported({ context }: Operations) {
  const withTokens = { ...context, mayShowSecrets: true, actor: { who: 'test', from: null }, onProgress: () => {} };
  return await exportTeam.run(withTokens as never, { teamId: 'T1', tokens: true });
}

describe.each(engines)('tokens of an exported team on %s', (engine) => {
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
});
