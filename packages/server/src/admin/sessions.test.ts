/** Logins are valid on every node, and end with what they were made of. Over HTTP: authorization.test.ts. */
import { expect, it } from 'vitest';
import { TestClock } from '../time/test-clock.ts';
import { createSessions } from './sessions.ts';

const clock = new TestClock(1_795_000_000_000);
const settings = {
  tokens: { operate: 'token-one', read: 'token-two' },
  key: Buffer.alloc(32, 1),
  isSecure: true,
  clock,
};
const asked = new Request('http://api/');

/** A request of the browser that has the cookie. */
const withCookie = (setCookie: string) =>
  new Request('http://api/', { headers: { cookie: `other=1; ${setCookie.split(';')[0]}` } });

it('a login is valid on each node that has the same key and token', () => {
  const { session, setCookie } = createSessions(settings).begin('operate', asked);
  expect(createSessions(settings).find(withCookie(setCookie))).toEqual(session);
});

it.each([
  ['its token is changed', { tokens: { operate: 'another', read: 'token-two' } }],
  ['there is no such token any more', { tokens: { read: 'token-two' } }],
  ['its token has the other role now', { tokens: { operate: 'token-two', read: 'token-one' } }],
  ['the key of the database is changed', { key: Buffer.alloc(32, 2) }],
])('a login ends when %s', (_when, changed) => {
  const { setCookie } = createSessions(settings).begin('operate', asked);
  expect(createSessions({ ...settings, ...changed }).find(withCookie(setCookie))).toBeUndefined();
});

it('a login with the read token outlives a change of the other one', () => {
  const { setCookie } = createSessions(settings).begin('read', asked);
  const changed = createSessions({ ...settings, tokens: { operate: 'another', read: 'token-two' } });
  expect(changed.find(withCookie(setCookie))).toMatchObject({ role: 'read' });
});

it('cookies that somebody else set beside it do no harm', () => {
  const sessions = createSessions(settings);
  const { setCookie } = sessions.begin('read', asked);
  const [pair = ''] = setCookie.split(';');
  for (const cookie of [`slack-bot-admin=x; ${pair}`, `__Host-slack-bot-admin=x; ${pair}`, `=; ;${pair}`]) {
    expect(sessions.find(new Request('http://api/', { headers: { cookie } }))).toMatchObject({ role: 'read' });
  }
});
