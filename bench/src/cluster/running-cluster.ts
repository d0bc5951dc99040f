/** A stage whose nodes run while people write at a steady pace; what its parts ask for, and wait for. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { LogRecord } from 'slack-simulator';
import type { ClusterNode } from '../chaos/node.ts';
import { People } from '../chaos/people.ts';
import type { ClusterLine, ClusterTransport } from './evidence.ts';
import { LogReader } from './log-reader.ts';
import { ClusterStage, type StageOptions } from './stage.ts';

export interface RunningOptions extends StageOptions {
  /** Nodes that run from the start; the first ones. */
  running: number;
  messagesPerSecond: number;
}

const POLL_MS = 500;
/** Asking the cluster is a process each time. */
const ASK_EVERY_MS = 2_000;
/** To start on a busy machine, and to share out. */
const SETTLE_TIMEOUT_MS = 150_000;
/** The server's own default: packages/server, connection/socket-connections.ts. */
const SOCKET_CONNECTIONS = 2;

/** What `slack-bot-server cluster --json` says. */
interface Shown {
  nodes: readonly { id: string; pid: number; state: string; shards: number }[];
  orphans: number;
}

export class RunningCluster implements AsyncDisposable {
  readonly stage: ClusterStage;
  readonly options: RunningOptions;
  readonly #reader: LogReader;
  readonly #resources: AsyncDisposableStack;

  private constructor(parts: {
    stage: ClusterStage;
    options: RunningOptions;
    reader: LogReader;
    resources: AsyncDisposableStack;
  }) {
    this.stage = parts.stage;
    this.options = parts.options;
    this.#reader = parts.reader;
    this.#resources = parts.resources;
  }

  /** Resolves when the work is shared out. @throws Error when it is not in time, or the signal's reason */
  static async start(options: RunningOptions): Promise<RunningCluster> {
    await using stack = new AsyncDisposableStack();
    const stage = stack.use(await ClusterStage.build(options));
    const reader = stack.use(new LogReader(stage.simulator, options.transport));
    options.onProgress(`${options.transport}: starting ${options.running} nodes`);
    const first = stage.nodes.slice(0, options.running);
    await Promise.all(first.map((node) => node.start()));
    const over = new AbortController();
    const living = peopleOf(stage, options, over.signal).live();
    stack.defer(async () => {
      over.abort();
      await living;
    });
    const cluster = new RunningCluster({ stage, options, reader, resources: stack.move() });
    try {
      await cluster.settled(first);
      return cluster;
    } catch (error) {
      await cluster[Symbol.asyncDispose]();
      throw error;
    }
  }

  get transport(): ClusterTransport {
    return this.options.transport;
  }

  /** In this time every team writes once, in milliseconds. */
  get cycleMs(): number {
    return (1_000 * this.stage.teams.length) / this.options.messagesPerSecond;
  }

  /** The simulator's records until now, in order. */
  log(): Promise<readonly LogRecord[]> {
    return this.#reader.read();
  }

  lines(): Promise<ClusterLine[]> {
    return this.stage.lines();
  }

  async pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.options.signal });
  }

  /** Asks again and again until it is so. @throws Error after `limitMs` */
  async until(isSo: () => Promise<boolean> | boolean, { what, limitMs }: { what: string; limitMs: number }) {
    const giveUpAtMs = performance.now() + limitMs;
    while (!(await isSo())) {
      if (performance.now() > giveUpAtMs) throw new Error(`${what} within ${limitMs} ms`);
      await this.pause(POLL_MS);
    }
  }

  /** These nodes have the work between them, and the others none of it. */
  async settled(nodes: readonly ClusterNode[]): Promise<void> {
    const { balancer, teams, simulator } = this.stage;
    const giveUp = { what: 'the work was not shared out', limitMs: SETTLE_TIMEOUT_MS };
    await this.until(() => nodes.every(({ name }) => balancer.ready.includes(name)), giveUp);
    const wanted = { http: 0, socket: SOCKET_CONNECTIONS, rtm: teams.length }[this.transport];
    await this.until(async () => {
      const isShared = isEven(await this.#ask(), nodes) && (await simulator.status()).sockets >= wanted;
      if (!isShared) await this.pause(ASK_EVERY_MS);
      return isShared;
    }, giveUp);
  }

  /** The id by which commands know a node. */
  async idOf(node: ClusterNode): Promise<string> {
    const found = (await this.#ask()).nodes.find(({ pid }) => pid === node.pid);
    if (!found) throw new Error(`${node.name} has no lease`);
    return found.id;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resources.disposeAsync();
  }

  async #ask(): Promise<Shown> {
    return JSON.parse(await this.stage.command('cluster', '--json')) as Shown;
  }
}

/** Nobody has more than a fair share, which is rounded up: 86, 86 and 84 of 256. */
function isEven({ nodes, orphans }: Shown, wanted: readonly ClusterNode[]): boolean {
  const shares = wanted.map(({ pid }) => nodes.find((node) => node.pid === pid)?.shards ?? 0);
  const all = nodes.reduce((sum, { shards }) => sum + shards, 0);
  const isAllTheirs = shares.reduce((sum, share) => sum + share, 0) === all;
  return orphans === 0 && all > 0 && isAllTheirs && Math.max(...shares) <= Math.ceil(all / wanted.length);
}

/** Each team in its turn, so that every one of them is heard of at the same distance. */
function peopleOf({ simulator, teams }: ClusterStage, options: RunningOptions, signal: AbortSignal): People {
  let turn = 0;
  return new People(simulator, {
    // Over Socket Mode it is the same app with the same events.
    transport: options.transport === 'rtm' ? 'rtm' : 'http',
    teams,
    victims: [],
    messagesPerSecond: options.messagesPerSecond,
    random: () => ((turn++ % teams.length) + 0.5) / teams.length,
    signal: AbortSignal.any([signal, options.signal]),
  });
}
