import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { createHttpApp, type HttpAppDeps } from './app.ts';
import { createClientAddress } from './client-address.ts';

let logged: object[];
let deps: HttpAppDeps & { install: object };

beforeEach(() => {
  logged = [];
  deps = {
    publicUrl: 'https://bot.example.test/',
    bot: { name: 'Hello Bot' },
    install: {
      begin: () => ({ url: 'https://slack.example.test/oauth/authorize?state=s', setCookie: 'slack-install=1' }),
      complete: async () => ({ kind: 'installed', teamId: 'T0ACME', teamName: 'Acme' }),
      metadataOf: () => undefined,
    },
    ready: async () => ({ ready: true, checks: { store: 'ok' } }),
    log: { error: (facts) => void logged.push(facts) },
  };
});

const request = (path: string, init?: RequestInit) => createHttpApp(deps).request(path, init);
const asBrowser = { headers: { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' } };
const asProgram = { headers: { accept: 'application/json' } };

describe('landing page', () => {
  it('carries the Slack button', async () => {
    const response = await request('/');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=UTF-8');
    expect(await response.text()).toContain('href="https://bot.example.test/slack/install"');
  });

  it('links to PUBLIC_URL whatever the Host header says', async () => {
    const page = await (await request('http://evil.test/', { headers: { host: 'evil.test' } })).text();
    expect(page).not.toContain('evil');
  });

  it('escapes the name and description of the bot', async () => {
    deps.bot = { name: '<b>"Bot" & \'Co\'', description: '<script>alert(1)</script>' };
    const page = await (await request('/')).text();
    expect(page).toContain('&lt;b&gt;&quot;Bot&quot; &amp; &#39;Co&#39;');
    expect(page).not.toContain('<script');
  });
});

describe('every answer', () => {
  const paths = ['/', '/slack/install', '/slack/oauth_redirect', '/healthz', '/readyz', '/nowhere'];

  it.each(paths)('of %s forbids framing, sniffing, referrers and caching', async (path) => {
    const { headers } = await request(path, asBrowser);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it.each(paths)('of %s to HEAD has the headers and no body', async (path) => {
    const get = await request(path, asBrowser);
    const head = await request(path, { ...asBrowser, method: 'HEAD' });
    expect(head.status).toBe(get.status);
    expect(await head.text()).toBe('');
  });

  it.each(paths)('of %s tells browsers to come by https only, where it can be reached so', async (path) => {
    expect((await request(path)).headers.get('strict-transport-security')).toBe('max-age=31536000');
    deps.publicUrl = 'http://127.0.0.1:3000';
    expect((await request(path)).headers.get('strict-transport-security')).toBeNull();
  });

  it('lets exactly its own style through the policy', async () => {
    const response = await request('/');
    const style = /<style>([\s\S]*)<\/style>/.exec(await response.text())?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(response.headers.get('content-security-policy')).toContain(`style-src 'sha256-${hash}'`);
  });

  it('contains neither script nor inline style attribute nor anything from elsewhere', async () => {
    const paths = ['/', '/nowhere', '/slack/oauth_redirect'];
    const pages = await Promise.all(paths.map(async (path) => (await request(path, asBrowser)).text()));
    const html = pages.join('\n');
    expect(html).not.toMatch(/<script|\sstyle=|\son\w+=|src=|@import|url\(/);
    expect(
      [...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href).filter((href) => !href?.startsWith('data:')),
    ).toEqual(expect.arrayContaining(['https://bot.example.test/', 'https://bot.example.test/slack/install']));
    expect(html.match(/https?:\/\/(?!bot\.example\.test)/g)).toBeNull();
  });
});

describe('the way to Slack', () => {
  it('sets the cookie and redirects', async () => {
    const response = await request('/slack/install');
    expect(response.status).toBe(302);
    expect(response.headers.get('location')).toBe('https://slack.example.test/oauth/authorize?state=s');
    expect(response.headers.get('set-cookie')).toBe('slack-install=1');
  });

  it('hands the flow the cookie and the wished team', async () => {
    const visits: object[] = [];
    deps.install.begin = (visit) => {
      visits.push(visit);
      return { url: 'https://slack.example.test/', setCookie: 'a=1' };
    };
    await request('/slack/install?team=T0ACME', { headers: { cookie: 'b=2' } });
    expect(visits).toEqual([{ cookie: 'b=2', team: 'T0ACME' }]);
  });
});

describe('without the credentials of a Slack app', () => {
  const unconfigured = (path: string) => createHttpApp({ ...deps, install: undefined }).request(path, asBrowser);

  it('the landing page has no button and says why', async () => {
    const page = await (await unconfigured('/')).text();
    expect(page).not.toContain('/slack/install');
    expect(page).toContain('SLACK_CLIENT_ID');
  });

  it.each(['/slack/install', '/slack/oauth_redirect?code=c&state=s'])(
    '%s says that nobody can install',
    async (path) => {
      const response = await unconfigured(path);
      expect(response.status).toBe(503);
      expect(await response.text()).toContain('The bot cannot be installed right now');
    },
  );
});

describe('the way back', () => {
  it('opens the team in Slack when told how', async () => {
    const links = (teamId: string) => ({
      url: `https://slack.example.test/?a=1&t=${teamId}`,
      appUrl: 'slack://app?a=1&b',
    });
    deps.openIn = async (teamId) => links(teamId);
    const page = await (await request('/slack/oauth_redirect?code=c&state=s')).text();
    expect(page).toContain('class="button" href="https://slack.example.test/?a=1&amp;t=T0ACME"');
    expect(page).toContain('href="slack://app?a=1&amp;b"');
  });

  it('says when to come again, and comes again by itself, when there are too many', async () => {
    deps.install.complete = async () => ({ kind: 'too_many', retryAfterMs: 1_200 });
    const response = await request('/slack/oauth_redirect?code=c&state=s', asBrowser);
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('2');
    expect(response.headers.get('refresh')).toBe('2');
    expect(await response.text()).toContain('This page tries again by itself in 2 seconds');
  });

  it.each([
    ['without a trusted proxy', undefined, '203.0.113.9'],
    ['behind one', { hops: 1 }, '198.51.100.7'],
  ])('tells the flow whose visit it is: %s', async (_what, trust, expected) => {
    const visits: unknown[] = [];
    deps.install.complete = async ({ address }) => (visits.push(address), { kind: 'cancelled' });
    const app = createHttpApp({ ...deps, clientAddress: createClientAddress(trust) });
    const headers = { 'x-forwarded-for': '1.1.1.1, 198.51.100.7' };
    const env = { incoming: { socket: { remoteAddress: '203.0.113.9' } } };
    await app.request('/slack/oauth_redirect?code=c&state=s', { headers }, env);
    expect(visits).toEqual([expected]);
  });

  it('spends no code for a HEAD request of a link preview', async () => {
    deps.install.complete = () => expect.unreachable();
    const response = await request('/slack/oauth_redirect?code=c&state=s', { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(logged).toEqual([]);
  });
});

describe('health', () => {
  it('is fine as long as the process answers', async () => {
    const response = await request('/healthz');
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ ok: true });
  });

  it('is ready when the checks say so', async () => {
    const response = await request('/readyz');
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ ready: true, checks: { store: 'ok' } });
  });

  it('answers 503 and names the check that fails', async () => {
    deps.ready = async () => ({ ready: false, checks: { store: 'unavailable' } });
    const response = await request('/readyz');
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ ready: false, checks: { store: 'unavailable' } });
  });

  it('answers 503 without details when a check throws', async () => {
    deps.ready = () => Promise.reject(new Error('password=1234'));
    const response = await request('/readyz');
    expect(response.status).toBe(503);
    expect(await response.text()).not.toContain('1234');
    expect(logged).toHaveLength(1);
  });
});

describe('what goes wrong', () => {
  it('is a page for a browser', async () => {
    const response = await request('/nowhere', asBrowser);
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('There is no such page');
  });

  it('is problem+json for a program', async () => {
    const response = await request('/nowhere', asProgram);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toEqual({ type: 'about:blank', title: 'There is no such page', status: 404 });
  });

  it.each(['/', '/slack/install', '/slack/oauth_redirect', '/healthz', '/readyz'])(
    'by a wrong method on %s is answered with those that are allowed',
    async (path) => {
      const response = await request(path, { ...asProgram, method: 'POST' });
      expect(response.status).toBe(405);
      expect(response.headers.get('allow')).toBe('GET, HEAD');
      expect(await response.json()).toMatchObject({ status: 405 });
    },
  );

  it('by a bug is logged once, without the query, and shown without its stack', async () => {
    deps.install.complete = () => Promise.reject(new Error('boom at secret.ts:1'));
    const response = await request('/slack/oauth_redirect?code=c0de&state=st4te', asBrowser);
    const page = await response.text();
    expect(response.status).toBe(500);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(page).not.toContain('boom');
    expect(logged).toHaveLength(1);
    expect(JSON.stringify(logged)).not.toMatch(/c0de|st4te/);
  });
});
