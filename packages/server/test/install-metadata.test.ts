/** What an install link carries (`/slack/install?metadata=…`), from the link to the hooks, through Slack's page. */
import { describe, expect, it } from 'vitest';
import type { BotServer } from '../src/index.ts';
import { MAX_METADATA_BYTES } from '../src/installation/install-metadata.ts';
import { Scene, type SceneOptions } from './scene.test-kit.ts';
import { type Decision, decide, headlineOf, openBrowser, register, visit } from './slack-button.test-kit.ts';

/** Looks harmless nowhere: quotes, markup, separators of addresses, another script, an emoji, a space at the end. */
const ODD = `plan="pro"&user=<b>42</b>#%2F;ü 漢字 🦊+1 `;

type Told = [hook: string, metadata: string | undefined];

async function withHooks(options: SceneOptions = {}) {
  const told: Told[] = [];
  const scene = await Scene.open({ teams: [{ name: 'Acme' }], ...options });
  const setUp = ({ server }: BotServer) => {
    for (const hook of ['installing', 'installed', 'reinstalled'] as const) {
      server.on(hook, ({ metadata }) => void told.push([hook, metadata]));
    }
  };
  await scene.start({ setUp });
  const { id } = await scene.slack.team('Acme');
  const press = async (answer: Partial<Decision> = {}) => {
    const page = await scene.during(register(scene.url, { team: id, ...answer }));
    await scene.pass(2_000);
    return page;
  };
  return { scene, id, told, press };
}

describe.each(['sqlite', 'postgres'] as const)('the metadata of a link (%s)', (database) => {
  it('reaches the hooks as it was written, by the landing page or without it, and counts for that install alone', async () => {
    const { scene, told, press } = await withHooks({ database });
    expect((await press({ metadata: ODD })).status).toBe(200);
    await press({ metadata: 'second', from: '/slack/install' });
    await press();
    expect(told).toEqual([
      ['installing', ODD],
      ['installed', ODD],
      ['installing', 'second'],
      ['reinstalled', 'second'],
      ['installing', undefined],
      ['reinstalled', undefined],
    ]);
    const log = scene.logLines.join('\n');
    for (const text of [ODD, JSON.stringify(ODD).slice(1, -1), encodeURIComponent(ODD), 'second']) {
      expect(log).not.toContain(text);
    }
  });
});

describe('the metadata of a link', () => {
  it('of the greatest length comes through', async () => {
    const { told, press } = await withHooks();
    const longest = 'ü'.repeat(MAX_METADATA_BYTES / 2);
    await press({ metadata: longest });
    expect(told).toEqual([
      ['installing', longest],
      ['installed', longest],
    ]);
  });

  it('is told once when Allow is clicked twice', async () => {
    const { scene, id, told } = await withHooks();
    const browser = openBrowser();
    const back = await decide(browser, scene.url, { team: id, metadata: 'spring' });
    const pages = await scene.during(Promise.all([visit(browser, back), visit(browser, back)]));
    await scene.pass(2_000);
    expect(pages.map(headlineOf)).toEqual(['Demo Bot is now in Acme', 'Demo Bot is now in Acme']);
    expect(told).toEqual([
      ['installing', 'spring'],
      ['installed', 'spring'],
    ]);
  });

  it('cannot be changed on the way: the state is refused, and no code is spent', async () => {
    const { scene, id, told } = await withHooks();
    const browser = openBrowser();
    const back = new URL(await decide(browser, scene.url, { team: id, metadata: 'plan=free' }));
    const state = Buffer.from(back.searchParams.get('state') ?? '', 'base64url');
    const at = state.indexOf('plan=free');
    expect(at).toBeGreaterThan(0);
    state.write('plan=paid', at);
    back.searchParams.set('state', state.toString('base64url'));
    const page = await scene.during(visit(browser, back.href));
    expect([page.status, headlineOf(page)]).toEqual([403, 'This link was not made here']);
    expect(await scene.callsOf('oauth.access')).toEqual([]);
    expect(told).toEqual([]);
    expect(page.html).not.toContain('plan=');
  });

  it('is kept by the button that starts again after Cancel', async () => {
    const { scene, id, press } = await withHooks();
    const page = await press({ decision: 'cancel', metadata: ODD });
    const again = /class="button" href="([^"]*)"/.exec(page.html)?.[1] ?? '';
    expect(again).toBe(`${scene.url}/slack/install?metadata=${encodeURIComponent(ODD)}`);
    expect(page.html).not.toContain('<b>');
    expect(id).not.toBe('');
  });

  it('is known to a hook that refuses', async () => {
    const { scene, press } = await withHooks();
    scene.server.on('installing', ({ metadata }) => (metadata === 'invited' ? undefined : { veto: 'By invitation.' }));
    expect((await press()).html).toContain('By invitation.');
    expect((await press({ metadata: 'invited' })).status).toBe(200);
  });
});

describe('a link whose metadata cannot be taken', () => {
  const tooLong = `metadata=${'x'.repeat(MAX_METADATA_BYTES + 1)}`;

  it.each([
    ['too long', tooLong, 'The metadata of this link is longer than 1024 bytes'],
    ['too long in bytes', `metadata=${'%C3%BC'.repeat(513)}`, 'The metadata of this link is longer than 1024 bytes'],
    ['a control character', 'metadata=a%00b', 'The metadata of this link is not text'],
    ['a line break', 'metadata=a%0Ab', 'The metadata of this link is not text'],
    ['no UTF-8', 'metadata=%FF%FE', 'The metadata of this link is not text'],
    ['two of them', 'metadata=a&metadata=b', 'This link has more than one metadata parameter'],
  ])('(%s) is answered 400 and says why, as a page and as a problem', async (_what, query, title) => {
    const { scene } = await withHooks();
    for (const path of ['/', '/slack/install']) {
      const page = await visit(openBrowser(), `${scene.url}${path}?${query}`);
      expect([page.status, headlineOf(page)]).toEqual([400, title]);
      const problem = await fetch(`${scene.url}${path}?${query}`, { headers: { accept: 'application/json' } });
      expect(problem.headers.get('content-type')).toBe('application/problem+json');
      expect(await problem.json()).toEqual({ type: 'about:blank', title, status: 400 });
    }
    expect(await scene.slack.log({ kind: 'oauth' })).toEqual([]);
  });

  it('(empty) is a link without', async () => {
    const { scene, told, press } = await withHooks();
    await press({ metadata: '' });
    expect(told).toEqual([
      ['installing', undefined],
      ['installed', undefined],
    ]);
    expect(await scene.rows()).toMatchObject([{ installation: { metadata: null } }]);
  });
});
