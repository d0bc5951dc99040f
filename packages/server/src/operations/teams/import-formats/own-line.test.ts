/** What was granted elsewhere is kept, and what is not understood is named. Issue 10, entry 19. */
import { describe, expect, it } from 'vitest';
import { engines, openTestStore } from '../../../store/store-fixture.test-kit.ts';
import { createInstallationRepository } from '../../../team/installation-repository.ts';
import { plainSealer } from '../../../team/plain-sealer.test-kit.ts';
import { createPairStore } from '../../../team/refresh-repository.ts';
import { TestClock } from '../../../time/test-clock.ts';
import { importLines } from '../import-lines.ts';

describe.each(engines)('an import into %s', (engine) => {
  async function importInto(lines: readonly (object | string)[]) {
    const store = await openTestStore({ engine });
    const installations = createInstallationRepository({ store, vault: plainSealer, clock: new TestClock(1_000) });
    const results: unknown[] = [];
    const texts = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)));
    for await (const result of importLines(texts, installations, { nowMs: 1_000 })) results.push(result);
    const pairs = createPairStore({ store, vault: plainSealer });
    return { installations, results, pairs };
  }

  it('keeps refresh token and end of tokens that rotate, also of a person', async () => {
    const { results, pairs } = await importInto([
      {
        team_id: 'T0ACME0001',
        bot_token: 'xoxe.xoxb-test-1',
        refresh_token: 'xoxe-1-test-1',
        expires_at: 1_900_000_000,
        user_id: 'U0ANN00001',
        user_token: 'xoxe.xoxp-test-2',
        user_refresh_token: 'xoxe-1-test-2',
        user_expires_in: 60,
        user_scopes: 'chat:write,users:read',
      },
    ]);
    expect(results).toEqual([{ line: 1, teamId: 'T0ACME0001', outcome: 'installed' }]);
    expect(await pairs.find({ key: 'T0ACME0001', kind: 'bot', userId: '' })).toMatchObject({
      refreshToken: 'xoxe-1-test-1',
      credential: { token: 'xoxe.xoxb-test-1', expiresAtMs: 1_900_000_000_000 },
    });
    expect(await pairs.find({ key: 'T0ACME0001', kind: 'user', userId: 'U0ANN00001' })).toMatchObject({
      refreshToken: 'xoxe-1-test-2',
      credential: { token: 'xoxe.xoxp-test-2', expiresAtMs: 61_000, scopes: ['chat:write', 'users:read'] },
    });
  });

  it('gives a known token the refresh token that it came without, and no older one', async () => {
    const team = { team_id: 'T0ACME0001', bot_token: 'xoxe.xoxb-test-1' };
    const rotating = { ...team, refresh_token: 'xoxe-1-test-1', expires_at: 1_900_000_000 };
    const later = { ...team, refresh_token: 'xoxe-1-test-9', expires_at: 1_900_000_009 };
    const { results, pairs } = await importInto([team, rotating, later]);
    expect(results).toMatchObject([{ outcome: 'installed' }, { outcome: 'updated' }, { outcome: 'unchanged' }]);
    expect(await pairs.find({ key: 'T0ACME0001', kind: 'bot', userId: '' })).toMatchObject({
      refreshToken: 'xoxe-1-test-1',
      credential: { expiresAtMs: 1_900_000_000_000 },
    });
  });

  it('takes installations of whole organizations', async () => {
    const { results, installations } = await importInto([
      {
        enterprise_id: 'E0ACME0001',
        team_id: null,
        is_enterprise_install: true,
        name: 'Acme Org',
        bot_token: 'xoxb-test-2',
      },
      { enterprise_id: 'E0ACME0001', is_enterprise_install: false, team_id: 'T0ACME0002', bot_token: 'xoxb-test-3' },
    ]);
    expect(results).toMatchObject([{ teamId: 'E0ACME0001' }, { teamId: 'T0ACME0002' }]);
    expect(await installations.find('E0ACME0001')).toMatchObject({
      installation: { isEnterprise: true, enterpriseId: 'E0ACME0001' },
      teams: [{ teamId: 'E0ACME0001', name: 'Acme Org' }],
    });
    expect(await installations.find('T0ACME0002')).toMatchObject({
      installation: { isEnterprise: false, enterpriseId: 'E0ACME0001' },
    });
  });

  it.each([
    [{ refreshtoken: 'xoxe-test-5' }, 'has the unknown field "refreshtoken"; known are team_id, '],
    [{ a: 1, b: 2 }, 'has the unknown fields "a", "b"'],
    [{ team_id: undefined }, 'team_id is required'],
    [{ team_id: undefined, enterprise_id: 'E1' }, 'is_enterprise_install must be true'],
    [{ is_enterprise_install: true }, 'enterprise_id is required'],
    [{ refresh_token: 'xoxe-1-test' }, 'refresh_token and expires_at (or expires_in) must be given together'],
    [{ expires_in: 60 }, 'refresh_token and expires_at (or expires_in) must be given together'],
    [
      { refresh_token: 'xoxe-1-test', expires_at: 1_900_000_000_000 },
      'expires_at must be seconds since 1970, not milli',
    ],
    [{ refresh_token: 'xoxe-1-test', expires_at: '1900000000' }, 'expires_at must be a number'],
    [{ user_token: 'xoxp-test' }, 'user_id and user_token must be given together'],
    [
      { user_id: 'U0ANN00001' },
      'user_id and user_token must be given together; who installed the app, without a token, is installed_by',
    ],
    [{ bot_token: 'xoxp-test' }, 'bot_token must be a bot token'],
    [
      { enterprise_id: 'E1', is_enterprise_install: true, workspaces: [{ team_id: 'T1' }, { team_id: 'E2' }] },
      'workspaces.team_id must begin with T',
    ],
  ])('says what is wrong with %j, and goes on', async (changes, message) => {
    const { results } = await importInto([
      { team_id: 'T0TYPO0001', bot_token: 'xoxb-test-4', ...changes },
      { team_id: 'T0ACME0001', bot_token: 'xoxb-test-1' },
    ]);
    expect(results).toEqual([
      { line: 1, error: expect.stringContaining(message) },
      { line: 2, teamId: 'T0ACME0001', outcome: 'installed' },
    ]);
    expect(JSON.stringify(results)).not.toContain('test-');
  });
});
