/**
 * `bench fairness`: what a team with a hundred thousand waiting events, whose listeners never settle, does to the others. One
 * server, real HTTP, SQLite; put → handled of the other teams before and beside the backlog, in one run.
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createServer } from 'slack-bot-server';
import { createSqliteDatabases } from '../databases/sqlite-databases.ts';
import { bodyOf, headersOf, nthEvent, teamIdOf } from '../events/event.ts';
import { startSlackStub } from '../events/slack-stub.ts';
import { teamsOf } from '../events/teams.ts';
import { type FairnessReport, type Figures, reportOf } from './report.ts';

export interface FairnessOptions {
  /** Events of the busy team that wait. */
  backlog: number;
  rounds: number;
  signal: AbortSignal;
  onProgress: (text: string) => void;
}

const SECRET = 'fairness-signing-secret';
const TEAMS = 200;
const BUSY = teamIdOf(0);
/** Below what the server can do: the backlog is what is measured, not a full machine. */
const IN_FLIGHT = 4;
const MEASURED_EVENTS = 4_000;
const FILL_IN_FLIGHT = 64;
const ID_BYTES = 6;

/** Measures. @throws Error when the server cannot be started, or the signal's reason */
export async function runFairness({ backlog, rounds, signal, onProgress }: FairnessOptions): Promise<FairnessReport> {
  const directory = await mkdtemp(join(tmpdir(), 'slack-bot-server-fairness-'));
  try {
    await using stub = await startSlackStub();
    await using databases = await createSqliteDatabases({
      directory: join(directory, 'databases'),
      teams: teamsOf(TEAMS),
      onProgress,
      signal,
    });
    const measured: { alone: Figures; beside: Figures }[] = [];
    for (let round = 1; round <= rounds; round++) {
      onProgress(`round ${round} of ${rounds}`);
      await using database = await databases.copy(0);
      measured.push(await measure({ apiUrl: stub.apiUrl, databaseUrl: database.databaseUrl, backlog, signal }));
    }
    return reportOf(measured, backlog);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

interface MeasureOptions {
  apiUrl: string;
  databaseUrl: string;
  backlog: number;
  signal: AbortSignal;
}

async function measure({
  apiUrl,
  databaseUrl,
  backlog,
  signal,
}: MeasureOptions): Promise<{ alone: Figures; beside: Figures }> {
  const handled = new Map<string, () => void>();
  const { bot, server } = createServer({
    slackTransport: 'http',
    slackSigningSecret: SECRET,
    slackApiUrl: apiUrl,
    publicUrl: 'http://bench.test',
    host: '127.0.0.1',
    port: 0,
    databaseUrl,
    logLevel: 'error',
  });
  bot.event('message', async ({ body, context }) => {
    if (context.teamId === BUSY) await new Promise(() => {});
    handled.get(body.event_id)?.();
  });
  const { url } = await server.start();
  const agent = new Agent({ keepAlive: true, maxSockets: FILL_IN_FLIGHT });
  const post = (facts: ReturnType<typeof nthEvent>) => postEvent(url, agent, facts);
  const others = async () => {
    await settleDisk();
    return await putToHandled({ handled, post, signal });
  };
  const fill = (teamOf: (number: number) => string) =>
    inLanes(FILL_IN_FLIGHT, backlog, async (number) => {
      signal.throwIfAborted();
      await post({ ...eventOf(number), teamId: teamOf(number) });
    });
  try {
    // As many events before as behind: the server has then done as much.
    await fill((number) => teamIdOf(1 + (number % (TEAMS - 1))));
    const alone = await others();
    await fill(() => BUSY);
    return { alone, beside: await others() };
  } finally {
    agent.destroy();
    await server.stop({ graceMs: 0 });
  }
}

/** What was just written is on the disk: otherwise the system's own writing would be what is measured. */
async function settleDisk(): Promise<void> {
  await promisify(execFile)('sync');
}

/** Milliseconds from the request to the listener, of each event of every team but the busy one. */
async function putToHandled({
  handled,
  post,
  signal,
}: {
  handled: Map<string, () => void>;
  post: (facts: ReturnType<typeof nthEvent>) => Promise<void>;
  signal: AbortSignal;
}): Promise<Figures> {
  const times: number[] = [];
  await inLanes(IN_FLIGHT, MEASURED_EVENTS, async (number) => {
    signal.throwIfAborted();
    const facts = { ...eventOf(number), teamId: teamIdOf(1 + (number % (TEAMS - 1))) };
    const { promise, resolve } = Promise.withResolvers<void>();
    handled.set(facts.eventId, resolve);
    const beganAtMs = performance.now();
    await Promise.all([post(facts), promise]);
    times.push(performance.now() - beganAtMs);
    handled.delete(facts.eventId);
  });
  return { timesMs: times };
}

function eventOf(number: number) {
  return nthEvent(number, randomBytes(ID_BYTES).toString('hex').toUpperCase(), { teams: TEAMS, channelsPerTeam: 5 });
}

async function inLanes(lanes: number, count: number, work: (number: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

function postEvent(url: string, agent: Agent, facts: ReturnType<typeof nthEvent>): Promise<void> {
  const nowSeconds = Math.floor(Date.now() / 1_000);
  const body = bodyOf(facts, nowSeconds);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const sent = request(`${url}/slack/events`, {
    method: 'POST',
    agent,
    headers: headersOf(body, { secret: SECRET, nowSeconds }),
  });
  sent.once('error', reject);
  sent.once('response', (response) => {
    response.resume();
    if (response.statusCode === 200) response.once('end', resolve);
    else reject(new Error(`An event was answered ${response.statusCode}`));
  });
  sent.end(body);
  return promise;
}
