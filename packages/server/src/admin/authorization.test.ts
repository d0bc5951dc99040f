/** Who may ask what, route by route, as the document names the routes. */
import { describe, expect, it } from 'vitest';
import { type Api, expectProblem, OPERATE_TOKEN, openApi, READ_TOKEN } from './admin.test-kit.ts';

/** A route as the document says it. */
interface DocumentedRoute {
  method: string;
  path: string;
  role: 'read' | 'operate' | undefined;
}

async function routesOf(api: Api): Promise<DocumentedRoute[]> {
  const { body } = await api.ask('GET', '/api/openapi.json');
  const { paths } = body as { paths: Record<string, Record<string, { 'x-role'?: 'read' | 'operate' }>> };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path: path.replace(/\{\w+\}/, 'T1'),
      role: operation['x-role'],
    })),
  );
}

/** Logs a browser in; its cookie and what it must send with it. */
async function logIn(api: Api, token: string, headers: Record<string, string> = {}) {
  const answer = await api.ask('POST', '/api/session', { token: null, body: { token }, headers });
  const { csrfToken } = answer.body as { csrfToken: string };
  const cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  return { answer, csrfToken, cookie };
}

it('no route but the login answers without a token, with a wrong one, or with something that is none', async () => {
  const api = await openApi('sqlite');
  const routes = (await routesOf(api)).filter(({ role }) => role !== undefined);
  expect(routes.length).toBeGreaterThan(20);
  let calls = 0;
  for (const { method, path } of routes) {
    for (const headers of [
      {},
      { authorization: `Bearer ${OPERATE_TOKEN}x` },
      { authorization: `Basic ${OPERATE_TOKEN}` },
    ]) {
      // Each from an address of its own: what too many wrong ones lead to is another test.
      const from = { 'x-forwarded-for': `10.1.${Math.floor(++calls / 200)}.${calls % 200}` };
      const answer = await api.ask(method, path, { token: null, headers: { ...headers, ...from } });
      expectProblem(answer, 401, 'unauthorized');
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
    }
  }
});

it('the read token reads everything and changes nothing', async () => {
  const api = await openApi('sqlite');
  for (const { method, path, role } of await routesOf(api)) {
    if (role === undefined || path === '/api/session' || path === '/api/stream') continue;
    const answer = await api.ask(method, path, { token: READ_TOKEN });
    if (role === 'operate') expectProblem(answer, 403, 'forbidden');
    else expect([path, [401, 403].includes(answer.status)]).toEqual([path, false]);
  }
  expect(api.woken()).toBe(0);
});

it('a method that the document does not name is a 405 that names those that are', async () => {
  const api = await openApi('sqlite');
  const routes = await routesOf(api);
  for (const path of new Set(routes.map((route) => route.path))) {
    const named = routes.filter((route) => route.path === path).map(({ method }) => method);
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter((one) => !named.includes(one))) {
      const answer = await api.ask(method, path);
      expectProblem(answer, 405, 'method_not_allowed');
      expect(answer.headers.get('allow')?.split(', ')).toEqual(expect.arrayContaining(named));
    }
  }
});

describe('a login', () => {
  it('reads and changes by its cookie, and says who it is', async () => {
    const api = await openApi('sqlite');
    const { cookie, csrfToken, answer } = await logIn(api, OPERATE_TOKEN);
    expect(answer.headers.get('set-cookie')).toMatch(
      /^slack-bot-admin=\S+; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/,
    );
    const by = { token: null, headers: { cookie } };
    expect((await api.ask('GET', '/api/session', by)).body).toEqual(answer.body);
    expect((await api.ask('GET', '/api/teams', by)).status).toBe(200);
    const changed = await api.ask('POST', '/api/incident/wait', {
      token: null,
      headers: { cookie, 'x-csrf-token': csrfToken },
    });
    expect(changed.status).toBe(200);
  });

  it('over https has a cookie that no other host can set', async () => {
    const api = await openApi('sqlite', { publicUrl: 'https://bot.example.com' });
    const secure = /^__Host-slack-bot-admin=\S+; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict; Secure$/;
    expect((await logIn(api, READ_TOKEN)).answer.headers.get('set-cookie')).toMatch(secure);
    const behindProxy = await openApi('sqlite');
    const headers = { origin: 'https://admin.example.com', 'sec-fetch-site': 'same-origin' };
    expect((await logIn(behindProxy, READ_TOKEN, headers)).answer.headers.get('set-cookie')).toMatch(secure);
  });

  it('with the read token changes nothing', async () => {
    const api = await openApi('sqlite');
    const { cookie, csrfToken } = await logIn(api, READ_TOKEN);
    const headers = { cookie, 'x-csrf-token': csrfToken };
    for (const { method, path, role } of await routesOf(api)) {
      if (role === 'operate') expectProblem(await api.ask(method, path, { token: null, headers }), 403, 'forbidden');
    }
  });

  it('changes nothing without its own csrfToken, on no route', async () => {
    const api = await openApi('sqlite');
    const [mine, other] = [await logIn(api, OPERATE_TOKEN), await logIn(api, OPERATE_TOKEN)];
    const { cookie } = mine;
    const changing = (await routesOf(api)).filter(({ method, role }) => role !== undefined && method !== 'GET');
    for (const { method, path } of changing) {
      for (const forged of [{}, { 'x-csrf-token': 'wrong' }, { 'x-csrf-token': other.csrfToken }]) {
        expectProblem(await api.ask(method, path, { token: null, headers: { cookie, ...forged } }), 403, 'forbidden');
      }
    }
    expect(api.woken()).toBe(0);
  });

  it.each([
    [{ origin: 'https://evil.example.com' }],
    [{ origin: 'null' }],
    // Begins like its own.
    [{ origin: 'http://own.example.com.evil.example.com' }],
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-site', origin: 'https://other.example.com' }],
  ])('does nothing for a page of another site: %j', async (foreign) => {
    const api = await openApi('sqlite', { publicUrl: 'http://own.example.com' });
    const { cookie, csrfToken } = await logIn(api, OPERATE_TOKEN);
    for (const { method, path, role } of await routesOf(api)) {
      if (role === undefined) continue;
      const headers: Record<string, string> = { cookie, 'x-csrf-token': csrfToken, ...foreign };
      expectProblem(await api.ask(method, path, { token: null, headers }), 403, 'forbidden');
    }
    const login = await api.ask('POST', '/api/session', {
      token: null,
      body: { token: OPERATE_TOKEN },
      headers: { ...foreign } as Record<string, string>,
    });
    expectProblem(login, 403, 'forbidden');
  });

  it('does what a page of its own origin asks, named by Origin or by the browser', async () => {
    const api = await openApi('sqlite', { publicUrl: 'http://bot.example.com' });
    const { cookie, csrfToken } = await logIn(api, OPERATE_TOKEN);
    for (const own of [
      { origin: api.address },
      { origin: 'http://bot.example.com' },
      { 'sec-fetch-site': 'same-origin' },
    ]) {
      const headers: Record<string, string> = { cookie, 'x-csrf-token': csrfToken, ...own };
      expect((await api.ask('POST', '/api/incident/wait', { token: null, headers })).status).toBe(200);
    }
  });

  it('ends after twelve hours, and when the browser forgets its cookie', async () => {
    const api = await openApi('sqlite');
    const { cookie, csrfToken } = await logIn(api, OPERATE_TOKEN);
    const by = { token: null, headers: { cookie, 'x-csrf-token': csrfToken } };
    const ended = await api.ask('DELETE', '/api/session', by);
    expect(ended.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^__Host-slack-bot-admin=; .*Max-Age=0; .*Secure$/),
      expect.stringMatching(/^slack-bot-admin=; .*Max-Age=0;/),
    ]);
    await api.clock.advance(12 * 3_600_000 - 1);
    expect((await api.ask('GET', '/api/session', by)).status).toBe(200);
    await api.clock.advance(1);
    expectProblem(await api.ask('GET', '/api/session', by), 401, 'unauthorized');
  });

  it('is asked about and ended by its cookie alone: a token has none', async () => {
    const api = await openApi('sqlite');
    for (const method of ['GET', 'DELETE']) {
      expectProblem(await api.ask(method, '/api/session', { token: OPERATE_TOKEN }), 401, 'unauthorized');
    }
  });

  it('is none when a letter of it is changed', async () => {
    const api = await openApi('sqlite');
    const { cookie } = await logIn(api, READ_TOKEN);
    for (const changed of [
      cookie.replace('=read', '=operate'),
      cookie.replace(/\d\./, '9.'),
      `${cookie}x`,
      'slack-bot-admin=',
    ]) {
      if (changed === cookie) continue;
      expectProblem(
        await api.ask('GET', '/api/teams', { token: null, headers: { cookie: changed } }),
        401,
        'unauthorized',
      );
    }
  });

  it('takes a token and nothing else, and repeats nothing of what it was given', async () => {
    const api = await openApi('sqlite');
    for (const body of [{ token: 7 }, { token: 'secret-guess', other: 1 }, 'x', [], { token: 'y'.repeat(2_000) }]) {
      const answer = await api.ask('POST', '/api/session', { token: null, body });
      expectProblem(answer, 400, 'invalid_input');
      expect(answer.text).not.toContain('secret-guess');
    }
    const large = await api.ask('POST', '/api/session', { token: null, body: { token: 'z'.repeat(5_000) } });
    expectProblem(large, 413, 'body_too_large');
  });
});

it('on loopback a request under the name of another site is refused, whatever token it has', async () => {
  const api = await openApi('sqlite', { isOnLoopback: true, publicUrl: 'https://bot.example.com' });
  const port = new URL(api.address).port;
  for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, 'bot.example.com', '[::1]:80']) {
    expect([host, (await api.ask('GET', '/api/teams', { headers: { host } })).status]).toEqual([host, 200]);
  }
  for (const host of ['evil.example.com', `127.0.0.1.evil.example.com:${port}`]) {
    expectProblem(await api.ask('GET', '/api/teams', { headers: { host } }), 403, 'forbidden');
    const body = { token: OPERATE_TOKEN };
    expectProblem(await api.ask('POST', '/api/session', { token: null, body, headers: { host } }), 403, 'forbidden');
  }
});
