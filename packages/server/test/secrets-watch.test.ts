/** P9 over the whole suite: each scene fails its test when a secret was written in the clear. Here secrets are planted. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { administer } from '../src/store/store-fixture.test-kit.ts';
import { environmentOf, runCli } from './cli.test-kit.ts';
import { openHttpScene, SIGNING_SECRET } from './http-scene.test-kit.ts';
import { Scene } from './scene.test-kit.ts';
import { SecretSearch } from './secret-search.test-kit.ts';
import { secretsWatch } from './secrets-watch.test-kit.ts';
import { decide, openBrowser, visit } from './slack-button.test-kit.ts';

/** Of what a scene said when it closed; empty when it found nothing. */
async function closing(scene: Scene): Promise<string> {
  return await scene.close().then(
    () => '',
    (error: Error) => error.message,
  );
}

/** A server whose every answer is the text. */
async function startTelltale(text: string): Promise<string> {
  const server = createServer((_request, response) => response.end(text)).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/telltale`;
}

describe('a secret that a scene has written in the clear', () => {
  it('is found in the log, in hooks, in answers, in the output of commands and in the files of the database', async () => {
    const scene = await Scene.openForFile({ teams: [{ name: 'Acme' }, { name: 'Globex' }] });
    await scene.start();
    const [acme] = await scene.linesOf(['Acme']);
    // One that neither its shape nor the settings betray, so that nothing takes it out of what is written.
    const secret = 'plantedbythistest4711';
    secretsWatch.know([secret]);
    await scene.importTeams([{ ...acme, name: `Acme ${secret}` } as never]);
    await scene.until(({ kind, ok }) => kind === 'socket_open' && ok !== false);
    scene.logLines.push(`{"msg":"connected with ${secret}"}`);
    const telltale = await startTelltale(secret);
    onTestFinished(secretsWatch.readAnswersOf(telltale));
    await (await fetch(telltale)).text();
    await runCli(['teams', 'list'], await environmentOf(scene));
    const said = await closing(scene);
    for (const place of ['log', 'hook installed', 'answer to GET /telltale', 'output of teams list']) {
      expect(said).toContain(`  ${place}: plantedby…4711`);
    }
    expect(said).toMatch(/database file bot\.db/);
    expect(said).not.toContain(secret);
  });

  it('is found in the rows of PostgreSQL, as text and as bytes', async () => {
    const scene = await Scene.openForFile({ teams: [{ name: 'Acme' }, { name: 'Globex' }], database: 'postgres' });
    const [acme, globex] = await scene.linesOf(['Acme', 'Globex']);
    const secret = globex?.bot_token ?? '';
    await scene.importTeams([{ ...acme, name: `Acme ${secret}` } as never]);
    const { databaseUrl } = await scene.settings();
    await administer(databaseUrl, `update credential set token = convert_to('${acme?.bot_token}', 'UTF8')`);
    const said = await closing(scene);
    expect(said).toContain(`table team: xoxb-sim-…${secret.slice(-4)}`);
    expect(said).toContain(`table credential: xoxb-sim-…${acme?.bot_token.slice(-4)}`);
  });

  it('is found in why a server did not start', async () => {
    const scene = await Scene.openForFile();
    const line = await scene.lineOf((await scene.slack.teams())[0]?.name ?? '');
    await expect(scene.start({ databaseUrl: `/dev/null/${line.bot_token}` })).rejects.toThrow(line.bot_token);
    expect(await closing(scene)).toContain(`error of start: xoxb-sim-…${line.bot_token.slice(-4)}`);
  });
});

describe('the secrets that are looked for', () => {
  it('are those of installs, apps, browsers and the key', async () => {
    const scene = await Scene.open({ teams: [{ name: 'Acme' }], app: { kind: 'granular', isTokenRotationOn: true } });
    const slackAuthorizeUrl = `${scene.simulator.url}/oauth/v2/authorize`;
    await scene.start({
      slackTransport: 'http',
      slackSigningSecret: SIGNING_SECRET,
      slackScopes: ['chat:write'],
      slackAuthorizeUrl,
    });
    const browser = openBrowser();
    const back = new URL(await decide(browser, scene.url, { team: (await scene.slack.team('Acme')).id }));
    await scene.during(visit(browser, back.href));
    const [app] = await scene.slack.apps();
    const [install] = await scene.slack.installs('Acme');
    const secrets = [
      back.searchParams.get('code'),
      back.searchParams.get('state'),
      app?.clientSecret,
      app?.signingSecret,
      app?.appLevelToken,
      install?.botToken,
    ];
    expect(secrets.map((secret) => secretsWatch.knows(secret ?? ''))).toEqual(secrets.map(() => true));
    expect(scene.simulator.secrets().filter((secret) => secret.startsWith('xoxe-1-')).length).toBeGreaterThan(0);
    expect(scene.simulator.secrets().every((secret) => secretsWatch.knows(secret))).toBe(true);
    expect(await scene.leaks()).toEqual([]);
    expect(secretsWatch.knows((await readFile(`${scene.databasePath}.key`, 'utf8')).trim())).toBe(true);
    expect(secretsWatch.knows('xoxb-sim-which-nobody-has-ever-given-out')).toBe(false);
  });

  it('are those of the settings, too', async () => {
    const { scene } = await openHttpScene({ slackAppToken: 'xapp-test-watched-app-token' });
    expect(secretsWatch.knows('xapp-test-watched-app-token')).toBe(true);
    expect(await scene.leaks()).toEqual([]);
  });
});

describe('a search', () => {
  const secret = 'xoxb-sim-0123456789abcdefABCDEF';

  it.each([
    ['in quotes', `{"token":"${secret}"}`],
    ['after an escaped line break', JSON.stringify({ text: `first\n${secret}` })],
    ['in an address', `/a?b=${encodeURIComponent(`c=${secret}`)}`],
    ['between other letters', `abc${secret}def`],
    ['without its kind', '0123456789abcdefABCDEF'],
  ])('finds a secret %s', (_where, text) => {
    const search = new SecretSearch();
    search.add([secret]);
    expect(search.in(text)).toEqual([secret]);
  });

  it('finds bytes in hexadecimal digits only when it is told to', () => {
    const [plain, both] = [new SecretSearch(), new SecretSearch()];
    plain.add([secret]);
    both.add([secret], { isHex: true });
    const text = `\\x00${Buffer.from(`{${secret}}`).toString('hex')}`;
    expect([plain.in(text), both.in(text)]).toEqual([[], [secret]]);
  });

  it('takes what has no long run of letters and digits as it is', () => {
    const search = new SecretSearch();
    search.add(['xapp-sim-socket-scene', 'short']);
    expect([search.in('with xapp-sim-socket-scene in it'), search.in('a socket, scene and short')]).toEqual([
      ['xapp-sim-socket-scene'],
      [],
    ]);
  });
});
