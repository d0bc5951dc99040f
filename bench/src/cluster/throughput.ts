/**
 * How many events 1, 2 and 3 nodes on one PostgreSQL take and handle, and what each process uses for one. The generators post to
 * each node directly: a balancer of ours would be what is measured.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ClusterNode } from '../chaos/node.ts';
import { findGenerator, type Generator } from '../intake/generators.ts';
import type { Load, LoadResult } from '../intake/load.ts';
import { Stage } from '../intake/stage.ts';
import { Child } from '../processes/child.ts';
import { cpuOfTreeMs } from './process-cpu.ts';

export interface ThroughputSample {
  nodes: number;
  accepted: number;
  handled: number;
  /** Until Slack had its answer; of the slowest generator. */
  p99Ms: number;
  /** Processor time of all servers, and of PostgreSQL with all its processes, by event. */
  serverCpuMicros: number;
  postgresCpuMicros: number;
  /** Processor time in cores, while events came. */
  busy: { servers: number; postgres: number; generators: number };
}

export interface ThroughputReport {
  generator: Generator['name'];
  /** Events a second that the generator sends to a server which only counts bytes. */
  generatorPerSecond: number;
  samples: readonly ThroughputSample[];
}

export interface ThroughputOptions {
  directory: string;
  rounds: number;
  durationMs: number;
  nodes: readonly number[];
  signal: AbortSignal;
  onProgress: (text: string) => void;
}

const BOT = fileURLToPath(new URL('./counting-bot.ts', import.meta.url));
/** Over all nodes, as in the intake benchmark. */
const IN_FLIGHT = 64;
const WARM_UP_MS = 1_000;
/** More than all nodes together take on two cores; a generator that runs out of requests says so. */
const MOST_PER_SECOND = 30_000;
const DRAIN_TIMEOUT_MS = 60_000;
const POLL_MS = 50;
/** The count of a listener is in its file by then. */
const WRITTEN_MS = 200;
const SETTLE_TIMEOUT_MS = 60_000;

export async function measureThroughput(options: ThroughputOptions): Promise<ThroughputReport> {
  const { rounds, durationMs, signal, onProgress } = options;
  const generator = await findGenerator();
  const capacity = Math.ceil((MOST_PER_SECOND * (durationMs + WARM_UP_MS)) / 1_000);
  await using stage = await Stage.set({ generator, capacity, onProgress, signal });
  const generatorPerSecond = await measureGenerator(stage, options);
  const samples: ThroughputSample[] = [];
  for (let round = 1; round <= rounds; round++) {
    for (const nodes of options.nodes) {
      onProgress(`throughput: round ${round} of ${rounds}, ${nodes} nodes`);
      samples.push(await measureNodes(stage, nodes, options));
    }
  }
  return { generator: generator.name, generatorPerSecond, samples };
}

/** How fast it can be, on the same machine, with nobody to wait for. */
async function measureGenerator(stage: Stage, { durationMs, signal }: ThroughputOptions): Promise<number> {
  await using child = Child.start('eventServer');
  const range = await stage.requests.reserve(IN_FLIGHT);
  const { requestBytes } = range;
  const { signingSecret, apiUrl } = stage;
  const { port } = await child.ask('serve', { kind: 'constant', signingSecret, apiUrl, requestBytes });
  const load = { ...range, port, inFlight: IN_FLIGHT, durationMs, mayRepeat: true };
  const { requests, durationMs: tookMs } = await stage.generator.run(load, signal);
  return (requests * 1_000) / tookMs;
}

async function measureNodes(stage: Stage, count: number, options: ThroughputOptions): Promise<ThroughputSample> {
  const databases = await stage.databases('postgres');
  await using database = await databases.copy(0);
  await using stack = new AsyncDisposableStack();
  const nodes = Array.from({ length: count }, (_, index) => {
    const name = `throughput-${count}-${index + 1}`;
    const env = environmentOf(stage, { ...database, file: join(options.directory, `${name}.count`) });
    return stack.use(new ClusterNode({ name, env, bot: BOT, logFile: join(options.directory, `${name}.log`) }));
  });
  const counters = nodes.map(({ name }) => join(options.directory, `${name}.count`));
  await Promise.all(nodes.map((node) => node.start()));
  await untilOwned(nodes);
  const postgresPid = databases.serverPid ?? 0;
  stage.requests.rewind();
  const known = { counters, nodes, postgresPid };
  await measureOnce(stage, known, { ...options, durationMs: WARM_UP_MS });
  return await measureOnce(stage, known, options);
}

interface Known {
  nodes: readonly ClusterNode[];
  counters: readonly string[];
  postgresPid: number;
}

async function measureOnce(stage: Stage, known: Known, options: ThroughputOptions): Promise<ThroughputSample> {
  const { nodes, counters } = known;
  const loads = await loadsOf(stage, nodes, options.durationMs);
  const before = await used(known);
  const handledBefore = await countOf(counters);
  const results = await Promise.all(loads.map((load) => stage.generator.run(load, options.signal)));
  const endedAtMs = Date.now();
  const atEnd = await used(known);
  const requests = sumOf(results, (result) => result.requests);
  requireGood(results, requests);
  const after = await drained(counters, { wanted: handledBefore.count + requests, signal: options.signal });
  const usedUntil = await used(known);
  const durationMs = Math.max(...results.map((result) => result.durationMs));
  const drainMs = Math.max(0, after.lastAtMs - endedAtMs);
  return {
    nodes: nodes.length,
    accepted: (requests * 1_000) / durationMs,
    handled: ((after.count - handledBefore.count) * 1_000) / (durationMs + drainMs),
    p99Ms: Math.max(...results.map((result) => result.p99Ms)),
    serverCpuMicros: ((usedUntil.serversMs - before.serversMs) * 1_000) / requests,
    postgresCpuMicros: ((usedUntil.postgresMs - before.postgresMs) * 1_000) / requests,
    busy: {
      servers: (atEnd.serversMs - before.serversMs) / durationMs,
      postgres: (atEnd.postgresMs - before.postgresMs) / durationMs,
      generators: sumOf(results, (result) => result.cpuMs) / durationMs,
    },
  };
}

/** Each node has requests of its own: an event that comes twice is handled once. */
async function loadsOf(stage: Stage, nodes: readonly ClusterNode[], durationMs: number): Promise<Load[]> {
  const each = Math.ceil((MOST_PER_SECOND * durationMs) / 1_000 / nodes.length);
  const range = await stage.requests.reserve(each * nodes.length);
  stage.requests.used(range.count);
  return nodes.map(({ port = 0 }, index) => ({
    ...range,
    first: range.first + index * each,
    count: each,
    port,
    inFlight: Math.max(1, Math.floor(IN_FLIGHT / nodes.length)),
    durationMs,
    mayRepeat: false,
  }));
}

function requireGood(results: readonly LoadResult[], requests: number): void {
  const failed = sumOf(results, (result) => result.failed);
  if (failed > 0) throw new Error(`${failed} of ${requests} events were not answered 2xx`);
  if (results.some(({ isExhausted }) => isExhausted)) throw new Error('the generators ran out of requests');
  if (requests === 0) throw new Error('no event was answered');
}

async function used({ nodes, postgresPid }: Known): Promise<{ serversMs: number; postgresMs: number }> {
  const servers = await Promise.all(nodes.map(({ pid = 0 }) => cpuOfTreeMs(pid)));
  return { serversMs: sumOf(servers, (ms) => ms), postgresMs: await cpuOfTreeMs(postgresPid) };
}

/** Until the listeners had every accepted event. @throws Error when they have not in time */
async function drained(
  counters: readonly string[],
  { wanted, signal }: { wanted: number; signal: AbortSignal },
): Promise<{ count: number; lastAtMs: number }> {
  const giveUpAtMs = performance.now() + DRAIN_TIMEOUT_MS;
  for (;;) {
    const handled = await countOf(counters);
    if (handled.count >= wanted) {
      await sleep(WRITTEN_MS, undefined, { signal });
      return await countOf(counters);
    }
    if (performance.now() > giveUpAtMs) throw new Error(`${wanted - handled.count} accepted events were not handled`);
    await sleep(POLL_MS, undefined, { signal });
  }
}

async function countOf(counters: readonly string[]): Promise<{ count: number; lastAtMs: number }> {
  const texts = await Promise.all(counters.map((file) => readFile(file, 'latin1').catch(() => '')));
  const parsed = texts.flatMap((text) => {
    const [, count, lastAtMs] = /^(\d+) (\d+)\n/.exec(text) ?? [];
    return count === undefined ? [] : [{ count: Number(count), lastAtMs: Number(lastAtMs) }];
  });
  return { count: sumOf(parsed, ({ count }) => count), lastAtMs: Math.max(0, ...parsed.map((one) => one.lastAtMs)) };
}

/** Each has its share when its log says so for a while: this is no measurement, and nothing else tells it cheaply. */
async function untilOwned(nodes: readonly ClusterNode[]): Promise<void> {
  const giveUpAtMs = performance.now() + SETTLE_TIMEOUT_MS;
  const share = Math.ceil(SHARDS / nodes.length);
  for (;;) {
    const held = await Promise.all(nodes.map(({ logFile }) => readFile(logFile, 'utf8').then(shardsHeld)));
    if (sumOf(held, (count) => count) === SHARDS && Math.max(...held) <= share) return;
    if (performance.now() > giveUpAtMs) throw new Error(`the shards were not shared out: ${held.join(', ')}`);
    await sleep(POLL_MS);
  }
}

const SHARDS = 256;

function shardsHeld(log: string): number {
  const sum = (what: string) =>
    Array.from(log.matchAll(new RegExp(`"shards":(\\d+),"msg":"shards ${what}"`, 'g'))).reduce(
      (total, [, count]) => total + Number(count),
      0,
    );
  return sum('gained') - sum('lost');
}

function environmentOf(
  { signingSecret, apiUrl }: Stage,
  { databaseUrl, encryptionKeys = '', file }: { databaseUrl: string; encryptionKeys?: string; file: string },
): Record<string, string> {
  return {
    PORT: '0',
    HOST: '127.0.0.1',
    PUBLIC_URL: 'http://cluster.test',
    SLACK_TRANSPORT: 'http',
    SLACK_SIGNING_SECRET: signingSecret,
    SLACK_API_URL: apiUrl,
    DATABASE_URL: databaseUrl,
    ENCRYPTION_KEYS: encryptionKeys,
    LOG_FORMAT: 'json',
    CLUSTER_FILE: file,
  };
}

function sumOf<Item>(items: readonly Item[], valueOf: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + valueOf(item), 0);
}
