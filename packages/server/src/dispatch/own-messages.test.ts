import { describe, expect, it } from 'vitest';
import { envelopeOfFrame } from '../inbox/envelope.ts';
import { isOwnFromElsewhere, type Recipient } from './own-messages.ts';

/** Acme reads; Globex has the same app, East is a workspace of the organization that has it too. */
const bots: Record<string, string> = {
  BACME: 'TACME',
  UBOTACME: 'TACME',
  BGLOBEX: 'TGLOBEX',
  UBOTGLOBEX: 'TGLOBEX',
  BORG: 'EORG',
};
const teams: Record<string, string> = {
  TACME: 'TACME',
  TGLOBEX: 'TGLOBEX',
  TEAST: 'EORG',
  TWEST: 'EORG',
  EORG: 'EORG',
};
const acme: Recipient = {
  key: 'TACME',
  appId: 'AOURS',
  installationOfBot: (id) => bots[id],
  installationOf: (teamId) => teams[teamId],
};
const org: Recipient = { ...acme, key: 'EORG' };
const message = (facts: object) => ({ api_app_id: 'AOURS', event: { type: 'message', text: 'hi', ...facts } });
const ofGlobex = {
  user: 'UBOTGLOBEX',
  bot_id: 'BGLOBEX',
  app_id: 'AOURS',
  team: 'TGLOBEX',
  bot_profile: { app_id: 'AOURS', team_id: 'TGLOBEX' },
};

describe('a message of this app from another installation', () => {
  it.each<[string, Record<string, unknown>]>([
    ['by all that Slack says', message(ofGlobex)],
    ['by its bot alone', message({ bot_id: 'BGLOBEX' })],
    ['by its profile alone', message({ bot_id: 'BOTHER', bot_profile: { app_id: 'AOURS', team_id: 'TGLOBEX' } })],
    ['by its app and team', message({ app_id: 'AOURS', team: 'TSTRANGER' })],
    ['by its app, with a bot that is not known', message({ app_id: 'AOURS', bot_id: 'BOLD' })],
    ['by its bot’s user, in a shared channel', { ...message({ user: 'UBOTGLOBEX' }), is_ext_shared_channel: true }],
    ['by its bot’s user and team', message({ user: 'UBOTGLOBEX', user_team: 'TGLOBEX' })],
    ['as a mention', message({ ...ofGlobex, type: 'app_mention' })],
    ['in an edit', message({ subtype: 'message_changed', message: ofGlobex })],
    ['in a deletion', message({ subtype: 'message_deleted', previous_message: ofGlobex })],
    [
      'in a reaction of its bot',
      { event: { type: 'reaction_added', user: 'UBOTGLOBEX' }, is_ext_shared_channel: true },
    ],
  ])('is known %s', (_what, body) => {
    expect(isOwnFromElsewhere(body, acme)).toBe(true);
  });

  it('is known on RTM, also as a bot_message', () => {
    const team = { teamId: 'TACME', appId: 'AOURS', botUserId: 'UBOTACME' };
    for (const facts of [{ subtype: 'bot_message', bot_id: 'BGLOBEX' }, ofGlobex]) {
      const { body } = envelopeOfFrame({ type: 'message', channel: 'C1', ts: '1.1', text: 'hi', ...facts }, team, 0);
      expect(isOwnFromElsewhere(body, acme)).toBe(true);
    }
  });

  it('is known while the app’s id stands in the delivery alone', () => {
    expect(isOwnFromElsewhere(message({ app_id: 'AOURS', team: 'TSTRANGER' }), { ...acme, appId: null })).toBe(true);
  });
});

describe('none', () => {
  it.each<[string, Record<string, unknown>]>([
    ['of a person', message({ user: 'UANN', team: 'TACME' })],
    ['of a person of the other side', { ...message({ user: 'UEVE', team: 'TGLOBEX' }), is_ext_shared_channel: true }],
    [
      'of another app',
      message({ bot_id: 'BELSE', app_id: 'AELSE', team: 'TGLOBEX', bot_profile: { app_id: 'AELSE' } }),
    ],
    ['of the team’s own bot, which Bolt leaves out', message({ user: 'UBOTACME', bot_id: 'BACME', app_id: 'AOURS' })],
    ['by the app for a person of the team', message({ user: 'UANN', bot_id: 'BUSER', app_id: 'AOURS', team: 'TACME' })],
    ['of a person with the other bot’s id', message({ user: 'UBOTGLOBEX', team: 'TACME' })],
    [
      'that the other bot has joined',
      { ...message({ type: 'member_joined_channel', user: 'UBOTGLOBEX' }), is_ext_shared_channel: true },
    ],
    ['without an author', message({})],
    ['without an event', {}],
  ])('is a message %s', (_what, body) => {
    expect(isOwnFromElsewhere(body, acme)).toBe(false);
  });

  it('is a message of the organization’s bot in another of its workspaces', () => {
    expect(isOwnFromElsewhere(message({ bot_id: 'BORG', app_id: 'AOURS', team: 'TWEST' }), org)).toBe(false);
    expect(isOwnFromElsewhere(message({ bot_id: 'BELSE', app_id: 'AOURS', team: 'TWEST' }), org)).toBe(false);
  });
});
