/**
 * Measures one simulator under load and prints the figures: `npm run load --workspace slack-simulator`.
 * The simulator is this process; clients, the app and the people who write are others, so that nothing shares its loop.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { type Simulator, startSimulator } from '../src/index.ts';
import type { Command } from './load-peer.ts';

const SOCKETS = Number(process.env.SOCKETS ?? 5000);
const SECONDS = Number(process.env.SECONDS ?? 10);

/** A child process that answers commands one at a time. */
class Peer implements Disposable {
  readonly #child: ChildProcess = fork(join(import.meta.dirname, 'load-peer.ts'), {
    execArgv: ['--conditions=source'],
  });

  ask<Answer>(command: Command): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#child.once('message', (answer) => resolve(answer as Answer));
      this.#child.once('exit', () => reject(new Error('the peer is gone')));
      this.#child.send(command);
    });
  }

  [Symbol.dispose](): void {
    this.#child.disconnect();
  }
}

function say(label: string, value: string): void {
  process.stdout.write(`${label.padEnd(48)} ${value}\n`);
}

const perSecond = (count: number, ms: number) => `${Math.round((count / ms) * 1000).toLocaleString('en')}/s`;
const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;

function residentMiB(): number {
  globalThis.gc?.();
  return process.memoryUsage().rss / 2 ** 20;
}

async function start(): Promise<void> {
  const startedAt = performance.now();
  await using _first = await startSimulator();
  say('first simulator of a process, ready after', `${Math.round(performance.now() - startedAt)} ms`);
  const again = performance.now();
  await using _second = await startSimulator();
  say('second one', `${(performance.now() - again).toFixed(1)} ms`);
}

async function rtmSockets(): Promise<void> {
  const teams = Array.from({ length: SOCKETS }, (_, index) => ({
    name: `Team ${index}`,
    users: ['ann'],
    channels: [],
  }));
  const startedAt = performance.now();
  await using slack = await startSimulator({ seed: { teams, installs: teams.map(({ name }) => ({ team: name })) } });
  say(`${SOCKETS} workspaces with an install by seed`, seconds(performance.now() - startedAt));
  const tokens = (await slack.control.installs()).map(({ botToken }) => botToken);
  const before = residentMiB();
  using peer = new Peer();
  const opened = await peer.ask<{ sockets: number; ms: number }>({ do: 'connect', apiUrl: slack.apiUrl, tokens });
  say(
    `${opened.sockets} × rtm.connect and socket with hello`,
    `${seconds(opened.ms)}, ${perSecond(opened.sockets, opened.ms)}`,
  );
  say('memory per socket', `${(((residentMiB() - before) * 1024) / opened.sockets).toFixed(1)} KiB`);
  const echoed = await peer.ask<{ frames: number; ms: number }>({ do: 'echo' });
  say('pings on every socket at once, all answered', `${seconds(echoed.ms)}, ${perSecond(echoed.frames, echoed.ms)}`);
  await messagesTo(slack, peer);
}

async function messagesTo(slack: Simulator, peer: Peer): Promise<void> {
  const teams = (await slack.control.teams()).map(({ id }) => id);
  using writer = new Peer();
  const startedAt = performance.now();
  const wrote = await writer.ask<{ written: number }>({ do: 'write', url: slack.url, teams, seconds: SECONDS });
  await peer.ask({ do: 'await_messages', count: wrote.written });
  say('messages written by people, each on a socket', perSecond(wrote.written, performance.now() - startedAt));
}

async function deliveries(apps: number): Promise<void> {
  using sink = new Peer();
  using writer = new Peer();
  const signingSecret = 'a1b2c3d4';
  const { url: requestUrl } = await sink.ask<{ url: string }>({ do: 'listen', signingSecret });
  const names = Array.from({ length: apps }, (_, index) => `App ${index}`);
  const teams = Array.from({ length: 16 }, (_, index) => ({ name: `Team ${index}` }));
  await using slack = await startSimulator({
    eventLimits: { perHour: 1e9 },
    seed: {
      apps: names.map((name) => ({
        name,
        kind: 'granular',
        signingSecret,
        requestUrl,
        eventSubscriptions: ['message.channels'],
      })),
      teams,
      installs: teams.flatMap((team) => names.map((app) => ({ team: team.name, app }))),
    },
  });
  const startedAt = performance.now();
  const cpuBefore = process.cpuUsage();
  const ids = teams.map(({ name }) => name);
  const { written } = await writer.ask<{ written: number }>({
    do: 'write',
    url: slack.url,
    teams: ids,
    seconds: SECONDS,
  });
  const { deliveries: arrived, badSignatures } = await sink.ask<{ deliveries: number; badSignatures: number }>({
    do: 'count',
  });
  const ms = performance.now() - startedAt;
  const cpu = process.cpuUsage(cpuBefore);
  say(`signed deliveries, ${apps} app(s) per message`, `${perSecond(arrived, ms)} of ${written} messages`);
  say(
    '  bad signatures; simulator CPU per delivery',
    `${badSignatures}; ${Math.round((cpu.user + cpu.system) / arrived)} µs`,
  );
}

say('node, CPUs', `${process.version}, ${cpus().length}`);
await start();
await rtmSockets();
await deliveries(1);
await deliveries(10);
say('resident at the end', `${Math.round(residentMiB())} MiB`);
