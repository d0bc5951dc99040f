/** A workspace that gets another name in Slack has it here, too, and its bot is told once. */
import { describe, expect, it } from 'vitest';
import type { BotServer } from '../src/index.ts';
import { openCluster, shardsOf } from './cluster-scene.test-kit.ts';
import { openHttpScene } from './http-scene.test-kit.ts';
import type { Scene } from './scene.test-kit.ts';

const renamed = { kind: 'rename', name: 'Acme Two', domain: 'acme-two' } as const;

function note(told: object[]): (context: BotServer) => void {
  return ({ server }) => void server.on('renamed', (payload) => void told.push(payload));
}

async function namesIn(scene: Scene): Promise<unknown[]> {
  return (await scene.rows()).map(({ teams: [team] }) => [team?.name, team?.domain]);
}

describe('a workspace that is renamed', () => {
  it('is told on HTTP when the app subscribes to team_rename', async () => {
    const told: object[] = [];
    const app = {
      botScopes: ['chat:write', 'im:history', 'team:read'],
      eventSubscriptions: ['message.im', 'team_rename', 'team_domain_change'],
    };
    const { scene, acme } = await openHttpScene({ app, setUp: note(told) });
    await scene.slack.changeTeam('Acme', renamed);
    await scene.pass(5_000);
    expect(told).toEqual([{ teamId: acme.id, enterpriseId: null, from: 'Acme', to: 'Acme Two' }]);
    expect(await namesIn(scene)).toContainEqual(['Acme Two', 'acme-two']);
  });

  it('is told on RTM once in the cluster, and not again when the team moves', async () => {
    const { scene, cluster, a, b } = await openCluster({ teams: [{ name: 'Acme' }] });
    const acme = await scene.join('Acme');
    await scene.pass(5_000);
    await scene.slack.changeTeam('Acme', renamed);
    await scene.pass(5_000);
    await scene.during(cluster.move(shardsOf(acme), b.ownership));
    await scene.pass(5_000);
    const all = [`installed ${acme.id}`, `renamed ${acme.id} Acme Two`];
    expect([a.told, b.told]).toEqual([all, []]);
    await scene.slack.changeTeam(acme.id, { kind: 'rename', name: 'Acme Three' });
    await scene.pass(5_000);
    expect([a.told, b.told]).toEqual([all, [`renamed ${acme.id} Acme Three`]]);
    expect(await namesIn(scene)).toEqual([['Acme Three', 'acme-two']]);
  });
});
