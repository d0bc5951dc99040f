import { describe, expect, it } from 'vitest';
import { envelopeOfFrame, eventIdOf } from './envelope.ts';

const message = { type: 'message', channel: 'C1', user: 'U1', text: 'hi', ts: '1795400000.000100', team: 'T1' };

describe('an RTM frame as an envelope', () => {
  it('has the shape of an event_callback', () => {
    const envelope = envelopeOfFrame(message, { teamId: 'T1', appId: 'A1', botUserId: 'UBOT' }, 1_795_400_000_900);
    expect(envelope.body).toEqual({
      type: 'event_callback',
      team_id: 'T1',
      api_app_id: 'A1',
      event_id: envelope.id,
      event_time: 1_795_400_000,
      authorizations: [
        { enterprise_id: null, team_id: 'T1', user_id: 'UBOT', is_bot: true, is_enterprise_install: false },
      ],
      event: message,
    });
    expect(envelope.id).toMatch(/^Ev[0-9A-F]{32}$/);
  });

  it('has the same id whenever the same fact comes again', () => {
    expect(eventIdOf({ ...message }, 'T1')).toBe(eventIdOf(message, 'T1'));
  });

  it.each([
    ['team', eventIdOf(message, 'T2')],
    ['subtype', eventIdOf({ ...message, subtype: 'message_changed' }, 'T1')],
    ['channel', eventIdOf({ ...message, channel: 'C2' }, 'T1')],
    ['timestamp', eventIdOf({ ...message, ts: '1795400000.000200' }, 'T1')],
    ['event timestamp', eventIdOf({ ...message, event_ts: '1795400009.000200' }, 'T1')],
    ['user', eventIdOf({ ...message, user: 'U2' }, 'T1')],
    ['reaction', eventIdOf({ ...message, reaction: 'wave' }, 'T1')],
  ])('has another id for another %s', (_what, id) => {
    expect(id).not.toBe(eventIdOf(message, 'T1'));
  });

  it('never takes two frames without a timestamp for the same', () => {
    const typing = { type: 'user_typing', channel: 'C1', user: 'U1' };
    expect(eventIdOf(typing, 'T1')).not.toBe(eventIdOf(typing, 'T1'));
  });
});
