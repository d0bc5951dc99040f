import { describe, expect, it } from 'vitest';
import { signatureHeaders } from './signature.ts';

describe('signatureHeaders', () => {
  it("signs as in Slack's own example", () => {
    const body =
      'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar' +
      '&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=' +
      '&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN' +
      '&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c';
    expect(
      signatureHeaders({ signingSecret: '8f742231b10e8888abcd99yyyzzz85a5', body, timestampSeconds: 1_531_420_618 }),
    ).toEqual({
      'x-slack-request-timestamp': '1531420618',
      'x-slack-signature': 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
    });
  });

  it('signs JSON as it is sent', () => {
    const { 'x-slack-signature': signature } = signatureHeaders({
      signingSecret: 'test-signing-secret',
      body: '{"type":"event_callback"}',
      timestampSeconds: 1_750_000_000,
    });
    expect(signature).toBe('v0=838f6b723452a3ed5d0f079d507cba1aa5f6d74baa42c71b7ea7511ed624b84e');
  });
});
