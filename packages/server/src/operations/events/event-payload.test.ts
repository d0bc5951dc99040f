import { describe, expect, it } from 'vitest';
import { readablePayload } from './event-payload.ts';

describe('a payload that is shown', () => {
  it('has no verification token, no response address and nothing with the shape of a token', () => {
    const payload = {
      token: 'Jhj5dZrVaK7ZwHHjRyZWjbDl',
      team_id: 'T0ACME0001',
      event: {
        type: 'function_executed',
        bot_access_token: 'xwfp-1-2-3',
        text: 'my token is xoxb-1-2-abc',
        response_urls: [{ channel_id: 'C1', response_url: 'https://hooks.slack.com/app/T0/1/secret' }],
      },
    };
    expect(readablePayload(JSON.stringify(payload))).toEqual({
      token: '[secret]',
      team_id: 'T0ACME0001',
      event: {
        type: 'function_executed',
        bot_access_token: '[secret]',
        text: 'my token is [token]',
        response_urls: [{ channel_id: 'C1', response_url: '[secret]' }],
      },
    });
  });

  it('keeps whose tokens were revoked: those are ids of users', () => {
    const payload = { event: { type: 'tokens_revoked', tokens: { oauth: ['U1'], bot: ['U2'] }, n: 1.5, none: null } };
    expect(readablePayload(JSON.stringify(payload))).toEqual(payload);
  });

  it('is shown as deep as a person reads, however deep it is', () => {
    const depth = 100_000;
    const payload = `{"event":{"a":${'['.repeat(depth)}${']'.repeat(depth)},"b":1,"__proto__":{"x":2}}}`;
    const shown = JSON.stringify(readablePayload(payload), null, 2);
    expect(shown).toContain('[nested too deep to be shown]');
    expect(shown).toContain('"b": 1');
    expect(shown).toContain('"__proto__"');
    expect(shown.length).toBeLessThan(50_000);
  });
});
