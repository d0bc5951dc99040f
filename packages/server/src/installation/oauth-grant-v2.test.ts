import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { aGrantAnswerV2, BOT_TOKEN, USER_TOKEN } from './install-flow.test-kit.ts';
import { readGrantV2 } from './oauth-grant-v2.ts';

const NOW_MS = 1_760_000_000_000;
const TWELVE_HOURS_LATER_MS = NOW_MS + 43_200_000;

function read(changes: Record<string, unknown> = {}) {
  const answer = aGrantAnswerV2(changes);
  return readGrantV2('body' in answer ? answer.body : {}, { nowMs: NOW_MS });
}

const person = { id: 'U0ANN', scope: 'search:read', access_token: USER_TOKEN, token_type: 'user' };

describe('readGrantV2', () => {
  it('takes the bot’s token from the top and the person’s from authed_user', () => {
    expect(read()).toEqual({
      kind: 'grant',
      grant: {
        teamId: 'T0ACME',
        teamName: 'Acme',
        enterpriseId: null,
        isOrgWide: false,
        appId: 'A0APP',
        bot: { token: BOT_TOKEN, scopes: ['chat:write', 'commands'], expiresAtMs: null, refreshToken: null },
        botUserId: 'U0BOT',
        userId: 'U0ANN',
        user: { userId: 'U0ANN', token: USER_TOKEN, scopes: ['search:read'], expiresAtMs: null, refreshToken: null },
      },
    });
  });

  it('takes every key that Slack’s own sample has, and the webhook, whose URL is not printed with it', () => {
    const reading = read({
      authed_user: { ...person, refresh_token: 'xoxe-1-person', expires_in: 43_200 },
      access_token: 'xoxe.xoxb-1-acme',
      refresh_token: 'xoxe-1-bot',
      expires_in: 43_200,
      enterprise: { id: 'E0ACME', name: 'Acme Org' },
      incoming_webhook: { url: 'https://hooks.slack.com/services/T/B/x', channel: '#general', channel_id: 'C1' },
      response_metadata: { messages: [], warnings: [] },
    });
    expect(reading).toMatchObject({
      kind: 'grant',
      grant: {
        teamId: 'T0ACME',
        enterpriseId: 'E0ACME',
        bot: { token: 'xoxe.xoxb-1-acme', expiresAtMs: TWELVE_HOURS_LATER_MS, refreshToken: 'xoxe-1-bot' },
        user: { token: USER_TOKEN, expiresAtMs: TWELVE_HOURS_LATER_MS, refreshToken: 'xoxe-1-person' },
      },
    });
    expect(reading).toMatchObject({ grant: { incomingWebhook: { url: 'https://hooks.slack.com/services/T/B/x' } } });
    expect(JSON.stringify(reading)).not.toContain('hooks.slack.com');
    expect(inspect(reading, { depth: 9 })).not.toContain('hooks.slack.com');
  });

  it('knows who installed although no user scopes were asked for', () => {
    expect(read({ authed_user: { id: 'U0ANN' } })).toMatchObject({ grant: { userId: 'U0ANN', user: null } });
  });

  it.each([
    [{ team: null, enterprise: { id: 'E0ACME', name: 'Acme Org' }, is_enterprise_install: true }],
    [{ team: null, enterprise: { id: 'E0ACME', name: 'Acme Org' } }],
    [{ enterprise: { id: 'E0ACME', name: 'Acme Org' }, is_enterprise_install: true }],
  ])('takes an install of a whole organization for one of that in place of a team: %j', (changes) => {
    expect(read(changes)).toMatchObject({
      kind: 'grant',
      grant: {
        teamId: 'E0ACME',
        teamName: 'Acme Org',
        enterpriseId: 'E0ACME',
        isOrgWide: true,
        bot: { token: BOT_TOKEN },
      },
    });
  });

  it.each([
    ['bot', 'user scopes alone', { access_token: undefined, scope: undefined, token_type: undefined }],
    ['bot', 'a person’s token at the top', { access_token: USER_TOKEN, token_type: 'user' }],
    ['bot', 'a person’s token that says it is a bot’s', { access_token: USER_TOKEN }],
    ['bot', 'a refresh token', { access_token: 'xoxe-1-bot' }],
    ['bot', 'an app-level token', { access_token: 'xapp-1-A' }],
    ['bot', 'an empty token', { access_token: '' }],
    ['bot', 'a token with a line break', { access_token: 'xoxb-1\r\nx-evil: 1' }],
    ['bot', 'an endless token', { access_token: `xoxb-${'x'.repeat(4_000)}` }],
    ['bot', 'a token that is none', { access_token: { value: BOT_TOKEN } }],
    ['team', 'no team', { team: undefined }],
    ['team', 'a team and an organization that are null', { team: null }],
    ['team', 'a team id that is a path', { team: { id: '../etc', name: 'x' } }],
    ['team', 'a team id that is a number', { team: { id: 7 } }],
    ['team', 'a team that is a text', { team: 'T0ACME' }],
  ])('misses the %s in an answer with %s', (missing, _what, changes) => {
    expect(read(changes)).toEqual({ kind: 'incomplete', missing });
  });

  it.each([
    ['a bot’s token', { ...person, access_token: BOT_TOKEN }],
    ['a token type of a bot', { ...person, token_type: 'bot' }],
    ['no user id', { ...person, id: undefined }],
    ['a list', []],
    ['a text', 'U0ANN'],
  ])('leaves a person’s token out that is %s, and takes the bot', (_what, authed_user) => {
    expect(read({ authed_user })).toMatchObject({ kind: 'grant', grant: { bot: { token: BOT_TOKEN }, user: null } });
  });

  it.each([
    ['soon', 'xoxe-1-bot'],
    [-1, 'xoxe-1-bot'],
    [0, 'xoxe-1-bot'],
    [1e12, 'xoxe-1-bot'],
  ])('does not believe a life of %j and keeps the refresh token', (expires_in, refresh_token) => {
    expect(read({ expires_in, refresh_token })).toMatchObject({
      grant: { bot: { expiresAtMs: null, refreshToken: 'xoxe-1-bot' } },
    });
  });

  it.each([[7], [''], ['xoxb-no-refresh-token'], ['xoxe-1 2']])('takes no refresh token %j', (refresh_token) => {
    expect(read({ refresh_token })).toMatchObject({ grant: { bot: { refreshToken: null } } });
  });

  it('does without everything that is only nice to have', () => {
    const reading = read({ team: { id: 'T0ACME' }, app_id: 5, bot_user_id: null, scope: null, token_type: undefined });
    expect(reading).toMatchObject({
      grant: { teamName: null, appId: null, botUserId: null, bot: { scopes: [] } },
    });
  });
});
