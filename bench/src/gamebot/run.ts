/**
 * `bench gamebot`: the example gamebot as an operator runs it, on one process and on three that share a PostgreSQL. Every team plays a
 * match, and another one while a process is killed. Witnesses: the simulated Slack, and what the boards say in the end.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ClusterNode } from '../chaos/node.ts';
import { ClusterStage, type StageBot } from '../cluster/stage.ts';
import { Answers } from './answers.ts';
import type { Sample } from './report.ts';
import { type Played, type Players, playMatches, type SeasonOptions, wrongCounts } from './season.ts';

export interface GamebotOptions {
  teams: number;
  /** How many processes, one run each. @defaultValue 1 and 3 */
  nodes?: readonly number[];
  signal: AbortSignal;
  onProgress: (text: string) => void;
}

const BOT: StageBot = {
  file: fileURLToPath(new URL('../../../examples/gamebot/bot.ts', import.meta.url)),
  scopes: ['channels:history', 'chat:write', 'users:read'],
  events: ['message.channels'],
};
/** The process is killed when this share of the match's commands was answered. */
const KILL_AT = 1 / 3;
/** Its supervisor starts it again after this, in milliseconds. */
const RESTART_MS = 1_000;
const POLL_MS = 200;
/** A start, the first leases, and a busy machine. */
const START_TIMEOUT_MS = 60_000;

export async function runGamebot({ nodes = [1, 3], ...options }: GamebotOptions): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (const count of nodes) samples.push(await measure(count, options));
  return samples;
}

async function measure(count: number, { teams, signal, onProgress }: Omit<GamebotOptions, 'nodes'>): Promise<Sample> {
  const directory = await mkdtemp(join(tmpdir(), 'slack-bot-server-gamebot-'));
  try {
    const built = { transport: 'http', bot: BOT, directory, teams, nodes: count, signal, onProgress } as const;
    await using stage = await ClusterStage.build(built);
    await Promise.all(stage.nodes.map((node) => node.start()));
    await untilReady(stage);
    const idleBytes = await memoryOf(stage.nodes);
    await using answers = await Answers.watch(stage.simulator);
    const season: SeasonOptions = { control: stage.simulator, answers, teams: await playersOf(stage), signal };
    onProgress(`${count} process(es): ${teams} teams play a match`);
    const calm = await playMatches(season);
    const calls = answers.count();
    const busyBytes = await memoryOf(stage.nodes);
    onProgress(`${count} process(es): ${teams} teams play another one, and a process is killed`);
    const killed = await playWithKill(season, stage.nodes);
    onProgress(`${count} process(es): ${teams} boards are asked`);
    const wrong = await wrongCounts({ ...season, matches: 2 });
    return { nodes: count, teams, calm, killed, calls, idleBytes, busyBytes, wrong };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The first node is killed in the middle, and started again, as a supervisor does. */
async function playWithKill(season: SeasonOptions, [victim]: readonly ClusterNode[]): Promise<Played> {
  const after = Math.floor(season.teams.length * 3 * KILL_AT);
  let restarted: Promise<void> | undefined;
  const restart = async () => {
    await victim?.kill();
    await sleep(RESTART_MS);
    await victim?.start();
  };
  const onAnswer = (count: number) => {
    if (count >= after) restarted ??= restart();
  };
  const played = await playMatches({ ...season, onAnswer });
  await restarted;
  return played;
}

async function untilReady({ balancer, nodes }: ClusterStage): Promise<void> {
  const giveUpAtMs = performance.now() + START_TIMEOUT_MS;
  while (balancer.ready.length < nodes.length) {
    if (performance.now() > giveUpAtMs)
      throw new Error(`${nodes.length} nodes were not ready within ${START_TIMEOUT_MS} ms`);
    await sleep(POLL_MS);
  }
}

async function playersOf({ simulator, teams }: ClusterStage): Promise<Players[]> {
  const ours = new Set(teams.map(({ teamId }) => teamId));
  return (await simulator.teams())
    .filter(({ id }) => ours.has(id))
    .map(({ id, users }) => {
      const idOf = (name: string) => users.find((user) => user.name === name)?.id ?? '';
      return { teamId: id, ann: idOf('ann'), bob: idOf('bob') };
    });
}

/** What each process holds, in bytes, by the kernel. Linux only: empty elsewhere. */
async function memoryOf(nodes: readonly ClusterNode[]): Promise<number[]> {
  const texts = await Promise.all(nodes.map(({ pid }) => readFile(`/proc/${pid}/status`, 'latin1').catch(() => '')));
  return texts.flatMap((text) => {
    const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(text) ?? [];
    return kib === undefined ? [] : [Number(kib) * 1_024];
  });
}
