import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { claimIn, createSignatureCheck } from './signature.ts';

const SECRET = '8f742231b10e8888abcd99yyyzzz85a5';
const TIMESTAMP = '1531420618';
const BODY =
  'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c';
const SIGNATURE = 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503';

interface SignedRequest {
  timestamp: string | undefined;
  signature: string | undefined;
  body: Uint8Array;
}

/** Slack's documented request, changed as a test asks. */
function check(change: Partial<SignedRequest> = {}): boolean {
  const right = { timestamp: TIMESTAMP, signature: SIGNATURE, body: Buffer.from(BODY) };
  const { timestamp, signature, body } = { ...right, ...change };
  const headers = { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': signature };
  const claim = claimIn(headers, Number(TIMESTAMP) * 1_000);
  return claim !== undefined && createSignatureCheck(SECRET)(claim, body);
}

/** A right signature of whatever timestamp. */
const signed = (timestamp: string) => ({
  timestamp,
  signature: `v0=${createHmac('sha256', SECRET).update(`v0:${timestamp}:${BODY}`).digest('hex')}`,
});

describe('a signature', () => {
  it('of the documentation of Slack is right', () => {
    expect(check()).toBe(true);
  });

  it('of a JSON body is right', () => {
    const isSigned = createSignatureCheck('test-signing-secret');
    const claim = {
      timestamp: '1750000000',
      signature: 'v0=838f6b723452a3ed5d0f079d507cba1aa5f6d74baa42c71b7ea7511ed624b84e',
    };
    expect(isSigned(claim, Buffer.from('{"type":"event_callback"}'))).toBe(true);
  });

  it.each<[string, Partial<SignedRequest>]>([
    ['without a timestamp', { timestamp: undefined }],
    ['without a signature', { signature: undefined }],
    ['of another body', { body: Buffer.from(`${BODY} `) }],
    ['of an empty body', { body: Buffer.alloc(0) }],
    ['with another digit', { signature: `${SIGNATURE.slice(0, -1)}4` }],
    ['of another version', { signature: SIGNATURE.replace('v0', 'v1') }],
    ['without a version', { signature: SIGNATURE.slice(3) }],
    ['that is too short', { signature: SIGNATURE.slice(0, -2) }],
    ['that is too long', { signature: `${SIGNATURE}00` }],
    ['in capitals', { signature: SIGNATURE.toUpperCase() }],
    ['with what is no digit', { signature: `${SIGNATURE.slice(0, -1)}ü` }],
    ['that came twice', { signature: `${SIGNATURE}, ${SIGNATURE}` }],
    ['of another time', { timestamp: '1531420619' }],
    ['of no time', signed('')],
    ['of a time in words', signed('now')],
    ['of a negative time', signed('-1531420618')],
    ['of a broken time', signed('1531420618.5')],
    ['of a time in powers', signed('1531420618e0')],
  ])('%s is wrong', (_name, change) => {
    expect(check(change)).toBe(false);
  });

  it.each([
    [-301, false],
    [-300, true],
    [300, true],
    [301, false],
  ])('of a request that is %i seconds ahead: %s', (ahead, expected) => {
    expect(check(signed(String(Number(TIMESTAMP) + ahead)))).toBe(expected);
  });
});
