/** The whole visit: landing page, Slack's page, the way back, with a browser's cookies and a scripted Slack. */
import { beforeEach, describe, expect, it } from 'vitest';
import { InstallWorld } from '../installation/install-flow.test-kit.ts';
import { createHttpApp } from './app.ts';
import { Browser } from './browser.test-kit.ts';

const BASE = 'https://bot.example.test';

let world: InstallWorld;
let browser: Browser;

beforeEach(() => {
  world = new InstallWorld();
  browser = new Browser(appOf(world));
});

function appOf({ publicUrl }: InstallWorld) {
  return createHttpApp({
    publicUrl,
    bot: { name: 'Hello Bot' },
    install: world.flow(),
    ready: async () => ({ ready: true, checks: {} }),
    log: { error: (facts) => void world.logged.push(JSON.stringify(facts)) },
  });
}

const headingOf = (page: string) => (/<h1>(.*)<\/h1>/.exec(page)?.[1] ?? '').replaceAll(/<[^>]*>/g, '');

describe('a visit', () => {
  it('ends with the bot in the workspace', async () => {
    const response = await browser.get(await browser.allow(BASE));
    expect(response.status).toBe(200);
    expect(headingOf(await response.text())).toBe('Hello Bot is now in Acme Ltd');
    expect(world.tokenOf('T0ACME')).toBe('xoxb-test-1111-acme');
  });

  it('works on plain http, as on a developer’s machine', async () => {
    world.publicUrl = 'http://127.0.0.1:3000';
    browser = new Browser(appOf(world));
    const response = await browser.get(await browser.allow(world.publicUrl));
    expect(response.status).toBe(200);
  });

  it('works in two tabs at once, whichever comes back first', async () => {
    const first = await browser.allow(BASE, 'code-1');
    const second = await browser.allow(BASE, 'code-2');
    expect((await browser.get(second)).status).toBe(200);
    expect((await browser.get(first)).status).toBe(200);
    expect(world.exchanged).toEqual(['code-2', 'code-1']);
  });

  it('shows the same page to both clicks of a double click on Allow', async () => {
    const back = await browser.allow(BASE);
    const clicks = [browser.get(back), browser.get(back)];
    await world.clock.advance(1_000);
    const pages = await Promise.all((await Promise.all(clicks)).map((response) => response.text()));
    expect(pages[0]).toBe(pages[1]);
    expect(world.steps.filter((step) => step === 'exchange' || step === 'record')).toEqual(['exchange', 'record']);
  });

  it('shows the same page after a reload', async () => {
    const back = await browser.allow(BASE);
    const first = await (await browser.get(back)).text();
    expect(await (await browser.get(back)).text()).toBe(first);
    expect(world.exchanged).toEqual(['code-1']);
  });

  it('is not stolen by the browser that gets the address', async () => {
    const back = await browser.allow(BASE);
    const thief = new Browser(appOf(world));
    await thief.allow(BASE);
    const response = await thief.get(back);
    expect(response.status).toBe(403);
    expect(headingOf(await response.text())).toBe('This link belongs to another browser');
    expect((await browser.get(back)).status).toBe(200);
  });

  it('without cookies says so', async () => {
    const back = await browser.allow(BASE);
    browser.clearCookies();
    expect((await browser.get(back)).status).toBe(403);
    expect(world.rows.size).toBe(0);
  });

  it('that took too long says so', async () => {
    const back = await browser.allow(BASE);
    await world.clock.advance(600_000);
    const response = await browser.get(back);
    expect(response.status).toBe(400);
    expect(headingOf(await response.text())).toBe('This link has expired');
  });

  it('that was cancelled says so', async () => {
    const back = new URL(await browser.allow(BASE));
    back.searchParams.delete('code');
    back.searchParams.set('error', 'access_denied');
    const response = await browser.get(back.href);
    expect(response.status).toBe(200);
    expect(headingOf(await response.text())).toBe('Hello Bot was not installed');
    expect(world.steps).toEqual([]);
  });

  it('never shows code, state, cookie or token, whatever happened', async () => {
    const back = await browser.allow(BASE, 'secret-code');
    const ok = await (await browser.get(back)).text();
    const stranger = await (await new Browser(appOf(world)).get(back)).text();
    world.exchange = async () => ({ kind: 'error', code: 'invalid_code', body: {} });
    const rejected = await (await browser.get(await browser.allow(BASE, 'secret-code'))).text();
    const state = new URL(back).searchParams.get('state') ?? '';
    for (const page of [ok, stranger, rejected, world.logged.join('\n')]) {
      expect(page).not.toContain('secret-code');
      expect(page).not.toContain(state);
      expect(page).not.toMatch(/xox[bp]-/);
    }
  });
});
