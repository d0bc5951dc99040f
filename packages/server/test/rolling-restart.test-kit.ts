/**
 * Three servers as processes on one PostgreSQL, asked to end and started again one after the other while people write, all in real
 * time. What became of each message is read from the simulated Slack: its conversations and its log.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { AppSeed, LogRecord } from 'slack-simulator';
import { expect, onTestFinished, vi } from 'vitest';
import { type Backend, Balancer } from './balancer.test-kit.ts';
import { CliProcess, type Environment, environmentOf } from './cli.test-kit.ts';
import { SIGNING_SECRET } from './http-scene.test-kit.ts';
import { Scene } from './scene.test-kit.ts';
import { APP_TOKEN, socketApp } from './socket-scene.test-kit.ts';

type Transport = 'http' | 'socket' | 'rtm';

/** What a person wrote, and when the bot answered it, both by Slack's time in milliseconds. */
export interface Said {
  number: number;
  team: string;
  atMs: number;
  answeredAtMs: readonly number[];
}

/** A time without a connection. */
export interface Gap {
  team: string;
  fromMs: number;
  toMs: number;
}

export interface Outcome {
  said: readonly Said[];
  log: readonly LogRecord[];
  /** What the hook `gap` of all servers was told. */
  told: readonly Gap[];
}

const TEAMS = Array.from({ length: 9 }, (_, n) => `Team ${n}`);
const NODES = 3;
const SAY_EVERY_MS = 80;
/** Before the first server is asked to end and after the last one is back, in milliseconds. */
const CALM_MS = 2_000;
/** A start on a busy machine, and the leases. */
const PATIENT = { timeout: 60_000, interval: 200 };
const MESSAGES_KEPT = 1_000;

const httpApp: AppSeed = {
  kind: 'granular',
  signingSecret: SIGNING_SECRET,
  botScopes: ['channels:history', 'chat:write'],
  eventSubscriptions: ['message.channels'],
};
const apps: Partial<Record<Transport, AppSeed>> = { http: httpApp, socket: socketApp };
const settings: Record<Transport, Environment> = {
  http: { SLACK_SIGNING_SECRET: SIGNING_SECRET, SLACK_SCOPES: 'chat:write' },
  socket: { SLACK_APP_TOKEN: APP_TOKEN, SLACK_SCOPES: 'chat:write' },
  rtm: {},
};

/** Answers "n7" with "re n7 at try 1". */
const BOT = `export default ({ bot, server }) => {
  bot.event('message', async ({ event, context, say }) => {
    const [, number] = /^n(\\d+)$/.exec(event.text ?? '') ?? [];
    if (number !== undefined) await say('re n' + number + ' at try ' + context.attempt);
  });
  server.on('gap', ({ teamId, fromMs, toMs }) => console.log('GAP', teamId, fromMs, toMs, 'END'));
};
`;

class RollingNode implements Backend {
  readonly name: string;
  port: number | undefined;
  readonly #words: readonly string[];
  readonly #environment: Environment;
  readonly #processes: CliProcess[] = [];

  constructor(name: string, words: readonly string[], environment: Environment) {
    this.name = name;
    this.#words = words;
    this.#environment = environment;
  }

  get output(): string {
    return this.#processes.map(({ stdout }) => stdout).join('\n');
  }

  async start(): Promise<void> {
    const process = new CliProcess(this.#words, this.#environment);
    this.#processes.push(process);
    const [, url = ''] = await process.printed(/"url":"([^"]+)","msg":"listening"/);
    this.port = Number(new URL(url).port);
  }

  /** As a deployment does. */
  async end(): Promise<void> {
    const ended = await this.#processes.at(-1)?.end('SIGTERM');
    this.port = undefined;
    expect(ended?.code).toBe(0);
    expect(ended?.stdout).toContain('"unfinished":0,"msg":"stopped"');
  }
}

/** Restarts each of three servers under load, and resolves when nothing more comes. */
export async function rollingRestart(transport: Transport): Promise<Outcome> {
  const app = apps[transport];
  const teams = TEAMS.map((name) => ({ name }));
  const scene = await Scene.open({ teams, database: 'postgres', clock: { mode: 'system' }, ...(app && { app }) });
  const { nodes, balancer } = await openNodes(scene, transport);
  const isServed = () => vi.waitFor(() => expect(balancer.ready).toHaveLength(NODES), PATIENT);
  await isServed();
  await requireConnected(scene, transport);
  const over = new AbortController();
  const writing = write(scene, over.signal);
  await pause(CALM_MS);
  for (const node of nodes) {
    await node.end();
    await node.start();
    await isServed();
  }
  await requireConnected(scene, transport);
  await pause(CALM_MS);
  over.abort();
  await writing;
  const said = await untilQuiet(scene);
  const log = await scene.slack.log({ limit: 100_000 });
  for (const node of nodes) await node.end();
  return { said, log, told: nodes.flatMap(({ output }) => gapsTold(output)) };
}

async function openNodes(scene: Scene, transport: Transport) {
  await writeFile(join(scene.folder, 'bot.mjs'), BOT);
  await scene.importTeams(await scene.linesOf(TEAMS));
  const environment = await environmentOf(scene, { SLACK_TRANSPORT: transport, ...settings[transport] });
  const words = ['start', join(scene.folder, 'bot.mjs')];
  const nodes = Array.from({ length: NODES }, (_, n) => new RollingNode(`n${n}`, words, environment));
  const balancer = new Balancer(nodes);
  onTestFinished(() => balancer[Symbol.asyncDispose]());
  const port = await balancer.listen(0);
  await Promise.all(nodes.map((node) => node.start()));
  if (transport === 'http') {
    await vi.waitFor(() => expect(balancer.ready).toHaveLength(NODES), PATIENT);
    const [{ id } = { id: '' }] = await scene.slack.apps();
    const requestUrl = `http://127.0.0.1:${port}/slack/events`;
    expect((await scene.slack.updateApp(id, { requestUrl })).verification).toMatchObject({ ok: true });
  }
  return { nodes, balancer };
}

/** Over HTTP there is nothing to connect. */
async function requireConnected(scene: Scene, transport: Transport): Promise<void> {
  const sockets = { http: 0, socket: 2, rtm: TEAMS.length }[transport];
  await vi.waitFor(async () => expect((await scene.slack.status()).sockets).toBeGreaterThanOrEqual(sockets), PATIENT);
}

/** Teams take turns, so that every one of them has something to lose at any time. */
async function write(scene: Scene, signal: AbortSignal): Promise<void> {
  const saying: Promise<unknown>[] = [];
  for (let number = 0; !signal.aborted; number++) {
    const team = TEAMS[number % TEAMS.length] ?? '';
    saying.push(scene.slack.say({ team, channel: 'general', text: `n${number}` }));
    await pause(SAY_EVERY_MS, undefined, { signal }).catch(() => {});
  }
  await Promise.all(saying);
}

/** Until every message is answered, or no answer has come for a while: on RTM what was said in a gap never is. */
async function untilQuiet(scene: Scene): Promise<Said[]> {
  let before = -1;
  for (;;) {
    const said = await read(scene);
    const answered = said.filter(({ answeredAtMs }) => answeredAtMs.length > 0).length;
    if (answered === said.length || answered === before) return said;
    before = answered;
    await pause(QUIET_MS);
  }
}

/** Longer than a poll of the table, and than what is late may be. */
const QUIET_MS = 6_000;

async function read(scene: Scene): Promise<Said[]> {
  const said: Said[] = [];
  for (const { id: team } of await scene.slack.teams()) {
    const messages = await scene.slack.messages({ team, channel: 'general', limit: MESSAGES_KEPT });
    const answers = messages.flatMap(({ text, ts }) => {
      const [, number] = /^re n(\d+) at try \d+$/.exec(text) ?? [];
      return number === undefined ? [] : [{ number: Number(number), atMs: Number(ts) * 1_000 }];
    });
    for (const { text, ts } of messages) {
      const [, digits] = /^n(\d+)$/.exec(text) ?? [];
      if (digits === undefined) continue;
      const number = Number(digits);
      const own = answers.filter((one) => one.number === number);
      said.push({ number, team, atMs: Number(ts) * 1_000, answeredAtMs: own.map(({ atMs }) => atMs) });
    }
  }
  return said;
}

function gapsTold(output: string): Gap[] {
  const told = output.matchAll(/GAP (\S+) (\d+) (\d+) END/g);
  return Array.from(told, ([, team = '', fromMs, toMs]) => ({ team, fromMs: Number(fromMs), toMs: Number(toMs) }));
}
