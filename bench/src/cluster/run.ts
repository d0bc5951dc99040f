/** `bench cluster`: each transport on a stage of its own, then throughput. A part that fails is a line of the report. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { machine, today } from '../conditions.ts';
import { type ClusterPart, type ClusterTransport, clusterParts, clusterTransports } from './evidence.ts';
import { type FailoverSample, measureFailover } from './failover.ts';
import { acceptedOf, lostOf } from './handlings.ts';
import { type LatencySample, measureLatency } from './latency.ts';
import { type MoveSample, measureDrain, measureJoin } from './rebalance.ts';
import type { ClusterReport } from './report.ts';
import { measureRestart, type RestartSample } from './restart.ts';
import { RunningCluster } from './running-cluster.ts';
import { measureThroughput, type ThroughputReport } from './throughput.ts';

export interface ClusterOptions {
  teams: number;
  rounds: number;
  quick: boolean;
  /** @defaultValue all */
  parts?: readonly ClusterPart[];
  /** @defaultValue all */
  transports?: readonly ClusterTransport[];
  signal: AbortSignal;
  onProgress: (text: string) => void;
}

const NODES = 3;
/** Each team writes about every five seconds, and in all no more than the simulator takes beside everything else on two cores. */
const SECONDS_PER_MESSAGE = 5;
const LEAST_PER_SECOND = 20;
const MOST_PER_SECOND = 80;
/** What is not handled by then is lost, in milliseconds. */
const PATIENCE_MS = 30_000;
const LATENCY_MS = 15_000;
const QUICK_LATENCY_MS = 4_000;
const THROUGHPUT_MS = 4_000;
const QUICK_THROUGHPUT_MS = 1_000;

const partsOf: Record<ClusterTransport, readonly ClusterPart[]> = {
  http: ['latency', 'failover', 'restart'],
  socket: ['failover', 'restart'],
  rtm: ['rebalance', 'failover', 'restart'],
};

/** Measures; when it is interrupted, what was measured until then. @throws Error when a cluster cannot be started */
export async function runCluster(options: ClusterOptions): Promise<ClusterReport> {
  const { teams, rounds, quick, parts = clusterParts, transports = clusterTransports } = options;
  const directory = await mkdtemp(join(tmpdir(), 'slack-bot-server-cluster-'));
  // PostgreSQL runs as another user where this is root, and must reach its own folder.
  await chmod(directory, 0o711);
  const run = new Run(options, directory);
  try {
    for (const transport of transports) {
      const own = partsOf[transport].filter((part) => parts.includes(part));
      if (own.length > 0) await run.transport(transport, own);
    }
    if (parts.includes('throughput')) await run.throughputs();
  } catch (error) {
    if (!options.signal.aborted) throw error;
    run.fail('interrupted');
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
  const messagesPerSecond = rateOf(teams);
  return { facts: { date: today(), teams, rounds, messagesPerSecond, quick, machine: machine() }, ...run.found() };
}

class Run {
  readonly #options: ClusterOptions;
  readonly #directory: string;
  readonly #failovers: FailoverSample[] = [];
  readonly #moves: MoveSample[] = [];
  readonly #latencies: LatencySample[] = [];
  readonly #restarts: RestartSample[] = [];
  readonly #failures: string[] = [];
  #throughput: ThroughputReport | undefined;

  constructor(options: ClusterOptions, directory: string) {
    this.#options = options;
    this.#directory = directory;
  }

  found(): Omit<ClusterReport, 'facts'> {
    return {
      failovers: this.#failovers,
      moves: this.#moves,
      latencies: this.#latencies,
      restarts: this.#restarts,
      throughput: this.#throughput,
      failures: this.#failures,
    };
  }

  fail(why: string): void {
    this.#failures.push(why);
  }

  async transport(transport: ClusterTransport, parts: readonly ClusterPart[]): Promise<void> {
    const { teams, rounds, signal, onProgress } = this.#options;
    const directory = await mkdtemp(join(this.#directory, `${transport}-`));
    // The last one joins; where nobody asks for that it is there from the start.
    const running = parts.includes('rebalance') ? NODES - 1 : NODES;
    await using cluster = await RunningCluster.start({
      transport,
      directory,
      teams,
      nodes: NODES,
      running,
      messagesPerSecond: rateOf(teams),
      signal,
      onProgress,
    });
    for (const part of parts) {
      for (let round = 1; round <= rounds; round++) {
        onProgress(`${transport}: ${part}, round ${round} of ${rounds}`);
        await this.#attempt(`${transport}: ${part}`, () => this.#measure(part, { cluster, round }));
      }
    }
    await this.#attempt(`${transport}: the whole run`, () => this.#lookForLosses(cluster));
    this.#failures.push(
      ...cluster.stage.nodes.flatMap(({ problems }) => problems.map((one) => `${transport}: ${one}`)),
    );
  }

  async throughputs(): Promise<void> {
    const { rounds, quick, signal, onProgress } = this.#options;
    const durationMs = quick ? QUICK_THROUGHPUT_MS : THROUGHPUT_MS;
    const nodes = Array.from({ length: NODES }, (_, index) => index + 1);
    const options = { directory: this.#directory, rounds, durationMs, nodes, signal, onProgress };
    await this.#attempt('throughput', async () => {
      this.#throughput = await measureThroughput(options);
    });
  }

  async #measure(part: ClusterPart, { cluster, round }: { cluster: RunningCluster; round: number }): Promise<void> {
    const { nodes } = cluster.stage;
    const node = nodes[round % nodes.length];
    const last = nodes.at(-1);
    if (!node || !last) throw new Error('there is no node');
    switch (part) {
      case 'failover':
        return void this.#failovers.push(await measureFailover(cluster, node));
      case 'restart':
        return void this.#restarts.push(await measureRestart(cluster));
      case 'latency': {
        const durationMs = this.#options.quick ? QUICK_LATENCY_MS : LATENCY_MS;
        for (const isNotified of [true, false]) {
          this.#latencies.push(await measureLatency(cluster, { isNotified, durationMs }));
        }
        return;
      }
      case 'rebalance':
        if (round > 1) await last.terminate();
        this.#moves.push(await measureJoin(cluster, last));
        this.#moves.push(await measureDrain(cluster, last));
        // It was asked to drain for as long as it lives.
        if (round < this.#options.rounds) return;
        await last.terminate();
        await last.start();
        return await cluster.settled(nodes);
      case 'throughput':
        throw new Error('throughput has a stage of its own');
    }
  }

  /** Over everything that was done to the cluster, deaths too: what got its ack was handled. */
  async #lookForLosses(cluster: RunningCluster): Promise<void> {
    if (cluster.transport === 'rtm') return;
    // What is sent from now on is on its way.
    const untilMs = Date.now();
    const lost = async () => {
      const accepted = acceptedOf(await cluster.log()).filter(({ sentAtMs }) => sentAtMs < untilMs);
      return lostOf(accepted, await cluster.lines());
    };
    const isOver = async () => (await lost()).length === 0;
    await cluster.until(isOver, { what: 'not all was handled', limitMs: PATIENCE_MS }).catch(() => {});
    this.#failures.push(
      ...(await lost()).map(
        ({ eventId, team }) => `${cluster.transport}: lost ${eventId} of ${team}, which was accepted`,
      ),
    );
  }

  async #attempt(what: string, measure: () => Promise<void>): Promise<void> {
    try {
      await measure();
    } catch (error) {
      this.#options.signal.throwIfAborted();
      const reason = error instanceof Error ? error.message : String(error);
      this.#options.onProgress(`${what} failed: ${reason}`);
      this.fail(`${what} failed: ${reason}`);
    }
  }
}

/** Messages a second over all teams. */
function rateOf(teams: number): number {
  return Math.max(LEAST_PER_SECOND, Math.min(MOST_PER_SECOND, Math.round(teams / SECONDS_PER_MESSAGE)));
}
