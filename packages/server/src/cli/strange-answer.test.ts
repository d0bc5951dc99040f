/** What is said of answers that none of our servers gives. */
import { expect, it, vi } from 'vitest';
import { listTeams } from '../operations/teams/list-teams.ts';
import { TestClock } from '../time/test-clock.ts';
import { answering, HTML, http, JSON_TYPE, said, TOKEN } from './remote-server.test-kit.ts';

it.each([
  [
    200,
    HTML,
    '<!doctype html>\n<title>Log in</title>',
    '200 (text/html)',
    '<!doctype html> <title>Log in</title>',
    'That is a web page',
  ],
  [
    502,
    HTML,
    '<h1>502 Bad Gateway</h1>',
    '502 (text/html)',
    '<h1>502 Bad Gateway</h1>',
    'cannot reach the server behind it',
  ],
  [
    401,
    { 'content-type': 'text/plain' },
    'Who are you?',
    '401 (text/plain)',
    'Who are you?',
    'wants a login of its own',
  ],
  [
    404,
    {},
    'nothing here',
    '404 (no content type)',
    'nothing here',
    'Check the address in --server. The server must have ADMIN_TOKEN',
  ],
  [200, JSON_TYPE, '{"teams": [', '200 (application/json)', '{"teams": [', 'That is broken JSON'],
  [
    500,
    { 'content-type': 'application/problem+json' },
    '{"a":1}',
    '500 (application/problem+json)',
    '{"a":1}',
    'Check the address',
  ],
])(
  'tells of an answer %i %j what came in place of ours, and of whom it may be',
  async (status, headers, body, what, begin, fix) => {
    expect(await said(await answering(status, headers, body))).toEqual([
      `answered ${what}, which is not an answer of the admin API; it begins: ${begin}`,
      expect.stringContaining(fix),
    ]);
  },
);

it('tells of an empty answer that nothing came', async () => {
  const [message] = await said(await answering(204, {}, ''));
  expect(message).toBe('answered 204 (no content type), which is not an answer of the admin API; it is empty');
});

it('tells of a long answer how it begins, and of no answer the token that was sent', async () => {
  const url = await http(({ headers }, response) =>
    response.end(`${'x'.repeat(60)}${headers.authorization}${'y'.repeat(99_999)}`),
  );
  expect(await said(url)).toEqual([
    expect.stringMatching(/it begins: x{60}Bearer \[secret\]y{5}$/),
    expect.any(String),
  ]);
});

it.each([
  ['after what is read of an answer', `${' '.repeat(1_010)}Bearer test-admin-`],
  ['at the end of one', 'Bearer test-admin-'],
])('tells no half of the token that comes %s', async (_where, begin) => {
  const url = await http((_request, response) => response.end(begin));
  expect((await said(url))[0]).toMatch(/it begins: Bearer$/);
});

it.each([
  ['goes on', 'z'.repeat(2_000), /it begins: z{80}$/],
  ['stays mute', '<p>', /it begins: <p>$/],
])('does not wait for the end of an answer of somebody else that %s', async (_what, begin, message) => {
  const clock = new TestClock(0, { ioPatienceMs: 1 });
  const url = await http((_request, response) => void response.writeHead(200, HTML).write(begin));
  let isTold = false;
  const telling = said(url, listTeams, clock).finally(() => (isTold = true));
  await vi.waitUntil(() => clock.advance(500).then(() => isTold), { interval: 1 });
  expect(await telling).toEqual([expect.stringMatching(message), expect.stringContaining('a web page')]);
});

it('tells of a long content type how it begins', async () => {
  const url = await answering(200, { 'content-type': 'x'.repeat(15_000) }, 'hello');
  expect((await said(url))[0]).toContain(`answered 200 (${'x'.repeat(60)}), which`);
});

it.each([
  ['is longer than any', `http://${'a'.repeat(12_000)}.test/api/teams`],
  ['is of no web server', 'slack:/api/teams'],
  ['is the token', `http://${TOKEN}/api/teams`],
  ['is broken off', 'http://'],
])('names no address of a redirect that %s', async (_what, location) => {
  expect(await said(await answering(302, { location }, ''))).toEqual([
    'answered 302, a redirect to an address that cannot be read',
    expect.stringContaining('wants a login'),
  ]);
});

it('follows no redirect, and names the address to which a proxy leads', async () => {
  const elsewhere = await http(({ url = '' }, response) =>
    response.writeHead(308, { location: `https://bot.test${url}` }).end(),
  );
  expect(await said(elsewhere)).toEqual([
    'answered 308, a redirect to https://bot.test',
    'If that is your server, use https://bot.test in --server.',
  ]);
  const login = await answering(302, { location: '/login?from=api' }, '');
  expect(await said(login)).toEqual([`answered 302, a redirect to ${login}`, expect.stringContaining('wants a login')]);
});
