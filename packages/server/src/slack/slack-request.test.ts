import { describe, expect, it } from 'vitest';
import { isSafeToRepeat, methodOf, tokenOf } from './slack-request.ts';

const API = 'https://slack.com/api/';

describe('tokenOf', () => {
  it.each([
    ['a Bearer header', { headers: { Authorization: 'Bearer xoxb-test-1' } }],
    ['a Headers object', { headers: new Headers({ authorization: 'bearer xoxb-test-1' }) }],
    ['a form', { body: 'channel=C1&token=xoxb-test-1' }],
    ['URLSearchParams', { body: new URLSearchParams({ token: 'xoxb-test-1' }) }],
    ['JSON', { body: '{"token":"xoxb-test-1","channel":"C1"}' }],
  ])('finds the token in %s', (_where, init) => {
    expect(tokenOf(init)).toBe('xoxb-test-1');
  });

  it('finds the token in a multipart form', () => {
    const body = new FormData();
    body.set('token', 'xoxb-test-1');
    expect(tokenOf({ body })).toBe('xoxb-test-1');
  });

  it.each([
    ['nothing', undefined],
    ['Basic authorization', { headers: { authorization: `Basic ${btoa('id:secret')}` } }],
    ['a body without one', { body: 'text=a+token+is+mentioned' }],
    ['broken JSON', { body: '{"token":' }],
    ['a token that is not a string', { body: '{"token":7}' }],
  ])('finds none in %s', (_where, init) => {
    expect(tokenOf(init)).toBeUndefined();
  });
});

describe('methodOf', () => {
  it('names the method below the base URL and nothing elsewhere', () => {
    expect(methodOf('https://slack.com/api/chat.postMessage', API)).toBe('chat.postMessage');
    expect(methodOf('https://slack.com/api/auth.test?x=1', API)).toBe('auth.test');
    expect(methodOf('https://hooks.slack.com/commands/T1/2/3', API)).toBeUndefined();
    expect(methodOf('https://slack.com.evil.test/api/auth.test', API)).toBeUndefined();
  });
});

describe('isSafeToRepeat', () => {
  it.each(['auth.test', 'users.info', 'conversations.list', 'conversations.history', 'reactions.get'])(
    'repeats %s',
    (method) => {
      expect(isSafeToRepeat(method, 'POST')).toBe(true);
    },
  );
  it.each(['chat.postMessage', 'conversations.invite', 'files.completeUploadExternal', 'oauth.access', undefined])(
    'does not repeat %s',
    (method) => {
      expect(isSafeToRepeat(method, 'POST')).toBe(false);
    },
  );
});
