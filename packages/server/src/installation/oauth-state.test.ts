import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { TestClock } from '../time/test-clock.ts';
import { createOAuthStates, type OAuthStates, STATE_TTL_MS } from './oauth-state.ts';

const stateKey = new Uint8Array(32).fill(1);
let clock: TestClock;
let states: OAuthStates;

beforeEach(() => {
  clock = new TestClock();
  states = createOAuthStates({ stateKey, cookiePath: '/slack', isSecure: true, clock });
});

const cookieIn = (setCookie: string) => setCookie.split(';')[0] as string;

describe('state', () => {
  it('is valid for the browser to which it was given, on any node with the key', () => {
    const otherNode = createOAuthStates({ stateKey, cookiePath: '/slack', isSecure: true, clock });
    const { state, setCookie } = states.issue(undefined);
    expect(otherNode.verify(state, cookieIn(setCookie))).toMatchObject({ kind: 'valid' });
  });

  it('is found among other cookies', () => {
    const { state, setCookie } = states.issue(undefined);
    expect(states.verify(state, `a=1; ${cookieIn(setCookie)}; b=2`)).toMatchObject({ kind: 'valid' });
  });

  it('does not disturb the state of another tab', () => {
    const first = states.issue(undefined);
    const second = states.issue(cookieIn(first.setCookie));
    const cookie = cookieIn(second.setCookie);
    expect(states.verify(first.state, cookie)).toMatchObject({ kind: 'valid' });
    expect(states.verify(second.state, cookie)).toMatchObject({ kind: 'valid' });
    expect(second.state).not.toBe(first.state);
  });

  it('is foreign without the cookie, in another browser and with a damaged cookie', () => {
    const { state, setCookie } = states.issue(undefined);
    const other = cookieIn(states.issue(undefined).setCookie);
    expect(states.verify(state, undefined)).toEqual({ kind: 'foreign' });
    expect(states.verify(state, other)).toEqual({ kind: 'foreign' });
    expect(states.verify(state, cookieIn(setCookie).slice(0, -1))).toEqual({ kind: 'foreign' });
  });

  it('expires after ten minutes and not before', async () => {
    const { state, setCookie } = states.issue(undefined);
    await clock.advance(STATE_TTL_MS - 1);
    expect(states.verify(state, cookieIn(setCookie))).toMatchObject({ kind: 'valid' });
    await clock.advance(1);
    expect(states.verify(state, cookieIn(setCookie))).toEqual({ kind: 'expired' });
  });

  it('is valid on a node whose clock is a little behind', () => {
    const { state, setCookie } = states.issue(undefined);
    const behind = new TestClock(clock.now() - 5_000);
    const otherNode = createOAuthStates({ stateKey, cookiePath: '/slack', isSecure: true, clock: behind });
    expect(otherNode.verify(state, cookieIn(setCookie))).toMatchObject({ kind: 'valid' });
  });

  it('made with another key is forged', () => {
    const stranger = createOAuthStates({
      stateKey: new Uint8Array(32).fill(2),
      cookiePath: '/slack',
      isSecure: true,
      clock,
    });
    const { state, setCookie } = stranger.issue(undefined);
    expect(states.verify(state, cookieIn(setCookie))).toEqual({ kind: 'forged' });
  });

  it('has one spelling only, so that a variant is no second use', () => {
    const { state, setCookie } = states.issue(undefined);
    const variants = [`${state}=`, `${state}==`, ` ${state}`, `${state}\n`, `${state}!`];
    const answers = variants.map((variant) => states.verify(variant, cookieIn(setCookie)).kind);
    expect(answers).toEqual(variants.map(() => 'forged'));
  });

  it.each([undefined, 'plan=pro', 'ü'.repeat(512)])('carries the metadata %s', async (metadata) => {
    const { state, setCookie } = states.issue(undefined, metadata);
    expect(states.verify(state, cookieIn(setCookie))).toMatchObject({ kind: 'valid', metadata });
    await clock.advance(STATE_TTL_MS);
    expect(states.verify(state, cookieIn(setCookie))).toEqual({ kind: 'expired' });
    expect(states.metadataOf(state)).toBe(metadata);
    expect(states.metadataOf(`${state.slice(0, -4)}AAAA`)).toBeUndefined();
  });

  it.each([undefined, 'plan=pro'])('is never verified when it was changed in any bit (metadata: %s)', (metadata) => {
    const { state, setCookie } = states.issue(undefined, metadata);
    const bytes = Buffer.from(state, 'base64url');
    fc.assert(
      fc.property(fc.nat(bytes.length * 8 - 1), (bit) => {
        const changed = Buffer.from(bytes);
        changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        return states.verify(changed.toString('base64url'), cookieIn(setCookie)).kind === 'forged';
      }),
      { numRuns: 600 },
    );
  });

  it('is never verified when it was made up, whatever the cookie says', () => {
    const { setCookie } = states.issue(undefined);
    const madeUp = fc.oneof(
      fc.string(),
      fc.base64String(),
      fc.uint8Array({ minLength: 70, maxLength: 70 }).map((bytes) => Buffer.from(bytes).toString('base64url')),
    );
    const cookies = fc.oneof(fc.constant(cookieIn(setCookie)), fc.string(), fc.constant(undefined));
    fc.assert(fc.property(madeUp, cookies, (state, cookie) => states.verify(state, cookie).kind === 'forged'));
  });

  it('is never verified by a made-up cookie', () => {
    const { state } = states.issue(undefined);
    const cookies = fc.oneof(
      fc.string(),
      fc.stringMatching(/^[A-Za-z0-9_-]{32}$/).map((id) => `__Host-slack-install=${id}`),
    );
    fc.assert(fc.property(cookies, (cookie) => states.verify(state, cookie).kind === 'foreign'));
  });
});

describe('cookie', () => {
  it('is of this host alone, and readable by this server only', () => {
    const { setCookie } = states.issue(undefined);
    expect(setCookie).toMatch(
      /^__Host-slack-install=[A-Za-z0-9_-]{32}; Path=\/; Max-Age=3600; HttpOnly; SameSite=Lax; Secure$/,
    );
  });

  it('is not Secure on plain http, where browsers would drop it', () => {
    const plain = createOAuthStates({ stateKey, cookiePath: '/slack', isSecure: false, clock });
    expect(plain.issue(undefined).setCookie).toMatch(
      /^slack-install=[^;]+; Path=\/slack; Max-Age=3600; HttpOnly; SameSite=Lax$/,
    );
  });

  it('of an unknown shape is replaced', () => {
    const { setCookie } = states.issue('__Host-slack-install=<script>');
    expect(setCookie).not.toContain('script');
  });

  it.each([
    ['under the name that a sibling host can write', (id: string) => `slack-install=${id}`],
    ['under the name of before', (id: string) => `__Secure-slack-install=${id}`],
    ['in other letters, which browsers take for no prefix', (id: string) => `__host-slack-install=${id}`],
    ['behind a space that browsers keep', (id: string) => `\u00a0__Host-slack-install=${id}`],
    [
      'beside that of the browser',
      (id: string) => `__Host-slack-install=${id}; __Host-slack-install=${'x'.repeat(32)}`,
    ],
    [
      'behind that of the browser',
      (id: string) => `__Host-slack-install=${'x'.repeat(32)}; __Host-slack-install=${id}`,
    ],
  ])('that was planted ends no visit of somebody else: %s', (_how, planted) => {
    const { state, setCookie } = states.issue(undefined);
    const id = cookieIn(setCookie).split('=')[1] ?? '';
    expect(states.verify(state, planted(id))).toEqual({ kind: 'foreign' });
  });
});

describe('the verifier of PKCE', () => {
  it('is the same on every node with the key, another for each visit, and long enough', () => {
    const otherNode = createOAuthStates({ stateKey, cookiePath: '/slack', isSecure: true, clock });
    const { state, setCookie, verifier } = states.issue(undefined);
    expect(otherNode.verify(state, cookieIn(setCookie))).toMatchObject({ kind: 'valid', verifier });
    expect(states.issue(cookieIn(setCookie)).verifier).not.toBe(verifier);
    // 43 to 128 characters of this kind. (RFC 7636, 4.1)
    expect(verifier).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(state).not.toContain(verifier);
  });
});
