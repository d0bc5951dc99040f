/** Commands on a running server by its address: the same output, errors and exit codes as on its database. */

import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Environment, environmentOf, runCli } from './cli.test-kit.ts';
import { isSocketClosed, Scene } from './scene.test-kit.ts';

const adminToken = 'test-admin-token-0123456789';

/** What a command needs that asks a server: nothing of its database. */
const remote = (scene: Scene, more: Environment = {}): Environment => ({
  ADMIN_TOKEN: adminToken,
  DATABASE_URL: join(scene.folder, 'not-there.db'),
  ...more,
});

describe('a command with --server', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await Scene.openForFile({ teams: [{ name: 'Acme' }, { name: 'Globex' }] });
    await scene.importTeams(await scene.linesOf(['Acme', 'Globex']));
    await scene.start({ adminToken });
  });

  afterAll(() => scene.close());

  it.each([
    [['teams', 'list']],
    [['teams', 'list', '--json', 'status:active']],
    [['teams', 'show', 'T9']],
    [['teams', 'show', '.']],
    [['teams', 'show', '..']],
    [['teams', 'show', 'count', '--json']],
    [['teams', 'restart', '..']],
    [['events', 'list']],
    [['events', 'show', 'groups']],
    [['events', 'show', '%2e%2e']],
    [['events', 'show', 'Ev9', '--json']],
    [['events', 'replay', '--all', '--json']],
    [['incident']],
    [['cluster', '--json']],
    [['keys', 'rotate', '--json']],
  ])('%j says what it says on the database', async (words) => {
    const there = await runCli([...words, '--server', scene.url], remote(scene));
    expect(there).toEqual(await runCli(words, await environmentOf(scene)));
  });
});

describe('with --server', () => {
  it('https:// of a server that speaks no TLS says so in words, and to use http://', async () => {
    const plain = createServer((_request, response) => response.end()).listen(0, '127.0.0.1');
    onTestFinished(() => void plain.close());
    await once(plain, 'listening');
    const url = `https://127.0.0.1:${(plain.address() as AddressInfo).port}`;
    const { code, stderr } = await runCli(['status', '--server', url], { ADMIN_TOKEN: adminToken });
    expect([code, stderr.split('\n')]).toEqual([
      1,
      [
        `error: The server at ${url} serves plain HTTP, but the address is https://`,
        expect.stringMatching(/^ {2}fix: Use http:\/\/\S+ in --server, or the https:\/\//),
        '',
      ],
    ]);
  });

  it('deactivates a team', async () => {
    const scene = await Scene.open({ teams: [{ name: 'Acme' }] });
    await scene.start({ adminToken });
    const acme = await scene.join('Acme');
    const after = await scene.slack.lastSeq();
    const done = await runCli(['--server', scene.url, 'teams', 'deactivate', acme.id], remote(scene));
    expect(done).toMatchObject({ code: 0, stdout: expect.stringContaining('is now inactive'), stderr: '' });
    await scene.until(isSocketClosed(acme.id), { after });
  });

  it('imports a file, and tells line by line what becomes of it', async () => {
    const scene = await Scene.open({ teams: [{ name: 'Acme' }] });
    await scene.start({ adminToken });
    const line = await scene.lineOf('Acme');
    const file = join(scene.folder, 'teams.ndjson');
    await writeFile(file, `${JSON.stringify(line)}\nno JSON\n`);
    const done = await runCli(['teams', 'import', file, '--server', scene.url], remote(scene));
    expect(done).toMatchObject({
      code: 1,
      stderr: 'format: slack-bot-server (recognised; --format says another)\n',
    });
    const lines = done.stdout.split('\n');
    expect(lines).toEqual([
      `${line.team_id}: installed`,
      expect.stringMatching(/^line 2: is not JSON/),
      '1 new, 0 updated, 0 unchanged, 1 bad',
      'the running server uses new tokens within a second',
      '',
    ]);
  });

  it('imports a file of more lines than one request takes', async () => {
    const scene = await Scene.open();
    await scene.start({ adminToken });
    const file = join(scene.folder, 'teams.ndjson');
    await writeFile(file, 'no JSON\n'.repeat(1_001));
    const done = await runCli(
      ['teams', 'import', file, '--format', 'slack-bot-server', '--server', scene.url],
      remote(scene),
    );
    expect([done.code, done.stderr]).toEqual([1, '']);
    expect(done.stdout).toMatch(/\nline 1001: is not JSON.*\n0 new, 0 updated, 0 unchanged, 1001 bad\n$/);
  });

  it('starts a broadcast after its preview', async () => {
    const scene = await Scene.open({ teams: [{ name: 'Acme' }] });
    await scene.start({ adminToken });
    await scene.join('Acme');
    const words = ['broadcast', 'start', 'hi', '--to', '#general', '--yes', '--server', scene.url];
    const done = await runCli(words, remote(scene));
    expect(done).toMatchObject({ code: 0, stdout: expect.stringMatching(/^broadcast 1 to 1 team\n/), stderr: '' });
  });

  it('foretells a file of several calls as a whole, and names the line for which too many lines would go along', async () => {
    const scene = await Scene.open({ teams: [{ name: 'Acme' }] });
    await scene.start({ adminToken });
    const file = join(scene.folder, 'teams.ndjson');
    const ids = Array.from({ length: 1_100 }, (_, n) => `T${n}`);
    const teams = ids.map((team_id) => ({
      team_id,
      bot_token: `xoxb-test-${team_id}`,
      scopes: 'chat:write,'.repeat(85),
    }));
    const documents = ids.map((team_id) => ({ team_id, document: { key: 'settings', value: 1 } }));
    const organization = {
      enterprise_id: 'E1',
      is_enterprise_install: true,
      bot_token: 'xoxb-test-E1',
      workspaces: ids.map((team_id) => ({ team_id })),
    };
    await writeFile(file, [...teams, ...documents, organization].map((line) => JSON.stringify(line)).join('\n'));
    const done = await runCli(['teams', 'import', file, '--dry-run', '--server', scene.url], remote(scene));
    expect(done).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/would be: 2201 new, 0 updated, 0 unchanged, 0 bad\n$/),
      stderr: expect.stringMatching(/^format: .*\nthe forecast of line 2201 is incomplete: .*\n$/),
    });
  });

  it('exits 2 for a wrong token, for one that only reads, and for what is about this machine', async () => {
    const scene = await Scene.open({ teams: [{ name: 'Acme' }] });
    const adminReadToken = 'test-admin-read-token-0123';
    await scene.start({ adminToken, adminReadToken });
    const wrong = await runCli(
      ['teams', 'list', '--server', scene.url],
      remote(scene, { ADMIN_TOKEN: `${adminToken}x` }),
    );
    expect(wrong).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        /http:\S+ does not accept the ADMIN_TOKEN of this command\n {2}fix: Set ADMIN_TOKEN/,
      ),
    });
    const reading = await runCli(
      ['incident', 'wait', '--server', scene.url],
      remote(scene, { ADMIN_TOKEN: adminReadToken }),
    );
    expect(reading).toMatchObject({ code: 2, stderr: expect.stringContaining('incident.wait needs ADMIN_TOKEN') });
    const none = await runCli(['teams', 'list', '--server', scene.url], remote(scene, { ADMIN_TOKEN: '' }));
    expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining('ADMIN_TOKEN is missing') });
    const start = await runCli(['start', '--server', scene.url], remote(scene));
    expect(start).toMatchObject({ code: 2, stderr: expect.stringContaining('start takes no --server') });
    const url = await runCli(['teams', 'list', '--server', 'bot.example.com'], remote(scene));
    expect(url).toMatchObject({ code: 2, stderr: expect.stringContaining('--server must be') });
  });

  it('exits 1 when nobody answers, or somebody else', async () => {
    const scene = await Scene.open();
    await scene.start();
    const off = await runCli(['teams', 'list', '--server', scene.url], remote(scene));
    expect(off).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/answered 404 \([^)]+\), which is not an answer of the admin API; it begins: \S/),
    });
    const gone = await runCli(['teams', 'list', '--server', 'http://127.0.0.1:9'], remote(scene));
    expect(gone).toMatchObject({ code: 1, stderr: expect.stringMatching(/does not answer: \S/) });
    const stranger = await serverThatAnswers('application/json', '{"teams":"none"}');
    const strange = await runCli(['teams', 'list', '--server', stranger], remote(scene));
    expect(strange).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/answered something else than version .*: teams is of another kind\n/),
    });
    const problem = {
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      detail: 'No GET /api/x',
      code: 'route_not_found',
    };
    const body = JSON.stringify({ ...problem, fix: 'x', requestId: '1', facts: {}, causes: [] });
    const old = await serverThatAnswers('application/problem+json', body);
    const unknown = await runCli(['teams', 'count', '--server', old], remote(scene));
    expect(unknown).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/knows no teams\.count.*\n {2}fix: Use the slack-bot-server of/),
    });
    const half = await serverThatAnswers('application/x-ndjson', '{"progress":{"seen":1}}\n');
    const cut = await runCli(['keys', 'rotate', '--server', half], remote(scene));
    expect(cut).toMatchObject({ code: 1, stderr: expect.stringContaining('did not complete its answer') });
  });
});

async function serverThatAnswers(type: string, body: string): Promise<string> {
  const server = createServer((_request, response) => response.writeHead(200, { 'content-type': type }).end(body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
