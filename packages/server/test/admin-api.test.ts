/** The admin API of a running server: where it listens, what it does to connections, and how it ends. */
import { describe, expect, it } from 'vitest';
import { send } from '../src/admin/admin.test-kit.ts';
import { CliProcess, environmentOf } from './cli.test-kit.ts';
import { isSocketClosed, isSocketOpen, Scene } from './scene.test-kit.ts';

const adminToken = 'test-admin-token-0123456789';

describe('on the port of the public pages', () => {
  it('is not there without a token: its paths are pages that do not exist', async () => {
    const scene = await Scene.open();
    await scene.start();
    for (const [method, path] of [
      ['GET', '/api/teams'],
      ['POST', '/api/session'],
      ['GET', '/api/openapi.json'],
    ] as const) {
      const answer = await send(`${scene.url}${path}`, method, { token: adminToken });
      const page = await send(`${scene.url}/no-such-page`, method, { token: null });
      expect([answer.status, answer.text]).toEqual([404, page.text]);
    }
    expect(scene.logLines.join()).not.toContain('admin API');
  });

  it('deactivates a team: its connection is closed within seconds, and the page beside it answers on', async () => {
    const scene = await Scene.open({ teams: [{ name: 'Acme' }] });
    await scene.start({ adminToken });
    const acme = await scene.join('Acme');
    const after = await scene.slack.lastSeq();
    const answer = await send(`${scene.url}/api/teams/${acme.id}/deactivate`, 'POST', { token: adminToken });
    expect(answer.body).toMatchObject({ status: 'inactive', changed: true, server: process.pid });
    await scene.until(isSocketClosed(acme.id), { after, withinMs: 5_000 });
    expect((await send(`${scene.url}/`, 'GET', { token: null })).status).toBe(200);
    expect(scene.logLines.some((line) => line.includes('admin API listens'))).toBe(true);
    const operation = scene.logLines.find((line) => line.includes('admin operation'));
    expect(JSON.parse(operation ?? '{}')).toMatchObject({
      operation: 'teams.deactivate',
      requestId: answer.headers.get('x-request-id'),
    });
  });

  it('restarts a team, and tells of it what Slack said', async () => {
    const scene = await Scene.open({ teams: [{ name: 'Acme' }] });
    await scene.start({ adminToken });
    const acme = await scene.join('Acme');
    const after = await scene.slack.lastSeq();
    await send(`${scene.url}/api/teams/${acme.id}/restart`, 'POST', { token: adminToken });
    await scene.until(isSocketOpen(acme.id), { after });
  });

  it('does nothing that needs the server stopped', async () => {
    const scene = await Scene.open();
    await scene.start({ adminToken });
    const body = { from: 'A1', to: 'A2' };
    const answer = await send(`${scene.url}/api/app/move`, 'POST', { token: adminToken, body });
    expect(answer).toMatchObject({
      status: 409,
      body: { code: 'store_locked', fix: expect.stringContaining('Stop every server') },
    });
  });
});

describe('on a port of its own', () => {
  it('listens on this machine, and is no longer on the public port', async () => {
    const scene = await Scene.open();
    await scene.start({ adminToken, adminPort: 0 });
    const { url } = JSON.parse(scene.logLines.find((line) => line.includes('admin API listens')) ?? '{}') as {
      url: string;
    };
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/api$/);
    expect((await send(`${url}/teams`, 'GET', { token: adminToken })).body).toMatchObject({ teams: [] });
    expect(await send(new URL('/', url).href, 'GET', { token: adminToken })).toMatchObject({
      status: 404,
      body: { code: 'route_not_found' },
    });
    expect((await send(`${scene.url}/api/teams`, 'GET', { token: adminToken })).text).not.toContain('"teams"');
    await scene.stop();
    await expect(send(`${url}/teams`, 'GET', { token: adminToken })).rejects.toThrow('ECONNREFUSED');
  });

  it('that is taken stops the start, and the error names the setting', async () => {
    const scene = await Scene.open();
    await scene.start({ adminToken });
    const environment = await environmentOf(scene, {
      DATABASE_URL: `${scene.folder}/other.db`,
      ADMIN_TOKEN: adminToken,
      ADMIN_PORT: new URL(scene.url).port,
    });
    const { code, stderr } = await new CliProcess(['start'], environment).ended();
    expect(code).toBe(2);
    expect(stderr).toContain('another program listens there; stop it or set ADMIN_PORT to a free port');
  });
});
