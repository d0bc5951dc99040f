/** A classic app is replaced by a new one on the same database. Issue 10, entry 19. */
import { describe, expect, it } from 'vitest';
import { environmentOf, runCli } from './cli.test-kit.ts';
import { greetIn, isList, ORG, openOrgScene, setAccess } from './org-scene.test-kit.ts';
import { Scene } from './scene.test-kit.ts';

describe.each(['sqlite', 'postgres'] as const)('app move, on %s', (database) => {
  // Six processes of the command line, one after the other.
  it('leaves nothing of the old app that acts, and lets teams install the new one into the same rows', {
    timeout: 180_000,
  }, async () => {
    const scene = await Scene.open({ teams: [{ name: 'Acme' }], database });
    await scene.start();
    const acme = await scene.join('Acme');
    await scene.greet('Acme');
    await scene.server.data(acme.id).set('score', 7);
    const env = await environmentOf(scene);
    const [oldApp] = await scene.slack.apps();
    const beside = await runCli(['app', 'move', oldApp?.id ?? '', 'A0NEW00001'], env);
    expect([beside.code, beside.stderr]).toEqual([1, expect.stringMatching(/in use by another (process|server)/)]);
    await scene.stop();

    const wrong = await runCli(['app', 'move', 'A0WRONG001', 'A0NEW00001'], env);
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining(`belongs to the Slack app ${oldApp?.id}`)]);
    const unasked = await runCli(['app', 'move', oldApp?.id ?? '', 'A0NEW00001'], env);
    expect([unasked.code, unasked.stderr]).toEqual([
      2,
      expect.stringContaining('1 installation waits for a re-install: pass --yes'),
    ]);
    expect(await scene.rows()).toMatchObject([{ installation: { state: { kind: 'active' } } }]);
    const moved = await runCli(['app', 'move', oldApp?.id ?? '', 'A0NEW00001', '--yes', '--json'], env);
    expect(JSON.parse(moved.stdout)).toEqual({ from: oldApp?.id, to: 'A0NEW00001', installations: 1 });

    const after = await scene.slack.lastSeq();
    await scene.start();
    await scene.pass(5_000);
    expect(await scene.usesOf(acme.botTokenId, after)).toEqual([]);
    expect(scene.server.status()).toMatchObject({ active: 0, inactive: 1 });
    await expect(scene.server.client(acme.id)).rejects.toMatchObject({ code: 'installation_not_active' });
    // The old app's button does not bring it back.
    const refused = await scene.register('Acme');
    expect(refused.status).not.toBe(200);
    expect(scene.server.status()).toMatchObject({ active: 0 });
    await scene.stop();

    // The same simulated app stands for the new one: the way back is the way there.
    await runCli(['app', 'move', 'A0NEW00001', oldApp?.id ?? '', '--yes'], env);
    await scene.start();
    const back = await scene.join('Acme');
    expect(back.id).toBe(acme.id);
    await scene.greet('Acme');
    expect((await scene.server.data(acme.id).get('score'))?.value).toBe(7);
    expect(await scene.rows()).toMatchObject([{ installation: { key: acme.id, version: { install: 2 } } }]);
  });

  it('takes an organization with its workspaces along: all wait, and one install brings them back with their data', {
    timeout: 180_000,
  }, async () => {
    const { scene, press, start, east, west } = await openOrgScene({ database });
    await press();
    for (const name of ['East', 'West']) await setAccess(scene, name, true);
    await scene.server.data(east.id).set('score', 7);
    const [install] = await scene.slack.installs(east.id);
    const [oldApp] = await scene.slack.apps();
    const oldId = oldApp?.id ?? '';
    const env = await environmentOf(scene);
    await scene.stop();
    const moved = await runCli(['app', 'move', oldId, 'A0NEW00001', '--yes', '--json'], env);
    expect(JSON.parse(moved.stdout)).toEqual({ from: oldId, to: 'A0NEW00001', installations: 1 });

    const after = await scene.slack.lastSeq();
    await start();
    await scene.pass(5_000);
    expect(await scene.usesOf(install?.botTokenId ?? '', after)).toEqual([]);
    for (const key of [ORG, east.id, west.id]) {
      await expect(scene.server.client(key)).rejects.toMatchObject({ code: 'installation_not_active' });
    }
    await scene.stop();

    await runCli(['app', 'move', 'A0NEW00001', oldId, '--yes'], env);
    await start();
    const pressed = await scene.slack.lastSeq();
    await press();
    await scene.until(isList, { after: pressed, what: 'the question for workspaces' });
    await scene.pass(1_000);
    for (const team of [east, west]) expect(await greetIn(scene, team)).toBe(`hello ${team.id} ${ORG} true`);
    expect((await scene.server.data(east.id).get('score'))?.value).toBe(7);
    expect(await scene.rows()).toMatchObject([{ installation: { key: ORG, version: { install: 2 } } }]);
  });
});
