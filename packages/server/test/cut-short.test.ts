/**
 * Servers whose process is frozen for longer than its lease, killed, or cut off from its database in the middle of something that Slack has
 * carried out and not answered yet. Another server goes on meanwhile; then the answers arrive. No token is lost, nothing old is written over
 * what is newer, and nothing is sent twice but what nobody can know of. Real processes; witness: the simulated Slack.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import type { AppSeed } from 'slack-simulator';
import { expect, it, onTestFinished, vi } from 'vitest';
import { Browser } from '../src/testing/browser.ts';
import { CliProcess, type Environment, environmentOf, listTeams, runCli } from './cli.test-kit.ts';
import { SIGNING_SECRET } from './http-scene.test-kit.ts';
import { Scene } from './scene.test-kit.ts';
import { aMessage, postSigned } from './signed-events.test-kit.ts';
import { decide, type Page, visit } from './slack-button.test-kit.ts';

/** A lease of 10 s, a look at the rows, and a busy machine. */
const PATIENT = { timeout: 180_000, interval: 200 };
const ALL_SHARDS = 256;
const LIMIT_MS = 400_000;

const app: AppSeed = {
  kind: 'granular',
  signingSecret: SIGNING_SECRET,
  botScopes: ['channels:history', 'chat:write', 'chat:write.public'],
  eventSubscriptions: ['message.channels', 'app_uninstalled', 'tokens_revoked'],
  isTokenRotationOn: true,
};

const BOT = `export default ({ bot, server }) => {
  bot.message(async ({ client, body }) => {
    await client.chat.postMessage({ channel: '#general', text: body.event_id });
  });
  const team = process.env.JOB_OF;
  if (team) server.every({ seconds: 2 }, async ({ plannedAtMs }) => {
    const client = await server.client(team);
    await client.chat.postMessage({ channel: '#general', text: 'slot ' + plannedAtMs });
  }, { name: 'slots' });
};
`;

interface Server {
  process: CliProcess;
  url: string;
}

/** What happens to a server. Resolves when another one may go on. @returns what ends it */
type Trouble = (server: Server, stage: Stage) => Promise<() => Promise<void>>;

const troubles: Record<'frozen' | 'killed' | 'cut off', Trouble> = {
  async frozen({ process: { pid }, url }) {
    process.kill(pid, 'SIGSTOP');
    return async () => {
      process.kill(pid, 'SIGCONT');
      await vi.waitFor(async () => expect((await fetch(new URL('/readyz', url))).status).toBe(200), PATIENT);
    };
  },
  async killed(server) {
    await server.process.end('SIGKILL');
    return async () => {};
  },
  /** An operator ends its connections, again and again. */
  async 'cut off'({ process: { pid } }, { database }) {
    const sql = 'select pg_terminate_backend(pid) from pg_stat_activity where application_name like $1';
    const cut = () => database.query(sql, [`slack-bot-server ${pid}@%`]);
    await cut();
    const timer = setInterval(() => void cut().catch(() => {}), 300);
    onTestFinished(() => clearInterval(timer));
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    return async () => clearInterval(timer);
  },
};

const names = ['frozen', 'killed', 'cut off'] as const;

class Stage {
  readonly scene: Scene;
  readonly database: pg.Client;
  readonly #environment: Environment;
  readonly #appId: string;
  #events = 0;

  private constructor(parts: { scene: Scene; database: pg.Client; environment: Environment; appId: string }) {
    this.scene = parts.scene;
    this.database = parts.database;
    this.#environment = parts.environment;
    this.#appId = parts.appId;
  }

  static async open({ teams = ['Acme'] } = {}): Promise<Stage> {
    const scene = await Scene.open({
      teams: teams.map((name) => ({ name })),
      app,
      database: 'postgres',
      clock: { mode: 'system' },
    });
    await writeFile(join(scene.folder, 'bot.mjs'), BOT);
    const environment = await environmentOf(scene, {
      SLACK_TRANSPORT: 'http',
      SLACK_OAUTH: 'v2',
      SLACK_AUTHORIZE_URL: scene.simulator.authorizeUrl.replace('/oauth/', '/oauth/v2/'),
      SLACK_SIGNING_SECRET: SIGNING_SECRET,
      SLACK_SCOPES: 'chat:write,chat:write.public,channels:history',
    });
    const { databaseUrl } = await scene.settings();
    const database = new pg.Client(databaseUrl);
    await database.connect();
    onTestFinished(() => database.end());
    const [{ id: appId } = { id: '' }] = await scene.slack.apps();
    return new Stage({ scene, database, environment, appId });
  }

  async start(more: Environment = {}): Promise<Server> {
    const server = new CliProcess(['start', join(this.scene.folder, 'bot.mjs')], { ...this.#environment, ...more });
    const [, url = ''] = await server.printed(/"url":"([^"]+)","msg":"listening"/);
    return { process: server, url };
  }

  async run(...words: string[]): Promise<string> {
    return (await runCli(words, this.#environment)).stdout;
  }

  /** Presses the button; the browser comes back to that server. */
  async press(server: Server, team = 'Acme'): Promise<Page> {
    const { id } = await this.scene.slack.team(team);
    const browser = new Browser({
      request: (url, init) => fetch(throughBalancer(url, server), { ...init, redirect: 'manual' }),
    });
    return await visit(browser, await decide(browser, server.url, { team: id }));
  }

  /** Installed, and the server that did it is gone. */
  async installed(...teams: string[]): Promise<void> {
    const server = await this.start();
    for (const team of teams) expect((await this.press(server, team)).status).toBe(200);
    expect((await server.process.end()).code).toBe(0);
  }

  /** The next call of the method is carried out, and not answered until `release`. */
  async hold(method: string): Promise<{ isHeld: Promise<void>; release: () => Promise<void> }> {
    const after = await this.scene.slack.lastSeq();
    const { id } = await this.scene.slack.fault({ kind: 'hold', method, count: 1 });
    const isHeld = vi.waitFor(async () => {
      const held = await this.scene.slack.log({ after, kind: 'request_held', method, limit: 10 });
      expect(held).toHaveLength(1);
    }, PATIENT);
    return { isHeld, release: () => this.scene.slack.removeFaults(id) };
  }

  /** The server has everything. */
  async hasAll({ process: { pid } }: Server): Promise<void> {
    await vi.waitFor(async () => {
      const { nodes } = JSON.parse(await this.run('cluster', '--json')) as { nodes: { pid: number; shards: number }[] };
      expect(nodes.find((node) => node.pid === pid)?.shards).toBe(ALL_SHARDS);
    }, PATIENT);
  }

  async say(to: Server, team = 'Acme'): Promise<string> {
    const { id: teamId } = await this.scene.slack.team(team);
    const id = `Ev${++this.#events}`;
    const message = aMessage({ id, team: teamId, appId: this.#appId, nth: this.#events });
    expect(await postSigned(to.url, message)).toBe(200);
    return id;
  }

  /** What is in the channel. */
  async texts(team = 'Acme'): Promise<string[]> {
    const { id } = await this.scene.slack.team(team);
    const messages = await this.scene.slack.messages({ team: id, channel: 'general' });
    return messages.filter(({ isBot }) => isBot).map(({ text }) => text);
  }

  /** Whichever server is asked, the bot answers, once. */
  async answers(...servers: readonly Server[]): Promise<void> {
    for (const server of servers) {
      const id = await this.say(server);
      await vi.waitFor(async () => expect(await this.texts()).toContain(id), PATIENT);
    }
    const texts = await this.texts();
    expect(texts).toEqual(Array.from(new Set(texts)));
  }

  /** The token of the team ends soon, as far as the rows know. */
  async tokensEndSoon(): Promise<void> {
    await this.database.query('update credential set expires_at_ms = $1 where expires_at_ms is not null', [
      Date.now() + 1_800_000,
    ]);
  }
}

/** All have one public address; a balancer would send it on. */
function throughBalancer(address: string, { url }: Server): string {
  const { hostname, port, pathname, search } = new URL(address);
  return hostname === '127.0.0.1' && port === '' ? new URL(`${pathname}${search}`, url).href : address;
}

it.each(names)(
  'an install whose server is %s before it knows its token is there, or can be made again',
  async (name) => {
    const stage = await Stage.open();
    const [first, second] = [await stage.start(), await stage.start()];
    const { isHeld, release } = await stage.hold('oauth.v2.access');
    const pressing = stage.press(first).then(
      ({ status }) => status,
      () => 'no answer',
    );
    await Promise.race([isHeld, pressing]);
    const end = await troubles[name](first, stage);
    if (name !== 'cut off') await stage.hasAll(second);
    await release();
    await end();
    expect(await pressing).toBe(name === 'killed' ? 'no answer' : 200);
    if (name === 'killed') expect((await stage.press(second)).status).toBe(200);
    expect(await listTeams(stage.scene)).toMatchObject([{ status: 'active', installs: 1 }]);
    await stage.answers(...(name === 'killed' ? [second] : [first, second]));
  },
  LIMIT_MS,
);

it(
  'an install that is made again elsewhere while its server is frozen leaves a token that Slack takes',
  async () => {
    const stage = await Stage.open();
    const [first, second] = [await stage.start(), await stage.start()];
    const { isHeld, release } = await stage.hold('oauth.v2.access');
    const pressing = stage.press(first).catch(() => undefined);
    await isHeld;
    const end = await troubles.frozen(first, stage);
    await stage.hasAll(second);
    expect((await stage.press(second)).status).toBe(200);
    await stage.answers(second);
    await release();
    await end();
    await pressing;
    await stage.answers(first, second);
    expect(await listTeams(stage.scene)).toMatchObject([{ status: 'active' }]);
  },
  LIMIT_MS,
);

it.each(names)(
  'a refresh whose server is %s before it knows the next pair loses no token',
  async (name) => {
    const stage = await Stage.open();
    await stage.installed('Acme');
    await stage.tokensEndSoon();
    const { isHeld, release } = await stage.hold('oauth.v2.access');
    const first = await stage.start();
    await isHeld;
    const end = await troubles[name](first, stage);
    const second = name === 'cut off' ? undefined : await stage.start();
    if (second) await stage.hasAll(second);
    await release();
    await end();
    const alive = [name === 'killed' ? undefined : first, second].filter((server) => server !== undefined);
    await stage.answers(...alive);
    // And the refresh token that is stored is one that Slack takes.
    const after = await stage.scene.slack.lastSeq();
    for (const server of alive) expect((await server.process.end()).code).toBe(0);
    await stage.tokensEndSoon();
    const third = await stage.start();
    await vi.waitFor(async () => {
      const refreshes = await stage.scene.callsOf('oauth.v2.access', { after });
      expect(refreshes.map(({ ok }) => ok)).toEqual([true]);
    }, PATIENT);
    await stage.answers(third);
    expect(await listTeams(stage.scene)).toMatchObject([{ status: 'active', installs: 1 }]);
  },
  LIMIT_MS,
);

it.each(names)(
  'a verdict whose server is %s before it is written deactivates nobody who has registered again',
  async (name) => {
    const stage = await Stage.open();
    await stage.installed('Acme');
    const first = await stage.start();
    await stage.hasAll(first);
    await stage.scene.slack.fault({ kind: 'revoke_token', team: 'Acme' });
    const { isHeld, release } = await stage.hold('auth.test');
    await stage.say(first);
    await isHeld;
    const end = await troubles[name](first, stage);
    const second = await stage.start();
    if (name !== 'cut off') {
      await stage.hasAll(second);
      // Nobody knows what the first one was about to find out: the next call does.
      await stage.say(second);
      await vi.waitFor(
        async () => expect(await listTeams(stage.scene)).toMatchObject([{ status: 'inactive' }]),
        PATIENT,
      );
    }
    expect((await stage.press(second)).status).toBe(200);
    const after = await stage.scene.slack.lastSeq();
    await release();
    await end();
    await stage.answers(...(name === 'killed' ? [second] : [first, second]));
    expect(await listTeams(stage.scene)).toMatchObject([{ status: 'active', installs: 2 }]);
    const refused = (await stage.scene.slack.log({ after, kind: 'request', limit: 1_000 })).filter(
      ({ ok }) => ok === false,
    );
    // The old token is asked about once more at most, by a probe.
    expect(refused.filter(({ method }) => method !== 'auth.test')).toEqual([]);
  },
  LIMIT_MS,
);

it.each(names)(
  'a run of a job whose server is %s comes again at most once, and all others once',
  async (name) => {
    const stage = await Stage.open();
    await stage.installed('Acme');
    const { id: team } = await stage.scene.slack.team('Acme');
    const { isHeld, release } = await stage.hold('chat.postMessage');
    const first = await stage.start({ JOB_OF: team });
    await isHeld;
    const [held = ''] = await stage.texts();
    const end = await troubles[name](first, stage);
    const second = await stage.start({ JOB_OF: team });
    const countNow = async () => new Set(await stage.texts()).size;
    const goesOn = async () => {
      const before = await countNow();
      await vi.waitFor(async () => expect(await countNow()).toBeGreaterThan(before + 2), PATIENT);
    };
    await goesOn();
    await release();
    await end();
    await goesOn();
    const texts = await stage.texts();
    const times = (text: string) => texts.filter((other) => other === text).length;
    expect(texts.filter((text) => text !== held && times(text) > 1)).toEqual([]);
    expect(times(held)).toBeLessThanOrEqual(2);
    expect((await second.process.end()).code).toBe(0);
  },
  LIMIT_MS,
);

it.each(names)(
  'a broadcast whose server is %s reaches each team, and twice only the one whose post nobody knew of',
  async (name) => {
    const teams = Array.from({ length: 8 }, (_, n) => `Team ${n}`);
    const stage = await Stage.open({ teams });
    await stage.installed(...teams);
    const { isHeld, release } = await stage.hold('chat.postMessage');
    await stage.run('broadcast', 'start', 'hello', '--to', '#general', '--per-minute', '60', '--yes');
    const first = await stage.start();
    await isHeld;
    const end = await troubles[name](first, stage);
    const second = name === 'cut off' ? undefined : await stage.start();
    if (second) await stage.hasAll(second);
    if (name === 'cut off') {
      await end();
      await release();
    }
    await vi.waitFor(async () => {
      const shown = await stage.run('broadcast', 'show', '1', '--json', '--limit', '1');
      expect(JSON.parse(shown)).toMatchObject({ state: 'done', counts: { sent: teams.length } });
    }, PATIENT);
    await release();
    await end();
    const posts = await Promise.all(teams.map((team) => stage.texts(team)));
    const counts = posts.map((texts) => texts.length).toSorted((a, b) => a - b);
    expect(counts.slice(0, -1)).toEqual(Array(teams.length - 1).fill(1));
    expect(counts.at(-1)).toBeLessThanOrEqual(2);
  },
  LIMIT_MS,
);
