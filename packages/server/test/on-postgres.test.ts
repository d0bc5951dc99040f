/** The story of a team with PostgreSQL as the database: what holds on SQLite holds here. */
import { describe, expect, it } from 'vitest';
import { environmentOf, runCli } from './cli.test-kit.ts';
import { isRefused, isSocketOpen, Scene } from './scene.test-kit.ts';
import { headlineOf } from './slack-button.test-kit.ts';

/** A scene on PostgreSQL with Acme connected, and a document of the bot. */
async function withAcme() {
  const scene = await Scene.open({ teams: [{ name: 'Acme' }], database: 'postgres' });
  const { server } = await scene.start();
  const acme = await scene.join('Acme');
  await server.data(acme.id).set('greetings', 3);
  return { scene, acme };
}

/** Slack disables the integration, and the server notices. */
async function loseAcme(scene: Scene, team: string): Promise<void> {
  const after = await scene.slack.lastSeq();
  await scene.slack.fault({ kind: 'disable_integration', team });
  await scene.until(isRefused('rtm.connect', 'account_inactive'), { after });
  await scene.pass(5_000);
}

describe('on PostgreSQL', () => {
  it('a team registers, is deactivated by account_inactive, and comes back on its row with its data', async () => {
    const { scene, acme } = await withAcme();
    expect((await scene.greet('Acme')).tokenId).toBe(acme.botTokenId);
    const [before] = await scene.rows();
    await loseAcme(scene, acme.id);
    expect((await scene.rows()).map(({ installation }) => installation.state)).toMatchObject([
      { kind: 'inactive', reason: 'account_inactive' },
    ]);

    const after = await scene.slack.lastSeq();
    const page = await scene.register('Acme');
    expect(headlineOf(page)).toContain('back in Acme');
    await scene.until(isSocketOpen(acme.id), { after });
    await scene.greet('Acme');
    const [row, ...others] = await scene.rows();
    expect(others).toEqual([]);
    expect(row?.installation).toMatchObject({ state: { kind: 'active' }, version: { install: 2 } });
    expect(row?.installation.createdAtMs).toBe(before?.installation.createdAtMs);
    expect((await scene.server.data(acme.id).get('greetings'))?.value).toBe(3);
  });

  it('a restart of the server keeps teams, tokens and documents', async () => {
    const { scene, acme } = await withAcme();
    await scene.stop();
    const after = await scene.slack.lastSeq();
    await scene.start();
    await scene.until(isSocketOpen(acme.id), { after });
    expect((await scene.greet('Acme')).tokenId).toBe(acme.botTokenId);
    expect((await scene.server.data(acme.id).get('greetings'))?.value).toBe(3);
  });

  it('the command line works beside the server', async () => {
    const { scene, acme } = await withAcme();
    const environment = await environmentOf(scene);
    const listed = await runCli(['teams', 'list', '--json'], environment);
    expect(JSON.parse(listed.stdout)).toMatchObject([{ teamId: acme.id, name: 'Acme', status: 'active' }]);
    const deactivated = await runCli(['teams', 'deactivate', acme.id, '--json'], environment);
    expect(JSON.parse(deactivated.stdout)).toMatchObject({ status: 'inactive', changed: true, server: process.pid });
    await scene.pass(3_000);
    expect(await scene.slack.sockets(acme.id)).toEqual([]);
  });
});
