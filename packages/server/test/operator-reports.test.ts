/** What a running server tells operators of its connections and of Slack's limits. */
import { expect, it } from 'vitest';
import { engines } from '../src/store/store-fixture.test-kit.ts';
import { environmentOf, runCli } from './cli.test-kit.ts';
import { Scene } from './scene.test-kit.ts';
import { openSocketScene } from './socket-scene.test-kit.ts';

it.each(engines)(
  'a command beside the server on %s sees which teams are connected, what waits and what Slack limits',
  async (database) => {
    const scene = await Scene.open({ teams: [{ name: 'Acme' }, { name: 'Globex' }], database });
    await scene.start();
    const acme = await scene.join('Acme');
    await scene.join('Globex');
    await scene.slack.fault({ kind: 'rate_limit', team: acme.id, method: 'users.list', retryAfterSeconds: 600 });
    const client = await scene.server.client(acme.id);
    await scene.during(client.users.list({}).catch(() => {}));
    await scene.pass(3_000);
    const env = await environmentOf(scene);
    const [status, connections, limits] = await Promise.all(
      ['status', 'connections', 'limits'].map(async (word) => JSON.parse((await runCli([word, '--json'], env)).stdout)),
    );
    expect(status).toMatchObject({ servers: [{ transport: 'rtm', pid: process.pid }], teams: { active: 2 } });
    expect(connections.connections).toHaveLength(2);
    expect(connections.connections).toContainEqual(
      expect.objectContaining({
        teamId: acme.id,
        name: 'Acme',
        state: 'open',
        isCurrent: true,
        node: status.servers[0].node,
      }),
    );
    expect(limits.limits).toMatchObject([{ installation: acme.id, method: 'users.list', retryAfterMs: 600_000 }]);
    await scene.stop();
    const after = JSON.parse((await runCli(['connections', '--json'], env)).stdout);
    expect(after.connections).toEqual([]);
  },
);

it('a status names the states of Socket Mode connections, above all when none is open', async () => {
  const { scene } = await openSocketScene();
  await scene.slack.fault({ kind: 'refuse', method: 'apps.connections.open', error: 'token_revoked' });
  await scene.slack.fault({ kind: 'close', code: 1006 });
  await scene.pass(10_000, 500);
  const env = await environmentOf(scene);
  const { stdout } = await scene.during(runCli(['status'], env));
  expect(stdout).toMatch(/^server .* {2}0 open, [12] (waiting|connecting)/m);
});
