/**
 * Servers that are frozen (SIGSTOP) for longer than their lease in the middle of something: a call that waits for its connection, a commit
 * and a claim that wait for a lock. Another server goes on with their work; awake again they send and write nothing of it. Real processes
 * and a real database; witness: the simulated Slack.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import type { AppSeed } from 'slack-simulator';
import { expect, it, onTestFinished, vi } from 'vitest';
import { CliProcess, environmentOf, runCli } from './cli.test-kit.ts';
import { type HoldingProxy, startHoldingProxy } from './holding-proxy.test-kit.ts';
import { SIGNING_SECRET } from './http-scene.test-kit.ts';
import { Scene } from './scene.test-kit.ts';
import { aMessage, postSigned } from './signed-events.test-kit.ts';

/** A lease of 10 s, a look at the rows, and a busy machine. */
const PATIENT = { timeout: 60_000, interval: 100 };
const BETWEEN_BEATS = { timeout: 10_000, interval: 20 };
const ALL_SHARDS = 256;

const app: AppSeed = {
  kind: 'granular',
  signingSecret: SIGNING_SECRET,
  botScopes: ['channels:history', 'chat:write'],
  eventSubscriptions: ['message.channels'],
};

/** Says who it is when the test lets it. */
const BOT = `import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
export default ({ bot }) => {
  bot.message(async ({ client, context }) => {
    console.log('BEGUN at try ' + context.attempt);
    while (!existsSync(process.env.MAY_ANSWER)) await pause(20);
    await client.chat.postMessage({ channel: '#general', text: process.env.NODE + ' at try ' + context.attempt });
  });
};
`;

interface Server {
  name: string;
  server: CliProcess;
  proxy: HoldingProxy;
  url: string;
  letAnswer(): Promise<void>;
}

async function openNodes(names: readonly string[] = ['first', 'second']) {
  const scene = await Scene.open({
    teams: [{ name: 'Acme' }],
    app,
    database: 'postgres',
    clock: { mode: 'system' },
  });
  await writeFile(join(scene.folder, 'bot.mjs'), BOT);
  const line = await scene.lineOf('Acme');
  await scene.importTeams([line]);
  const environment = await environmentOf(scene, {
    SLACK_TRANSPORT: 'http',
    SLACK_SIGNING_SECRET: SIGNING_SECRET,
    SLACK_SCOPES: 'chat:write',
    NO_PROXY: '',
  });
  const [{ id: appId } = { id: '' }] = await scene.slack.apps();
  const start = async (name: string): Promise<Server> => {
    const proxy = await startHoldingProxy();
    const mayAnswer = join(scene.folder, `${name}-may-answer`);
    const own = { NODE: name, MAY_ANSWER: mayAnswer, HTTPS_PROXY: proxy.url };
    const server = new CliProcess(['start', join(scene.folder, 'bot.mjs')], { ...environment, ...own });
    const [, url = ''] = await server.printed(/"url":"([^"]+)","msg":"listening"/);
    return { name, server, proxy, url, letAnswer: () => writeFile(mayAnswer, '') };
  };
  const servers: Server[] = [];
  for (const name of names) servers.push(await start(name));
  const nodes = async () => {
    const { stdout } = await runCli(['cluster', '--json'], environment);
    return (JSON.parse(stdout) as { nodes: { pid: number; shards: number }[] }).nodes;
  };
  /** Shards by server, when all have an owner. */
  const areShared = (among: readonly Server[]) =>
    vi.waitFor(async () => {
      const rows = (await nodes()).filter(({ shards }) => shards > 0);
      expect(new Set(rows.map(({ pid }) => pid))).toEqual(new Set(among.map(({ server }) => server.pid)));
      expect(rows.reduce((sum, { shards }) => sum + shards, 0)).toBe(ALL_SHARDS);
    }, PATIENT);
  const { databaseUrl } = await scene.settings();
  const database = new pg.Client(databaseUrl);
  await database.connect();
  onTestFinished(() => database.end());
  const post = (to: Server, id: string) =>
    postSigned(to.url, aMessage({ id, team: line.team_id, appId, nth: Number(id.slice(2)) }));
  /** What Slack was asked to post, and what is there. */
  const answers = async () => {
    const calls = await scene.slack.log({ kind: 'request', method: 'chat.postMessage', limit: 1_000 });
    const messages = await scene.slack.messages({ team: line.team_id, channel: 'general' });
    return { calls: calls.length, texts: messages.filter(({ isBot }) => isBot).map(({ text }) => text) };
  };
  await areShared(servers);
  return { scene, servers, start, areShared, database, post, answers };
}

async function renewedMsAgo(database: pg.Client, { server }: Server): Promise<number> {
  const sql = 'select extract(epoch from clock_timestamp() - renewed_at) * 1000 as ms from node where pid = $1';
  const { rows } = await database.query<{ ms: string }>(sql, [server.pid]);
  return Number(rows[0]?.ms);
}

function freeze({ server }: Server): void {
  process.kill(server.pid, 'SIGSTOP');
}

/** Resolves when it has a lease again. */
async function wake({ server, url }: Server): Promise<void> {
  process.kill(server.pid, 'SIGCONT');
  await server.printed(/the lease is over/);
  await vi.waitFor(async () => expect((await fetch(new URL('/readyz', url))).status).toBe(200), PATIENT);
}

/** The one whose listeners have the event, and the other one. */
async function whoHasIt([first, second]: readonly Server[]): Promise<{ owner: Server; other: Server }> {
  if (!first || !second) throw new Error('two servers are needed');
  const isFirst = () => /BEGUN/.test(first.server.stdout);
  await vi.waitFor(() => expect(isFirst() || /BEGUN/.test(second.server.stdout)).toBe(true), PATIENT);
  return isFirst() ? { owner: first, other: second } : { owner: second, other: first };
}

it.each(['before', 'after'])(
  'a call whose connection comes %s its server wakes up is not sent',
  async (when) => {
    const { servers, areShared, database, post, answers } = await openNodes();
    const [first] = servers;
    if (!first) throw new Error('no server');
    expect(await post(first, 'Ev1')).toBe(200);
    const { owner, other } = await whoHasIt(servers);
    const isHeld = owner.proxy.hold();
    // Shortly before it renews its lease: the other one has the event before the call would be given up, after ten seconds.
    await vi.waitFor(async () => expect(await renewedMsAgo(database, owner)).toBeGreaterThan(2_200), BETWEEN_BEATS);
    await owner.letAnswer();
    await isHeld;
    freeze(owner);
    await other.letAnswer();
    const answered = { calls: 1, texts: [`${other.name} at try 2`] };
    await vi.waitFor(async () => expect(await answers()).toEqual(answered), PATIENT);
    if (when === 'before') owner.proxy.release();
    const woken = wake(owner);
    if (when === 'after') {
      await owner.server.printed(/the lease is over/);
      owner.proxy.release();
    }
    await woken;
    await areShared(servers);
    expect(await answers()).toEqual(answered);
    // What comes next is answered.
    expect(await post(owner, 'Ev2')).toBe(200);
    await vi.waitFor(async () => expect((await answers()).calls).toBe(2), PATIENT);
  },
  180_000,
);

it('an event whose commit hangs while its server is frozen is answered once, by whoever got a 200 for it', async () => {
  const { servers, areShared, database, post, answers } = await openNodes();
  const [first, second] = servers;
  if (!first || !second) throw new Error('two servers are needed');
  await Promise.all(servers.map((server) => server.letAnswer()));
  await database.query('begin; lock table inbox in exclusive mode');
  const unanswered = post(first, 'Ev1');
  await vi.waitFor(async () => {
    const { rows } = await database.query("select 1 from pg_locks where not granted and relation = 'inbox'::regclass");
    expect(rows.length).toBeGreaterThan(0);
  }, PATIENT);
  freeze(first);
  await database.query('commit');
  await areShared([second]);
  // Slack, which had no answer, tries again.
  expect(await post(second, 'Ev1')).toBe(200);
  await vi.waitFor(async () => expect((await answers()).calls).toBe(1), PATIENT);
  await wake(first);
  await areShared(servers);
  // Awake it hears of its commit and of its being late at once; Slack gave up long before either.
  expect([200, 503]).toContain(await unanswered);
  expect((await answers()).calls).toBe(1);
}, 180_000);

it('shards that a server claims in its sleep are served by others, and given back', async () => {
  const { servers, start, areShared, database, post, answers } = await openNodes();
  const [victim, claimer] = servers;
  if (!victim || !claimer) throw new Error('two servers are needed');
  await database.query('begin; lock table shard in share mode');
  await victim.server.end('SIGKILL');
  await vi.waitFor(
    async () => {
      const { rows } = await database.query(
        "select 1 from pg_locks where not granted and relation = 'shard'::regclass",
      );
      expect(rows.length).toBeGreaterThan(0);
    },
    { ...PATIENT, interval: 10 },
  );
  freeze(claimer);
  await database.query('commit');
  const third = await start('third');
  await areShared([third]);
  await third.letAnswer();
  expect(await post(third, 'Ev1')).toBe(200);
  await vi.waitFor(async () => expect(await answers()).toEqual({ calls: 1, texts: ['third at try 1'] }), PATIENT);
  await wake(claimer);
  await areShared([claimer, third]);
  expect((await answers()).calls).toBe(1);
}, 180_000);
