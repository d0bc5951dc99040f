import { expect, it } from 'vitest';
import { placeOfError } from './error-place.ts';

const withStack = (...frames: string[]) => Object.assign(new Error('x'), { stack: ['Error: x', ...frames].join('\n') });

it.each([
  [
    'a listener',
    ['    at handler (file:///app/bot.ts:12:5)', '    at Bolt (/app/node_modules/bolt/x.js:1:1)'],
    'bot.ts:12:5',
  ],
  ['what it called', ['    at parse (/app/lib/parse.ts:3:9)', '    at /app/bot.ts:12:5'], 'lib/parse.ts:3:9'],
  [
    'behind a package',
    ['    at WebClient (/app/node_modules/@slack/x.js:9:9)', '    at async /app/bot.ts:7:3'],
    'bot.ts:7:3',
  ],
  ['a spaced path', ['    at async f (/app/my bot/bot.ts:7:3)'], 'my bot/bot.ts:7:3'],
  ['another folder', ['    at f (/srv/other.ts:1:2)'], '/srv/other.ts:1:2'],
  ['not Node', ['    at node:internal/process/task_queues:95:5', '    at JSON.parse (<anonymous>)'], null],
  ['not ours', ['    at f (/own/src/dispatch/bolt.ts:1:2)'], null],
  ['no frames', [], null],
  // The message is a part of the stack, and may quote what a person wrote.
  [
    'what its message quotes',
    ['    at x (file:///%ZZ:1:1)', '    at x (file:///a%2Fb:1:1)', '    at f (/app/bot.ts:12:5)'],
    'bot.ts:12:5',
  ],
])('the place of an error is that of %s', (_what, frames, expected) => {
  expect(placeOfError(withStack(...frames), '/app', '/own/src/')).toBe(expected);
});

it.each([
  ['thrown text'],
  [undefined],
  [{ stack: 'at f (/app/bot.ts:1:1)' }],
  [Object.assign(new Error('x'), { stack: 7 })],
  [
    Object.defineProperty(new Error('x'), 'stack', {
      get() {
        throw new Error('unreadable');
      },
    }),
  ],
])('there is none of %j', (error) => {
  expect(placeOfError(error)).toBeNull();
});
