import { describe, expect, it } from 'vitest';
import { describeInteraction, kindOf, revocationIn } from './body.ts';

describe('kindOf', () => {
  it.each([
    [{ type: 'event_callback', event_id: 'Ev1', event: { type: 'message' } }, 'event'],
    [{ type: 'event_callback', event: { type: 'message' } }, 'unknown'],
    [{ type: 'event_callback', event_id: 'Ev1' }, 'unknown'],
    [{ type: 'event_callback', event_id: 'Ev1', event: 'message' }, 'unknown'],
    [{ type: 'app_rate_limited' }, 'rate_limited'],
    [{ type: 'event_callback', event: { type: 'app_rate_limited' } }, 'rate_limited'],
    [{ command: '/stan' }, 'interaction'],
    [{ type: 'view_closed' }, 'interaction'],
    [{ type: 'dialog_cancellation' }, 'interaction'],
    [{ type: 'block_suggestions' }, 'interaction'],
    [{ type: 'event_from_the_future' }, 'unknown'],
    [{}, 'unknown'],
  ])('%j is %s', (body, kind) => {
    expect(kindOf(body)).toBe(kind);
  });
});

describe('describeInteraction', () => {
  it.each([
    [{ command: '/stan' }, 'slash_command', '/stan'],
    [{ type: 'block_actions', actions: [{ action_id: 'ok' }] }, 'block_actions', 'ok'],
    [{ type: 'block_suggestion', action_id: 'city' }, 'block_suggestion', 'city'],
    [{ type: 'view_submission', view: { callback_id: 'settings' } }, 'view_submission', 'settings'],
    [{ type: 'shortcut', callback_id: 'new' }, 'shortcut', 'new'],
    [{ type: 'interactive_message', callback_id: 'old', actions: [{ name: 'yes' }] }, 'interactive_message', 'old'],
  ])('%j is a %s named %s', (body, payloadType, name) => {
    expect(describeInteraction(body)).toEqual({ payloadType, name });
  });
});

describe('revocationIn', () => {
  it.each([
    ['a person', { oauth: ['UANN'], bot: [] }, { bot: false, users: ['UANN'] }],
    ['a person, and says no word of bots', { oauth: ['UANN'] }, { bot: false, users: ['UANN'] }],
    ['the bot', { bot: ['UBOT'] }, { bot: true, users: [] }],
    ['both', { oauth: ['UANN', 7, 'UBOB'], bot: ['UBOT'] }, { bot: true, users: ['UANN', 'UBOB'] }],
    ['nobody', { oauth: [], bot: [] }, { bot: true, users: 'all' }],
    ['nothing that can be read', { oauth: 'UANN', bot: {} }, { bot: true, users: 'all' }],
    ['nothing', undefined, { bot: true, users: 'all' }],
  ])('takes tokens_revoked that names %s for what it says', (_name, tokens, revocation) => {
    expect(revocationIn({ event: { type: 'tokens_revoked', tokens } })).toEqual(revocation);
  });

  it('takes app_uninstalled, and an event whose body is gone, for the end of everything', () => {
    for (const body of [{ event: { type: 'app_uninstalled' } }, {}]) {
      expect(revocationIn(body)).toEqual({ bot: true, users: 'all' });
    }
  });
});
