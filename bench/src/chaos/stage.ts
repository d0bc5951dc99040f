/**
 * All that takes part in a run: the simulated Slack, a primary with its standby, the wires, the nodes and the balancer, each in a
 * process of its own but the balancer. What it was asked to break is broken here.
 */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type AppRequest, SimulatorControl } from 'slack-simulator';
import { PostgresPair } from '../../../packages/server/src/store/postgres-pair.test-kit.ts';
import { Balancer } from '../../../packages/server/test/balancer.test-kit.ts';
import { importTeams } from '../databases/import-teams.ts';
import { Child } from '../processes/child.ts';
import type { Team } from '../processes/messages.ts';
import type { ChaosTransport, Line, Pause, PauseLine, Stall, Trouble } from './evidence.ts';
import { parseLine } from './lines.ts';
import { ClusterNode } from './node.ts';
import { pausesOfNodes } from './pauses.ts';
import { stallsIn } from './stalls.ts';

export interface StageOptions {
  transport: ChaosTransport;
  /** Nothing else may be in it. */
  directory: string;
  teams: number;
  nodes: number;
  /** See plants.ts. */
  plant?: string | undefined;
  /** Whether commits reach the disk; only a power cut notices, and nothing here cuts the power. @defaultValue false */
  fsync?: boolean;
  signal: AbortSignal;
  onProgress: (text: string) => void;
}

const DATABASE = 'chaos';
const SECRET = 'chaos-signing-secret';
const APP_TOKEN = 'xapp-sim-chaos';
const CLIENT = { id: '111.222', secret: 'chaos-client-secret' };
/** Records of the simulator's log: read each second, so that only a few seconds' need to fit. */
const LOG_CAPACITY = 200_000;

/** What of the cluster can be cut. */
export type WireName = 'slack' | 'database';

export class Stage implements AsyncDisposable {
  readonly simulator: SimulatorControl;
  readonly teams: readonly Team[];
  readonly pair: PostgresPair;
  readonly nodes: readonly ClusterNode[];
  readonly balancer: Balancer;
  /** See Evidence. */
  readonly nodeOfHost: Readonly<Record<string, string>>;
  readonly #slack: Child;
  readonly #wires: Child;
  readonly #resources: AsyncDisposableStack;
  readonly #files: readonly string[];

  private constructor(parts: StageParts) {
    this.simulator = parts.simulator;
    this.teams = parts.teams;
    this.pair = parts.pair;
    this.nodes = parts.nodes;
    this.balancer = parts.balancer;
    this.nodeOfHost = parts.nodeOfHost;
    this.#slack = parts.slack;
    this.#wires = parts.wires;
    this.#resources = parts.resources;
    this.#files = parts.files;
  }

  /** Everything but the nodes runs when it resolves. */
  static async build(options: StageOptions): Promise<Stage> {
    await using stack = new AsyncDisposableStack();
    const { transport, directory, teams: count, onProgress, signal } = options;
    onProgress(`${transport}: a PostgreSQL with its standby, and a Slack with ${count} teams`);
    const pair = stack.use(await PostgresPair.start({ fsync: options.fsync ?? false }));
    await pair.execute(`create database ${DATABASE}`);
    const slack = stack.use(Child.start('simulator'));
    const balancerPort = await freePort();
    const app = appOf(transport, balancerPort);
    const { url, teams } = await slack.ask('simulate', { teams: count, app, logCapacity: LOG_CAPACITY });
    const encryptionKeys = randomBytes(32).toString('base64');
    const env = { DATABASE_URL: pair.primaryUrl(DATABASE), ENCRYPTION_KEYS: encryptionKeys };
    await importTeams({ teams, env, file: join(directory, 'teams.ndjson'), signal });
    const wires = stack.use(Child.start('wires'));
    const nodes: ClusterNode[] = [];
    const nodeOfHost: Record<string, string> = {};
    const files: string[] = [];
    for (let index = 1; index <= options.nodes; index++) {
      const name = `n${index}`;
      const file = join(directory, `${name}.lines`);
      files.push(file);
      const addresses = await wireUp(wires, name, { slack: Number(new URL(url).port), databases: pair.ports });
      nodeOfHost[`127.0.0.1:${addresses.slack}`] = name;
      const settings = {
        ...settingsOf(transport),
        ENCRYPTION_KEYS: encryptionKeys,
        DATABASE_URL: pair.url(DATABASE, addresses.databases),
        SLACK_API_URL: `http://127.0.0.1:${addresses.slack}/api/`,
        CHAOS_FILE: file,
        CHAOS_NODE: name,
        ...(options.plant && { CHAOS_PLANT: options.plant }),
      };
      nodes.push(stack.use(new ClusterNode({ name, env: settings, logFile: join(directory, `${name}.log`) })));
    }
    const balancer = stack.use(new Balancer(nodes));
    await balancer.listen(balancerPort);
    const simulator = new SimulatorControl(url);
    const resources = stack.move();
    return new Stage({ simulator, slack, teams, pair, nodes, nodeOfHost, balancer, wires, resources, files });
  }

  /** Nothing passes between a node and its database, or Slack, any more. */
  async cut(node: ClusterNode, what: WireName): Promise<void> {
    await this.#setWires(node, what, 'hole');
  }

  async mend(node: ClusterNode, what: WireName): Promise<void> {
    await this.#setWires(node, what, 'open');
  }

  /** Nothing passes between any node and the primary any more; for whoever is there once it is back, everything does. */
  async silencePrimary(): Promise<{ isBack: () => Promise<void> }> {
    const host = this.pair.ports.indexOf(this.pair.primaryPort);
    const set = async (state: 'open' | 'hole') => {
      for (const { name } of this.nodes) await this.#wires.ask('setWire', { name: `${name} database ${host}`, state });
    };
    await set('hole');
    return { isBack: () => set('open') };
  }

  /** What the listeners wrote until now. */
  async lines(): Promise<Line[]> {
    return (await this.#written()).filter((line) => line.what !== 'pause');
  }

  /** When the database did not answer a node, by the logs of the nodes. */
  async stalls(endedAtMs: number): Promise<Stall[]> {
    const logs = this.nodes.map(async ({ name, logFile: file }) => {
      return stallsIn(await readFile(file, 'utf8').catch(() => ''), { node: name, endedAtMs });
    });
    return (await Promise.all(logs)).flat();
  }

  /** When the machine had no time for one of those who take part; `bench`: of this process. */
  async pauses(troubles: readonly Trouble[], bench: readonly Pause[]): Promise<Pause[]> {
    const [simulator, wires] = await Promise.all([this.#slack.ask('pauses', null), this.#wires.ask('pauses', null)]);
    const written = (await this.#written()).filter((line) => line.what === 'pause');
    return [
      ...pausesOfNodes(written, troubles),
      ...simulator.map((pause) => ({ of: 'simulator', ...pause })),
      ...wires.map((pause) => ({ of: 'wires', ...pause })),
      ...bench,
    ];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // What is frozen or cut off must be able to end.
    for (const node of this.nodes) node.thaw();
    await this.#resources.disposeAsync();
  }

  async #written(): Promise<(Line | PauseLine)[]> {
    const texts = await Promise.all(this.#files.map((file) => readFile(file, 'latin1').catch(() => '')));
    return texts.flatMap((text) => text.split('\n').slice(0, -1).map(parseLine));
  }

  async #setWires({ name }: ClusterNode, what: WireName, state: 'open' | 'hole'): Promise<void> {
    const names = what === 'slack' ? [`${name} slack`] : [`${name} database 0`, `${name} database 1`];
    for (const wire of names) await this.#wires.ask('setWire', { name: wire, state });
  }
}

interface StageParts {
  simulator: SimulatorControl;
  teams: readonly Team[];
  pair: PostgresPair;
  nodes: readonly ClusterNode[];
  balancer: Balancer;
  nodeOfHost: Readonly<Record<string, string>>;
  slack: Child;
  wires: Child;
  resources: AsyncDisposableStack;
  files: readonly string[];
}

/** A classic app on RTM hears everything; the others only mentions, so that the bot's own answers are no events. */
function appOf(transport: ChaosTransport, port: number): AppRequest {
  const credentials = { clientId: CLIENT.id, clientSecret: CLIENT.secret, signingSecret: SECRET };
  if (transport === 'rtm') return { ...credentials, kind: 'classic' };
  const way =
    transport === 'socket'
      ? { isSocketModeOn: true, appLevelToken: APP_TOKEN }
      : { requestUrl: `http://127.0.0.1:${port}/slack/events` };
  return {
    ...credentials,
    ...way,
    kind: 'granular',
    eventSubscriptions: ['app_mention', 'app_uninstalled', 'tokens_revoked'],
    botScopes: ['app_mentions:read', 'chat:write', 'channels:read'],
  };
}

function settingsOf(transport: ChaosTransport): Record<string, string> {
  return {
    PORT: '0',
    HOST: '127.0.0.1',
    PUBLIC_URL: 'http://chaos.test',
    SLACK_TRANSPORT: transport,
    SLACK_SIGNING_SECRET: SECRET,
    ...(transport === 'socket' && { SLACK_APP_TOKEN: APP_TOKEN }),
    SLACK_CLIENT_ID: CLIENT.id,
    SLACK_CLIENT_SECRET: CLIENT.secret,
    SLACK_SCOPES: transport === 'rtm' ? 'bot' : 'app_mentions:read,chat:write,channels:read',
  };
}

async function wireUp(
  wires: Child,
  name: string,
  to: { slack: number; databases: readonly number[] },
): Promise<{ slack: number; databases: number[] }> {
  const slack = await wires.ask('addWire', { name: `${name} slack`, to: to.slack });
  const databases: number[] = [];
  for (const [index, port] of to.databases.entries()) {
    databases.push((await wires.ask('addWire', { name: `${name} database ${index}`, to: port })).port);
  }
  return { slack: slack.port, databases };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
