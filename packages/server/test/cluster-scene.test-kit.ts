/** Two servers on one PostgreSQL and one simulated Slack. The test says who owns what; see ownership.test-kit.ts. */
import pg from 'pg';
import { onTestFinished } from 'vitest';
import type { BotServer } from '../src/index.ts';
import { shardOf } from '../src/team/shard.ts';
import { ALL_SHARDS, ScriptedCluster, type ScriptedOwnership } from './ownership.test-kit.ts';
import { type Installed, Scene, type SceneOptions, type StartOptions } from './scene.test-kit.ts';

/** One server, under its name: its bot answers "hi" with "hello from a". */
export interface ClusterNode extends BotServer {
  url: string;
  ownership: ScriptedOwnership;
  /** What its hooks were told: name, team, and what else there is to say. */
  told: string[];
}

export interface ClusterScene {
  scene: Scene;
  cluster: ScriptedCluster;
  a: ClusterNode;
  b: ClusterNode;
}

const HOOKS = [
  'installed',
  'reinstalled',
  'renamed',
  'deactivated',
  'suspended',
  'reactivated',
  'purged',
  'incident',
] as const;

/** Opens a scene with servers a, which owns everything, and b, which owns nothing. */
export async function openCluster(
  options: SceneOptions,
  starting: StartOptions | ((scene: Scene) => StartOptions | Promise<StartOptions>) = {},
): Promise<ClusterScene> {
  const scene = await Scene.open({ database: 'postgres', ...options });
  const startOptions = typeof starting === 'function' ? await starting(scene) : starting;
  const { databaseUrl } = await scene.settings();
  const client = new pg.Client(databaseUrl);
  // What is written of events carries the epochs of these rows.
  const cluster = new ScriptedCluster(async (shard, epoch) => {
    const isSlot = 'case when shard >= 256 then coalesce(socket_lost_at_ms, -1) end';
    await client.query(`update shard set epoch = $2, socket_lost_at_ms = ${isSlot} where shard = $1`, [shard, epoch]);
  });
  const a = await startNode({ scene, cluster }, 'a', startOptions);
  const b = await startNode({ scene, cluster }, 'b', startOptions);
  await client.connect();
  onTestFinished(() => client.end());
  await cluster.give(a.ownership, ALL_SHARDS);
  // The scene closes the one that was started last; the other one is ended before.
  onTestFinished(async () => void (await scene.during(a.server.stop({ graceMs: 500 }))));
  return { scene, cluster, a, b };
}

async function startNode(
  { scene, cluster }: Pick<ClusterScene, 'scene' | 'cluster'>,
  name: string,
  options: StartOptions,
): Promise<ClusterNode> {
  const ownership = cluster.node(name);
  const told: string[] = [];
  const context = await scene.start({
    ...options,
    tuning: { ownership },
    setUp: async (given) => {
      const { bot, server } = given;
      bot.message('hi', async ({ say }) => void (await say(`hello from ${name}`)));
      for (const hook of HOOKS) server.on(hook, (payload) => void told.push(describe(hook, payload)));
      await options.setUp?.(given);
    },
  });
  return { ...context, ownership, told };
}

function describe(hook: string, payload: object): string {
  const { teamId, reason, to } = payload as { teamId?: string; reason?: string; to?: string };
  return [hook, teamId, reason, to].filter((part) => part !== undefined).join(' ');
}

/** The shards of teams' own installations. */
export function shardsOf(...teams: readonly Pick<Installed, 'id'>[]): number[] {
  return teams.map(({ id }) => shardOf(id));
}

/** What the bot said in its conversation with people, oldest first. */
export async function answersIn(scene: Scene, team: Pick<Installed, 'id'>): Promise<string[]> {
  const messages = await scene.slack.messages({ team: team.id, to: 'bot' });
  return messages.filter(({ isBot }) => isBot).map(({ text }) => text);
}
