/** The API as a client sees it: rows of a real database over real HTTP. With a running server: test/admin-api.test.ts. */
import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { BotServerError } from '../errors.ts';
import { anEnvelope } from '../inbox/inbox.test-kit.ts';
import { defineOperation } from '../operations/operation.ts';
import { install } from '../operations/operations.test-kit.ts';
import { engines } from '../store/store-fixture.test-kit.ts';
import { type Api, expectProblem, OPERATE_TOKEN, openApi, READ_TOKEN } from './admin.test-kit.ts';

const countdown = defineOperation({
  name: 'tests.count',
  role: 'operate',
  summary: 'for this test',
  input: z.strictObject({ from: z.int(), fails: z.boolean().default(false) }),
  output: z.object({ counted: z.int() }),
  progress: z.object({ left: z.int() }),
  errors: ['data_conflict'],
  async run({ onProgress }, { from, fails }) {
    for (let left = from; left > 0; left--) onProgress({ left });
    if (fails) throw new BotServerError('data_conflict', 'It failed on the way xoxb-test-leak');
    return await Promise.resolve({ counted: from });
  },
});

/** Ends when its caller does not want to wait any more. */
const endless = defineOperation({
  name: 'tests.wait',
  role: 'operate',
  summary: 'for this test',
  input: z.strictObject({}),
  output: countdown.output,
  progress: z.object({ left: z.int() }),
  errors: [],
  async run({ signal }) {
    await new Promise<void>((resolve) => {
      signal?.addEventListener('abort', () => resolve(), { once: true });
      // Its caller may go while the audit is written, before it begins.
      if (signal?.aborted) resolve();
    });
    return { counted: 0 };
  },
});

describe.each(engines)('on %s', (engine) => {
  it('lists are read page by page, with typed fields in the query', async () => {
    const api = await openApi(engine);
    await install(api, 'T1', 'T2', 'T3');
    const first = await api.ask('GET', '/api/teams?limit=2&query=status%3Aactive');
    expect(first.body).toMatchObject({ teams: [{ teamId: 'T1' }, { teamId: 'T2' }] });
    const { nextCursor } = first.body as { nextCursor: string };
    const rest = await api.ask('GET', `/api/teams?limit=2&cursor=${encodeURIComponent(nextCursor)}`);
    expect(rest.body).toMatchObject({ teams: [{ teamId: 'T3' }], nextCursor: null });
  });

  it('what is done is written to the rows, and the server is asked to look at them', async () => {
    const api = await openApi(engine, { server: 4_711 });
    await install(api, 'T1');
    const { status, body } = await api.ask('POST', '/api/teams/T1/deactivate');
    expect(status).toBe(200);
    expect(body).toMatchObject({ teamId: 'T1', status: 'inactive', changed: true, server: 4_711 });
    expect(await api.storage.installations.find('T1')).toMatchObject({ installation: { state: { kind: 'inactive' } } });
    expect(api.woken()).toBe(1);
    await api.ask('GET', '/api/teams/T1');
    expect(api.woken()).toBe(1);
  });

  it('a row that was changed and a token that no key opens break no list', async () => {
    const api = await openApi(engine);
    await install(api, 'T1', 'T2', 'T3');
    const { store } = api.storage;
    await store.run("update credential set token = $1 where installation_key = 'T1'", [Buffer.alloc(60)]);
    await store.run("update team set installation_key = 'T3' where team_id = 'T2'");
    const { body } = await api.ask('GET', '/api/teams');
    const teams = (body as { teams: { teamId: string; status: string }[] }).teams;
    expect(teams.map(({ teamId, status }) => [teamId, status])).toEqual([
      ['T1', 'active'],
      ['T3', 'active'],
      ['T2', 'refused'],
    ]);
    for (const teamId of ['T1', 'T2', 'T3']) await api.ask('GET', `/api/teams/${teamId}`);
  });
});

describe('what went wrong', () => {
  it.each<[string, string, string, number, string, RegExp]>([
    ['a team that never was', 'GET', '/api/teams/T9', 404, 'installation_not_found', /^No installation for team T9$/],
    ['a number that is none', 'GET', '/api/teams?limit=many', 400, 'invalid_input', /^limit must be a whole number/],
    ['a field that is none', 'GET', '/api/teams?limt=5', 400, 'invalid_input', /^unknown field "limt"$/],
    ['an id that is not encoded', 'GET', '/api/teams/%FF', 400, 'invalid_input', /percent-encoded/],
    ['the id once more in the query', 'GET', '/api/teams/T1?teamId=T2', 400, 'invalid_input', /stands in the path/],
    ['fields in the address of a POST', 'POST', '/api/events/replay?all=true', 400, 'invalid_input', /JSON body/],
    ['nothing that is picked', 'POST', '/api/events/replay', 400, 'invalid_input', /one way/],
    [
      'a link to no time',
      'GET',
      `/api/why?about=https://acme.slack.com/archives/C1/p${'1'.repeat(40)}`,
      400,
      'invalid_input',
      /^about must be/,
    ],
    ['no such path', 'GET', '/api/nothing', 404, 'route_not_found', /nothing at \/api\/nothing/],
    ['another method', 'DELETE', '/api/teams', 405, 'method_not_allowed', /^DELETE is not allowed here$/],
    ['what needs the server stopped', 'POST', '/api/app/move', 400, 'invalid_input', /^from must be the id of an app/],
  ])('%s: %s %s is %i %s', async (_what, method, path, status, code, detail) => {
    const api = await openApi('sqlite');
    const answer = await api.ask(method, path);
    expectProblem(answer, status, code);
    expect(answer.body).toMatchObject({
      type: 'about:blank',
      detail: expect.stringMatching(detail),
      fix: expect.stringMatching(/\S/),
    });
  });

  it.each<[string, unknown, Record<string, string>, number, string]>([
    ['no JSON', '{"all":tru', {}, 400, 'invalid_input'],
    ['a list', [1], {}, 400, 'invalid_input'],
    ['null', 'null', {}, 400, 'invalid_input'],
    ['a form', 'all=true', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'media_type_unsupported'],
    [
      'plain text, which needs no leave of another origin',
      '{"all":true}',
      { 'content-type': 'text/plain' },
      415,
      'media_type_unsupported',
    ],
    ['nested too deep', `{"all":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, {}, 400, 'invalid_input'],
    ['too large', `{"all":"${'x'.repeat(4_200_000)}"}`, {}, 413, 'body_too_large'],
    ['a field named __proto__', '{"__proto__":{"all":true}}', {}, 400, 'invalid_input'],
  ])('a body that is %s', async (_what, body, headers, status, code) => {
    const api = await openApi('sqlite');
    expectProblem(await api.ask('POST', '/api/events/replay', { body, headers }), status, code);
  });

  it('the body is not repeated, which may be a token', async () => {
    const api = await openApi('sqlite');
    const { text } = await api.ask('POST', '/api/teams/import', { body: 'xoxb-test-secret-1 is no JSON' });
    expect(text).not.toContain('xoxb-test-secret');
  });

  it('a body that is too large and does not say so is not read to its end', async () => {
    const api = await openApi('sqlite');
    const sent = request(`${api.address}/api/events/replay`, {
      method: 'POST',
      headers: { authorization: 'Bearer test-operate-token-0123456789', 'content-type': 'application/json' },
    });
    const answered = new Promise<number | undefined>((resolve, reject) => {
      sent.on('response', (response) => resolve(response.resume().statusCode)).on('error', reject);
    });
    const chunk = Buffer.alloc(1_048_576, 'x');
    for (let i = 0; i < 5; i++) sent.write(chunk);
    expect(await answered).toBe(413);
    sent.on('error', () => {}).destroy();
  });

  it('what nobody foresaw is told in the log alone, under the id that the caller sees', async () => {
    const broken = { ...countdown, run: () => Promise.reject(new TypeError('secret inner words')) };
    const api = await openApi('sqlite', { operations: [broken] });
    const answer = await api.ask('POST', '/api/tests/count', {
      body: { from: 1 },
      headers: { 'x-request-id': 'call-7' },
    });
    expectProblem(answer, 500, 'unexpected');
    expect(answer.body).toMatchObject({ requestId: 'call-7', detail: 'Something went wrong here, not in the request' });
    expect(answer.text).not.toContain('inner words');
    expect(answer.headers.get('x-request-id')).toBe('call-7');
    const errors = api.logged.filter(({ level }) => level === 'error');
    expect(errors).toMatchObject([
      { facts: { requestId: 'call-7', path: '/api/tests/count' }, message: 'admin request failed' },
    ]);
  });

  it('an operation that needs the server stopped says so', async () => {
    const acquireLock = () => Promise.reject(new BotServerError('store_locked', 'The server runs'));
    const api = await openApi('sqlite', { acquireLock });
    const body = { from: 'A1', to: 'A2' };
    expectProblem(await api.ask('POST', '/api/app/move', { body }), 409, 'store_locked');
  });
});

describe('methods', () => {
  it('HEAD answers what GET would, without a body', async () => {
    const api = await openApi('sqlite');
    const answer = await api.ask('HEAD', '/api/teams');
    expect([answer.status, answer.text, answer.headers.get('content-type')]).toEqual([200, '', 'application/json']);
    expect((await api.ask('HEAD', '/api/teams/T9')).status).toBe(404);
  });

  it('OPTIONS and a method that does nothing say which ones do', async () => {
    const api = await openApi('sqlite');
    for (const [method, path, allow] of [
      ['OPTIONS', '/api/teams', 'GET, HEAD, OPTIONS'],
      ['PUT', '/api/teams', 'GET, HEAD, OPTIONS'],
      ['GET', '/api/events/replay', 'POST, OPTIONS'],
      ['POST', '/api/openapi.json', 'GET, HEAD, OPTIONS'],
      ['PUT', '/api/session', 'GET, HEAD, POST, DELETE, OPTIONS'],
    ] as const) {
      const { status, headers } = await api.ask(method, path);
      expect([method, path, status, headers.get('allow')]).toEqual([
        method,
        path,
        method === 'OPTIONS' ? 204 : 405,
        allow,
      ]);
    }
  });
});

describe('an operation that takes long', () => {
  const lines = { headers: { accept: 'application/x-ndjson' } };

  it('answers once at the end', async () => {
    const api = await openApi('sqlite', { operations: [countdown] });
    expect((await api.ask('POST', '/api/tests/count', { body: { from: 3 } })).body).toEqual({ counted: 3 });
  });

  it('tells each step in a line when the client accepts lines, and how it ended in the last', async () => {
    const api = await openApi('sqlite', { operations: [countdown] });
    const told = await api.ask('POST', '/api/tests/count', { body: { from: 2 }, ...lines });
    expect(told.headers.get('content-type')).toBe('application/x-ndjson');
    expect(linesIn(told.text)).toEqual([
      { progress: { left: 2 } },
      { progress: { left: 1 } },
      { result: { counted: 2 } },
    ]);
    const failed = await api.ask('POST', '/api/tests/count', { body: { from: 1, fails: true }, ...lines });
    expect(linesIn(failed.text)).toMatchObject([
      { progress: { left: 1 } },
      { problem: { status: 409, code: 'data_conflict', detail: 'It failed on the way [token]' } },
    ]);
  });

  it('is not begun with bad fields', async () => {
    const api = await openApi('sqlite', { operations: [countdown] });
    const told = await api.ask('POST', '/api/tests/count', { body: { from: 'x' }, ...lines });
    expect(linesIn(told.text)).toMatchObject([{ problem: { status: 400, code: 'invalid_input' } }]);
  });

  it.each<[string, (api: Api, controller: AbortController) => unknown]>([
    ['its client goes', (_api, controller) => controller.abort()],
    ['the server stops', (api) => api.stop()],
  ])('stops waiting when %s', async (_when, end) => {
    const ended = Promise.withResolvers<void>();
    const watched = {
      ...endless,
      run: (...run: Parameters<typeof endless.run>) => endless.run(...run).finally(() => ended.resolve()),
    };
    const api = await openApi('sqlite', { operations: [watched] });
    const controller = new AbortController();
    const asked = fetch(`${api.address}/api/tests/wait`, {
      method: 'POST',
      headers: { authorization: 'Bearer test-operate-token-0123456789' },
      signal: controller.signal,
    }).catch(() => {});
    await expect.poll(() => api.logged.length).toBe(1);
    await end(api, controller);
    await ended.promise;
    await asked;
  });
});

it('what people wrote is shown and searched with ADMIN_SHOW_TEXTS alone, and only for who may operate', async () => {
  const ofEvents = async (showsTexts: boolean) => {
    const api = await openApi('sqlite', { showsTexts });
    const body = { event: { text: 'nobody else reads this' } };
    const seqs = await api.context.inbox.insert([anEnvelope('Ev1', { body })]);
    await api.context.inbox.fail(seqs.get('Ev1') ?? 0, { code: 'listener_failed', message: 'it broke' });
    const query = new URLSearchParams({ query: 'field:event.text~nobody' });
    return await Promise.all(
      [OPERATE_TOKEN, READ_TOKEN].map(async (token) => [
        (await api.ask('GET', '/api/events/Ev1', { token })).text.includes('nobody'),
        (await api.ask('GET', `/api/events?${query}`, { token })).status,
      ]),
    );
  };
  expect(await ofEvents(true)).toEqual([
    [true, 200],
    [false, 400],
  ]);
  expect(await ofEvents(false)).toEqual([
    [false, 400],
    [false, 400],
  ]);
});

function linesIn(text: string): unknown[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}
