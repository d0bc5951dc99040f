import { raw } from 'hono/html';
import { describe, expect, it } from 'vitest';
import type { BotServerEvents } from '../events.ts';
import { TestClock } from '../time/test-clock.ts';
import { createHttpApp, type HttpAppDeps } from './app.ts';
import { BotPages, type PageTemplate } from './bot-pages.ts';
import type { PageKind } from './public-page.ts';

const HOSTILE = '<script>alert("x")</script>';

function openPages(deps: Partial<HttpAppDeps> = {}) {
  const told: BotServerEvents['error'][] = [];
  const logged: object[] = [];
  const clock = new TestClock();
  const templates = new BotPages({
    hooks: { emit: async (_name, payload) => void told.push(payload as BotServerEvents['error']) },
    clock,
    log: { error: (facts) => void logged.push(facts) },
  });
  const app = createHttpApp({
    publicUrl: 'https://bot.example.test',
    bot: { name: 'Hello Bot' },
    install: {
      begin: () => ({ url: 'https://slack.example.test/', setCookie: 'a=1' }),
      complete: async () => ({ kind: 'installed', teamId: 'T0ACME', teamName: HOSTILE }),
      metadataOf: () => undefined,
    },
    ready: async () => ({ ready: true, checks: { store: 'ok' } }),
    templates,
    log: { error: (facts) => void logged.push(facts) },
    ...deps,
  });
  const ask = async (path: string) => {
    const response = await app.request(path);
    return { response, page: await response.text() };
  };
  return { templates, ask, told, logged, clock };
}

describe('a template of the bot', () => {
  it('makes the page of its kind, and escapes what it puts in', async () => {
    const { templates, ask } = openPages();
    templates.add('installed', ({ heading, bot }, { html, standard }) => ({
      main: html`<h1>Thanks</h1><p>${heading} ${HOSTILE} ${bot.name}</p>${standard}`,
      title: 'Done',
      style: 'h1 { color: teal }',
    }));
    const { page, response } = await ask('/slack/oauth_redirect?code=c&state=s');
    expect(page).toContain('<title>Done · Hello Bot</title>');
    expect(page).toContain('<h1>Thanks</h1><p>Hello Bot is now in <bdi>&lt;script&gt;');
    expect(page.match(/<script/g)).toBeNull();
    expect(page).toContain('h1 { color: teal }');
    const style = /<style>([\s\S]*)<\/style>/.exec(page)?.[1] ?? '';
    const { createHash } = await import('node:crypto');
    const hash = createHash('sha256').update(style).digest('base64');
    expect(response.headers.get('content-security-policy')).toContain(`style-src 'sha256-${hash}'`);
    expect((await ask('/')).page).toContain('Add to Slack');
  });

  it.each<[string, PageTemplate]>([
    [
      'throws',
      () => {
        throw new Error('boom');
      },
    ],
    ['rejects', async () => await Promise.reject(new Error('boom'))],
    ['answers nothing', (() => undefined) as never],
    ['answers a number', (() => 3) as never],
    ['answers an empty text', () => '' as never],
    ['shows nothing', (_page, { html }) => html`<p> ${undefined}</p>`],
    ['has parts that show nothing', (_page, { html }) => ({ main: html`<h1></h1>` })],
    ['has a part that rejects', (_page, { html }) => ({ main: html`<p>${Promise.reject(new Error('boom'))}</p>` })],
    [
      'has a title that rejects',
      (_page, { standard }) => ({ main: standard, title: Promise.reject(new Error('boom')) as never }),
    ],
    ['has a title that is no text', (_page, { standard }) => ({ main: standard, title: Object.create(null) as never })],
    ['leaves the style', (_page, { standard }) => ({ main: standard, style: '</style><script>' })],
  ])('that %s leaves the standard page, and the author is told', async (_what, template) => {
    const { templates, ask, told, logged } = openPages();
    templates.add('landing', template);
    const { page, response } = await ask('/');
    expect([response.status, page.includes('Add to Slack'), page.includes('<script')]).toEqual([200, true, false]);
    expect(told.map(({ where, error }) => `${where} ${error.code}`)).toEqual(['page page_failed']);
    expect(logged).toHaveLength(1);
  });

  it.each<[string, string, string]>([
    [
      'a frame',
      '<iframe src="https://rota.example.com/start"></iframe>',
      'of <iframe> alone, which the content security policy',
    ],
    ['a video', '<p><video src="start.mp4"></video></p>', 'of <video> alone, which the content security policy'],
    ['a script', "<SCRIPT>document.body.append('hi')</script>", 'of <script> alone, which the content security policy'],
    ['a style', '<style>h1 { color: teal }</style>', 'made an empty page'],
    ['a remark', '<!-- 1 > 0 -->', 'made an empty page'],
  ])('of %s alone, which no visitor sees, leaves the standard page and says why', async (_what, main, words) => {
    const { templates, ask, told } = openPages();
    templates.add('landing', () => raw(main));
    expect((await ask('/')).page).toContain('Add to Slack');
    expect(told.map(({ error }) => String((error.cause as Error).message))).toEqual([expect.stringContaining(words)]);
  });

  it.each([
    ['a frame that has its page with it', '<iframe srcdoc="&lt;p&gt;First steps&lt;/p&gt;"></iframe>'],
    [
      'a frame beside a link',
      '<iframe src="https://rota.example.com"></iframe><a href="https://rota.example.com">Start</a>',
    ],
    ['a drawing', '<svg viewBox="0 0 1 1"><circle r="1"/></svg>'],
    ['a choice', '<select><option>One</option></select>'],
    ['how far it is', '<progress value="1" max="2"></progress>'],
  ])('of %s alone is shown', async (_what, main) => {
    const { templates, ask, told } = openPages();
    templates.add('landing', () => raw(main));
    expect((await ask('/')).page).toContain(main);
    expect(told).toEqual([]);
  });

  it('of a text is shown as it is written, also where the text is tags', async () => {
    const { templates, ask } = openPages();
    templates.add('landing', () => '<p></p>' as never);
    expect((await ask('/')).page).toContain('&lt;p&gt;&lt;/p&gt;');
  });

  it('that never ends costs its visitor two seconds', async () => {
    const { templates, ask, told, clock } = openPages();
    templates.add('landing', () => new Promise(() => {}));
    const asked = ask('/');
    await clock.advance(2_000);
    expect((await asked).page).toContain('Add to Slack');
    expect(told).toHaveLength(1);
  });

  it('with a part that never comes costs its visitor two seconds, too', async () => {
    const { templates, ask, told, clock } = openPages();
    templates.add('landing', (_page, { html }) => ({ main: html`<p>${new Promise<string>(() => {})}</p>` }));
    const asked = ask('/');
    await clock.advance(2_000);
    expect((await asked).page).toContain('Add to Slack');
    expect(told).toHaveLength(1);
  });

  it('makes the pages of addresses that are none', async () => {
    const { templates, ask } = openPages();
    templates.add('failed', ({ heading }, { html }) => html`<h1>Oh: ${heading}</h1>`);
    const { page, response } = await ask('/nowhere');
    expect([response.status, page.includes('<h1>Oh: There is no such page</h1>')]).toEqual([404, true]);
  });

  it('can be taken back, and there is one of a kind', async () => {
    const { templates, ask } = openPages();
    const remove = templates.add('landing', (_page, { html }) => html`<h1>Mine</h1>`);
    expect(() => templates.add('landing', () => '' as never)).toThrow("The page 'landing' has a template already");
    expect(() => templates.add('about' as PageKind, () => '' as never)).toThrow("There is no page 'about'");
    expect(() => templates.add('status', 3 as never)).toThrow("The page 'status' needs a function");
    expect((await ask('/')).page).toContain('<h1>Mine</h1>');
    remove();
    expect((await ask('/')).page).toContain('Add to Slack');
  });
});

describe('what the operator says of the bot', () => {
  it('is on the pages: name, text, colours and picture, which alone may be loaded', async () => {
    const { ask } = openPages({
      bot: {
        name: 'Rota & Co',
        description: 'Plans "shifts".',
        iconUrl: 'https://cdn.example.test/a.png?x="y"',
        color: '#0a7d55',
      },
    });
    const { page, response } = await ask('/');
    expect(page).toContain('<h1>Rota &amp; Co</h1>');
    expect(page).toContain('Plans &quot;shifts&quot;.');
    expect(page).toContain('src="https://cdn.example.test/a.png?x=&quot;y&quot;"');
    // Under the picture, for as long as it does not come.
    expect(page).toContain('<p class="tile" aria-hidden="true"><span>R</span><img');
    expect(page).toContain('--tile: #0a7d55');
    expect(response.headers.get('content-security-policy')).toContain('img-src data: https://cdn.example.test;');
  });
});

describe('/status', () => {
  const status = (state: 'ok' | 'trouble' | 'down') => async () => ({
    state,
    parts: [{ name: 'Messages are taken', state, ...(state !== 'ok' && { text: HOSTILE }) }],
  });

  it('is not there unless it is switched on', async () => {
    expect((await openPages().ask('/status')).response.status).toBe(404);
  });

  it.each([
    ['ok', 200, 'Hello Bot works'],
    ['trouble', 200, 'Hello Bot works in part'],
    ['down', 503, 'Hello Bot does not work at the moment'],
  ] as const)('says %s with %i: %s', async (state, httpStatus, heading) => {
    const { ask } = openPages({ status: status(state) });
    const { page, response } = await ask('/status');
    expect([response.status, page.includes(`<h1>${heading}</h1>`)]).toEqual([httpStatus, true]);
    expect(page).not.toContain('<script');
    expect(response.headers.get('refresh')).toBe('60');
  });
});
