/**
 * All that takes part in a run over one transport: the simulated Slack, a PostgreSQL, the nodes, each in processes of their own,
 * and the balancer. The connection on which a node hears NOTIFY goes over a wire of its own, which can be cut.
 */
import { execFile } from 'node:child_process';
import { chmod, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type AppRequest, SimulatorControl } from 'slack-simulator';
import { Balancer } from '../../../packages/server/test/balancer.test-kit.ts';
import { ClusterNode } from '../chaos/node.ts';
import { createPostgresDatabases } from '../databases/postgres-databases.ts';
import { Child } from '../processes/child.ts';
import type { Team } from '../processes/messages.ts';
import { type ClusterLine, type ClusterTransport, parseClusterLine } from './evidence.ts';

/** A bot that takes the place of this bench's own, and what its app is allowed and told. */
export interface StageBot {
  file: string;
  scopes: readonly string[];
  events: readonly string[];
}

export interface StageOptions {
  transport: ClusterTransport;
  /** @defaultValue bot.ts, which answers nothing */
  bot?: StageBot;
  /** Nothing else may be in it. */
  directory: string;
  teams: number;
  nodes: number;
  signal: AbortSignal;
  onProgress: (text: string) => void;
}

interface Parts {
  simulator: SimulatorControl;
  teams: readonly Team[];
  nodes: readonly ClusterNode[];
  balancer: Balancer;
  balancerPort: number;
  wires: Child;
  files: readonly string[];
  commandEnv: Readonly<Record<string, string>>;
  resources: AsyncDisposableStack;
}

const SERVER_CLI = fileURLToPath(new URL('./cli/main.ts', import.meta.resolve('slack-bot-server')));
const OWN_BOT: StageBot = {
  file: fileURLToPath(new URL('./bot.ts', import.meta.url)),
  scopes: ['app_mentions:read', 'chat:write', 'channels:read'],
  events: ['app_mention'],
};
const SECRET = 'cluster-signing-secret';
const APP_TOKEN = 'xapp-cluster-bench';
const CLIENT = { id: '111.222', secret: 'cluster-client-secret' };
const CHALLENGES = 5;
/** Records of the simulator's log: read each second, so that only a few seconds' need to fit. */
const LOG_CAPACITY = 200_000;

export class ClusterStage implements AsyncDisposable {
  readonly #parts: Parts;

  private constructor(parts: Parts) {
    this.#parts = parts;
  }

  get simulator(): SimulatorControl {
    return this.#parts.simulator;
  }

  get teams(): readonly Team[] {
    return this.#parts.teams;
  }

  get nodes(): readonly ClusterNode[] {
    return this.#parts.nodes;
  }

  get balancer(): Balancer {
    return this.#parts.balancer;
  }

  /** Everything but the nodes runs when it resolves. */
  static async build(options: StageOptions): Promise<ClusterStage> {
    await using stack = new AsyncDisposableStack();
    const { transport, bot = OWN_BOT, directory, teams: count, onProgress, signal } = options;
    onProgress(`${transport}: a PostgreSQL, and a Slack with ${count} teams`);
    // PostgreSQL runs as another user where this is root; files with secrets are readable by their owner only.
    await chmod(directory, 0o711);
    const slack = stack.use(Child.start('simulator'));
    const balancerPort = await freePort();
    const app = appOf(transport, bot, balancerPort);
    const { url, apiUrl, teams } = await slack.ask('simulate', { teams: count, app, logCapacity: LOG_CAPACITY });
    const databases = stack.use(
      await createPostgresDatabases({ directory: join(directory, 'postgres'), teams, onProgress, signal }),
    );
    const { databaseUrl, encryptionKeys = '' } = stack.use(await databases.copy(0));
    const commandEnv = {
      DATABASE_URL: databaseUrl,
      ENCRYPTION_KEYS: encryptionKeys,
      // A packed server is compiled once, too.
      NODE_COMPILE_CACHE: join(directory, 'compile-cache'),
    };
    const wires = stack.use(Child.start('wires'));
    const files: string[] = [];
    const nodes: ClusterNode[] = [];
    for (let index = 1; index <= options.nodes; index++) {
      const name = `n${index}`;
      const file = join(directory, `${name}.lines`);
      files.push(file);
      const { port } = await wires.ask('addWire', { name, to: Number(new URL(databaseUrl).port) });
      const direct = new URL(databaseUrl);
      direct.port = String(port);
      const env = {
        ...settingsOf(transport, bot),
        ...commandEnv,
        DATABASE_DIRECT_URL: direct.href,
        SLACK_API_URL: apiUrl,
        CLUSTER_FILE: file,
        CLUSTER_NODE: name,
      };
      nodes.push(stack.use(new ClusterNode({ name, env, bot: bot.file, logFile: join(directory, `${name}.log`) })));
    }
    const balancer = stack.use(new Balancer(nodes));
    await balancer.listen(balancerPort);
    const simulator = new SimulatorControl(url);
    const resources = stack.move();
    return new ClusterStage({
      simulator,
      teams,
      nodes,
      balancer,
      balancerPort,
      wires,
      files,
      commandEnv,
      resources,
    });
  }

  /** What the listeners wrote until now. */
  async lines(): Promise<ClusterLine[]> {
    const texts = await Promise.all(this.#parts.files.map((file) => readFile(file, 'latin1').catch(() => '')));
    return texts.flatMap((text) => text.split('\n').slice(0, -1).map(parseClusterLine));
  }

  /** No node hears what others tell it any more, or all do again. */
  async setNotices(state: 'open' | 'hole'): Promise<void> {
    for (const { name } of this.nodes) await this.#parts.wires.ask('setWire', { name, state });
  }

  /** All events of the app go to this node, or to the balancer. */
  async sendEventsTo(node: ClusterNode | undefined): Promise<void> {
    const { simulator, balancerPort } = this.#parts;
    const [app] = await simulator.apps();
    if (!app) throw new Error('the simulator has no app');
    const requestUrl = requestUrlOf(node ? (node.port ?? 0) : balancerPort);
    for (let tries = 1; ; tries++) {
      const { verification } = await simulator.updateApp(app.id, { requestUrl });
      if (verification?.ok !== false) return;
      // Slack waits 3 s for the answer, which a busy machine may need.
      if (tries === CHALLENGES) throw new Error(`${requestUrl} does not answer the challenge: ${verification.error}`);
    }
  }

  /** Runs `slack-bot-server` with these words on the database, and answers what it printed. */
  async command(...words: readonly string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=source', SERVER_CLI, ...words], {
      env: { PATH: process.env.PATH ?? '', ...this.#parts.commandEnv },
    });
    return stdout;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.resources.disposeAsync();
  }
}

function requestUrlOf(port: number): string {
  return `http://127.0.0.1:${port}/slack/events`;
}

/** A classic app on RTM hears everything; the others only mentions. */
function appOf(transport: ClusterTransport, { scopes, events }: StageBot, port: number): AppRequest {
  const credentials = { clientId: CLIENT.id, clientSecret: CLIENT.secret, signingSecret: SECRET };
  if (transport === 'rtm') return { ...credentials, kind: 'classic' };
  const way =
    transport === 'http' ? { requestUrl: requestUrlOf(port) } : { isSocketModeOn: true, appLevelToken: APP_TOKEN };
  return {
    ...credentials,
    ...way,
    kind: 'granular',
    eventSubscriptions: [...events, 'app_uninstalled', 'tokens_revoked'],
    botScopes: scopes,
  };
}

function settingsOf(transport: ClusterTransport, { scopes }: StageBot): Record<string, string> {
  return {
    PORT: '0',
    HOST: '127.0.0.1',
    PUBLIC_URL: 'http://cluster.test',
    SLACK_TRANSPORT: transport,
    SLACK_SIGNING_SECRET: SECRET,
    SLACK_CLIENT_ID: CLIENT.id,
    SLACK_CLIENT_SECRET: CLIENT.secret,
    SLACK_SCOPES: transport === 'rtm' ? 'bot' : scopes.join(','),
    ...(transport === 'socket' && { SLACK_APP_TOKEN: APP_TOKEN }),
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
