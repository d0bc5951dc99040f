import { expect, it } from 'vitest';
import { methodLabel } from './known-methods.ts';

it.each([
  'chat.postMessage',
  'auth.test',
  'rtm.connect',
  'apps.connections.open',
  'oauth.v2.access',
  'admin.apps.approved.list',
])('counts %s by its name', (method) => {
  expect(methodLabel(method)).toBe(method);
});

it.each([undefined, 'made.up', 'constructor', '__proto__', 'chat', 'chat.postMessage.x'])(
  'counts %s as other, so that a listener cannot make up series',
  (method) => {
    expect(methodLabel(method)).toBe('other');
  },
);
