import { describe, expect, it } from 'vitest';
import { identityIn } from './identify.ts';

const answer = {
  url: 'https://acme.slack.com/',
  team: 'Acme',
  team_id: 'T0ACME',
  enterprise_id: 'E0ACME',
  user_id: 'U0BOT',
  bot_id: 'B0BOT',
  app_id: 'A0APP',
  user: 'rota',
};

describe('the identity in an answer of auth.test', () => {
  it('is read from its fields', () => {
    expect(identityIn(answer)).toEqual({
      teamId: 'T0ACME',
      enterpriseId: 'E0ACME',
      teamName: 'Acme',
      domain: 'acme',
      botUserId: 'U0BOT',
      botId: 'B0BOT',
      appId: 'A0APP',
      appName: null,
      botName: 'rota',
    });
  });

  it.each([['E\0'], ['E\ud800'], ['E'.repeat(5_000)], ['E 1'], [1e300], [{}], ['']])('has no id in %j', (odd) => {
    const ids = { team_id: odd, enterprise_id: odd, user_id: odd, bot_id: odd, app_id: odd };
    expect(identityIn({ ...answer, ...ids })).toEqual({
      teamId: null,
      enterpriseId: null,
      teamName: 'Acme',
      domain: 'acme',
      botUserId: null,
      botId: null,
      appId: null,
      appName: null,
      botName: null,
    });
  });

  it('has the name of the app where Slack tells it', () => {
    expect(identityIn({ ...answer, app_name: 'Rota & Co' })).toMatchObject({ appName: 'Rota & Co', botName: 'rota' });
  });

  it('has no name of the bot for the token of a person', () => {
    const { bot_id: _none, ...person } = answer;
    expect(identityIn({ ...person, user: 'ann.lee' })).toMatchObject({ appName: null, botName: null });
  });

  it('has names of 255 characters at most, and no half ones', () => {
    const { teamName } = identityIn({ ...answer, team: `${'a'.repeat(254)}😀` });
    expect(teamName).toBe(`${'a'.repeat(254)}\ufffd`);
  });
});
