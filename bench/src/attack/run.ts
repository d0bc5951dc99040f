/**
 * `bench attack`: each attack beside a signed load of twenty teams, on each store. A fresh server process for each, because what
 * an attack leaves behind must not be the next one's. Loopback only, bounded in count and time.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Databases, DatabasesOptions, StoreName } from '../databases/databases.ts';
import { createPostgresDatabases } from '../databases/postgres-databases.ts';
import { createSqliteDatabases } from '../databases/sqlite-databases.ts';
import { startSlackStub } from '../events/slack-stub.ts';
import { teamsOf } from '../events/teams.ts';
import { Child } from '../processes/child.ts';
import type { Attack } from './attacks.ts';
import { CLIENT, HOSTILE_TEAMS, SECRET, TEAMS } from './cast.ts';
import { deliverUntil } from './load.ts';
import { figuresOf, type Outcome } from './report.ts';
import { SignedPosts } from './signed-posts.ts';
import { SlackSender } from './slack-sender.ts';
import { SocketEnvelopes } from './socket-envelopes.ts';
import { installWith } from './strangers.ts';

export interface AttackOptions {
  stores: readonly StoreName[];
  /** How long each attack takes. */
  seconds: number;
  /** @defaultValue all */
  attacks: readonly Attack[];
  signal: AbortSignal;
  onProgress: (text: string) => void;
}

/** Accepted events have so long to reach their listeners, in milliseconds. */
const HANDLED_WITHIN_MS = 10_000;
const SAMPLE_MS = 200;
/** The server has warmed up before it is attacked. */
const WARM_UP_MS = 1_000;
/** Another address of this machine: the bounds of installs are by address. */
const OTHER_ADDRESS = '127.0.0.2';
/** The code of somebody who really pressed Allow. */
const GOOD_CODE = 'good';

/** Attacks and measures. @throws Error when a server cannot be started, or the signal's reason */
export async function runAttacks(options: AttackOptions): Promise<Outcome[]> {
  const { stores, attacks, signal, onProgress } = options;
  const directory = await mkdtemp(join(tmpdir(), 'slack-bot-server-attack-'));
  // PostgreSQL runs as another user where this is root; files with secrets are readable by their owner only.
  await chmod(directory, 0o711);
  const outcomes: Outcome[] = [];
  try {
    for (const store of stores) {
      const teams = teamsOf(TEAMS + HOSTILE_TEAMS);
      await using databases = await databasesOf(store, {
        directory: join(directory, store),
        teams,
        onProgress,
        signal,
      });
      for (const attack of attacks) {
        signal.throwIfAborted();
        onProgress(`${store}: ${attack.name}`);
        outcomes.push(await measure(attack, { ...options, databases }));
      }
    }
    return outcomes;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function databasesOf(store: StoreName, options: DatabasesOptions): Promise<Databases> {
  return store === 'sqlite' ? createSqliteDatabases(options) : createPostgresDatabases(options);
}

async function measure(attack: Attack, options: AttackOptions & { databases: Databases }): Promise<Outcome> {
  const { databases, seconds, signal } = options;
  const sockets = attack.transport === 'socket' ? await SocketEnvelopes.start() : undefined;
  await using stub = await startSlackStub({ goodCode: GOOD_CODE, ...(sockets && { socketUrl: sockets.url }) });
  await using database = await databases.copy(0);
  await using server = Child.start('eventServer');
  const { databaseUrl, encryptionKeys } = database;
  const { port } = await server.ask('serve', {
    kind: 'target',
    signingSecret: SECRET,
    client: CLIENT,
    apiUrl: stub.apiUrl,
    requestBytes: 0,
    databaseUrl,
    ...(sockets && { transport: 'socket' as const }),
    ...(encryptionKeys === undefined ? {} : { encryptionKeys }),
  });
  await sockets?.opened();
  await using attacker = Child.start('attacker');
  const slack = new SlackSender(sockets ?? new SignedPosts(port, SECRET));
  const ended = new AbortController();
  const load = deliverUntil(AbortSignal.any([ended.signal, signal]), slack);
  try {
    const memory = watchMemory(server, ended.signal);
    await sleep(WARM_UP_MS, undefined, { signal });
    const attacked = sockets
      ? attackFromHere(attack, { port, slack, seconds })
      : attacker.ask('attack', { name: attack.name, port, secret: SECRET, seconds }).then(({ done }) => done);
    // Somebody installs the bot in the middle of it.
    const installed = sleep(seconds * 500, undefined, { signal }).then(() =>
      installWith({ port, from: OTHER_ADDRESS }, GOOD_CODE),
    );
    const [done, install] = await Promise.all([attacked, installed]);
    ended.abort();
    const delivered = await load;
    const handledAtMs = await allHandled(
      server,
      delivered.filter(({ status, eventId }) => status === 200 && eventId).length,
    );
    const figures = figuresOf({ delivered, handledAtMs, rssBytes: await memory });
    return { store: databases.store, attack: attack.name, done, install, exchanges: stub.exchanges, ...figures };
  } finally {
    ended.abort();
    await load.catch(() => {});
    slack.close();
  }
}

/** Over Socket Mode there is one Slack, for the attack and for the others. */
function attackFromHere(
  attack: Attack,
  { port, slack, seconds }: { port: number; slack: SlackSender; seconds: number },
): Promise<number> {
  return attack.run({ port, slack, signal: AbortSignal.timeout(seconds * 1_000) });
}

/** The most that the server's process had. */
async function watchMemory(server: Child, signal: AbortSignal): Promise<number> {
  let mostBytes = 0;
  while (!signal.aborted) {
    const { rssBytes } = await server.ask('usage', null);
    mostBytes = Math.max(mostBytes, rssBytes);
    await sleep(SAMPLE_MS);
  }
  return mostBytes;
}

/** When events reached their listeners; waits for those that were accepted, but not for ever. */
async function allHandled(server: Child, accepted: number): Promise<Record<string, number>> {
  const giveUpAtMs = performance.now() + HANDLED_WITHIN_MS;
  for (;;) {
    const handledAtMs = await server.ask('handledAt', null);
    if (Object.keys(handledAtMs).length >= accepted || performance.now() > giveUpAtMs) return handledAtMs;
    await sleep(SAMPLE_MS);
  }
}
