import { describe, expect, it } from 'vitest';
import { aGrantAnswer, BOT_TOKEN, USER_TOKEN } from './install-flow.test-kit.ts';
import { installInputOf, readGrantV1 } from './oauth-grant.ts';

function read(changes: Record<string, unknown> = {}) {
  const answer = aGrantAnswer(changes);
  return readGrantV1('body' in answer ? answer.body : {});
}

describe('readGrantV1', () => {
  it('takes the token of the bot and not that of the person', () => {
    expect(read()).toEqual({
      kind: 'grant',
      grant: {
        teamId: 'T0ACME',
        teamName: 'Acme',
        enterpriseId: null,
        isOrgWide: false,
        appId: null,
        bot: { token: BOT_TOKEN, scopes: ['bot'], expiresAtMs: null },
        botUserId: 'U0BOT',
        userId: 'U0ANN',
        user: { userId: 'U0ANN', token: USER_TOKEN, scopes: ['identify', 'bot'], expiresAtMs: null },
      },
    });
  });

  it.each([
    ['half a pair', 'U\ud800'],
    ['a NUL', 'U\0'],
    ['100,000 characters', 'U'.repeat(100_000)],
    ['a number', 1e300],
  ])('takes %s for no id, and cuts a name without end', (_, odd) => {
    const name = 'é'.repeat(300);
    const reading = read({ team_name: name, enterprise_id: odd, app_id: odd, user_id: odd });
    expect(reading).toMatchObject({
      kind: 'grant',
      grant: { teamName: 'é'.repeat(255), enterpriseId: null, appId: null, userId: null, user: null },
    });
  });

  it.each([
    ['bot', { bot: undefined }],
    ['bot', { bot: null }],
    ['bot', { bot: { bot_user_id: 'U0BOT' } }],
    ['bot', { bot: { bot_user_id: 'U0BOT', bot_access_token: '' } }],
    ['bot', { bot: { bot_user_id: 'U0BOT', bot_access_token: 'xoxb-with a space' } }],
    ['bot', { bot: { bot_user_id: 'U0BOT', bot_access_token: USER_TOKEN } }],
    ['team', { team_id: undefined }],
    ['team', { team_id: '../etc' }],
    ['team', { team_id: 7 }],
    ['team', { team_id: undefined, bot: undefined }],
  ])('names the %s as missing from %j', (missing, changes) => {
    expect(read(changes)).toEqual({ kind: 'incomplete', missing });
  });

  it('leaves a token out that cannot be the person’s', () => {
    expect(read({ access_token: BOT_TOKEN })).toMatchObject({ kind: 'grant', grant: { userId: 'U0ANN', user: null } });
  });

  it('does without everything that is only nice to have', () => {
    const reading = read({ team_name: 5, user_id: undefined, scope: undefined, enterprise_id: undefined });
    expect(reading).toMatchObject({ kind: 'grant', grant: { teamName: null, enterpriseId: null, user: null } });
  });
});

describe('installInputOf', () => {
  const reading = read();
  const grant = reading.kind === 'grant' ? reading.grant : expect.unreachable();

  it('prefers what auth.test says of the token', () => {
    const identity = { teamName: 'Acme Ltd', domain: 'acme', botUserId: 'U0NEW', botId: 'B0BOT', appId: 'A0APP' };
    expect(installInputOf(grant, identity)).toMatchObject({
      key: 'T0ACME',
      appId: 'A0APP',
      team: { teamId: 'T0ACME', name: 'Acme Ltd', domain: 'acme', botUserId: 'U0NEW', botId: 'B0BOT' },
    });
  });

  it('leaves empty what only auth.test knows', () => {
    const { team } = installInputOf(grant, null);
    expect(team).toEqual({ teamId: 'T0ACME', name: 'Acme', domain: null, botUserId: 'U0BOT', botId: null });
  });
});
