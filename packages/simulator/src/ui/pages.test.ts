import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { installedSimulator } from '../../test/support/slack.ts';
import { pageRoutes } from './page-routes.ts';

let slack: Awaited<ReturnType<typeof installedSimulator>>;
beforeAll(async () => {
  slack = await installedSimulator({ teams: 2 });
});
afterAll(() => slack.stop());

describe('the page', () => {
  it('allows no inline script or style and no foreign source', async () => {
    const { headers } = await fetch(slack.url);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
  });

  it('is its built files, and says how they are built where they are not', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'page-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const world = {} as never;
    const unbuilt = pageRoutes(world, `${folder}/`);
    const refused = await unbuilt.request('/');
    expect([refused.status, await refused.text()]).toEqual([404, expect.stringContaining('npm run build:pages')]);
    mkdirSync(join(folder, 'assets'));
    writeFileSync(join(folder, 'index.html'), '<p>the page</p>');
    writeFileSync(join(folder, 'assets/main-1a2b.js'), 'run();');
    const routes = pageRoutes(world, `${folder}/`);
    expect(await (await routes.request('/')).text()).toBe('<p>the page</p>');
    const script = await routes.request('/_page/assets/main-1a2b.js');
    expect([script.status, await script.text()]).toEqual([200, 'run();']);
    expect(script.headers.get('content-type')).toContain('text/javascript');
    expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    for (const path of [
      '/_page/assets/other.js',
      '/_page/../package.json',
      '/_page/%2e%2e/%2e%2e/package.json',
      '/_page/assets/..%2f..%2fpackage.json',
    ]) {
      expect((await routes.request(path)).status, path).toBe(404);
    }
  });
});

describe('/app_redirect', () => {
  const leadsTo = async (query: string) => {
    const response = await fetch(`${slack.url}/app_redirect?${query}`, { redirect: 'manual' });
    return [response.status, response.headers.get('location')];
  };

  it('leads to the conversation with an app, and to a channel', async () => {
    const { team } = slack.acme;
    expect(await leadsTo(`app=A0SIMULATE&team=${team}`)).toEqual([302, `/?team=${team}&channel=bot`]);
    expect(await leadsTo('app=A0SIMULATE')).toEqual([302, `/?team=${team}&channel=bot`]);
    const { channels } = await slack.control.team('Acme');
    const general = channels.find(({ name }) => name === 'general')?.id ?? '';
    expect(await leadsTo(`channel=general&team=${team}`)).toEqual([302, `/?team=${team}&channel=${general}`]);
  });

  it.each(['app=A0NOBODY', 'app=', '', 'channel=nowhere', 'app=A0SIMULATE&team=T0NOWHERE0'])(
    'says what is not there (%s)',
    async (query) => {
      expect((await leadsTo(query))[1]).toMatch(/[?&]notice=/);
    },
  );

  it('says where the app is not installed', async () => {
    const { id } = await slack.control.team('Globex');
    expect((await leadsTo(`app=A0SIMULATE&team=${id}`))[1]).toContain('notice=The+app+is+not+installed');
  });
});
