/** `slack-bot-server dev [bot]`: a simulated Slack, the server and the bot in one process, on a database that starts empty. */
import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { AppInfo, AppSeed, Simulator, SimulatorOptions } from 'slack-simulator';
import { configFromEnvironment, isPostgresUrl, parseConfig } from '../config.ts';
import { BotServerError } from '../errors.ts';
import { createServer } from '../server.ts';
import { findServer } from '../wiring/create-storage.ts';
import { setUpBot } from './bot-file.ts';
import { devAppOf } from './dev-app.ts';
import { untilAskedToEnd } from './lifeline.ts';
import { say } from './output.ts';
import { guardServer, startOrEnd, stopWithin } from './server-process.ts';

export interface DevOptions {
  teams: number;
  simulatorPort: number;
}

const GRACE_MS = 3_000;

/** Runs until SIGINT, SIGTERM or the end of the parent. */
export async function runDev(botPath: string | undefined, options: DevOptions): Promise<void> {
  const ending = untilAskedToEnd();
  const environment = configFromEnvironment(process.env);
  if (environment.databaseUrl !== undefined && isPostgresUrl(environment.databaseUrl)) {
    const message =
      'dev empties its database at every start and does so only with a SQLite file: DATABASE_URL must be a path';
    throw new BotServerError('invalid_configuration', message);
  }
  const transport = environment.slackTransport ?? 'rtm';
  const simulator = await startSimulatedSlack(options, devAppOf(transport));
  try {
    const [app] = await simulator.control.apps();
    if (!app) throw new BotServerError('unexpected', 'The simulated Slack has no app');
    const settings = {
      ...devDefaults,
      adminToken: randomBytes(24).toString('base64url'),
      slackScopes: [...app.botScopes],
      ...environment,
      ...credentialsOf(app, simulator),
    };
    await emptyDatabase(parseConfig(settings).databaseUrl);
    const context = createServer({ ...settings, loopbackOnly: true, newDatabase: true });
    guardServer(context.server);
    await setUpBot(botPath, context);
    const url = await startOrEnd(context.server, ending);
    if (url !== undefined) {
      if (transport === 'http') await simulator.control.updateApp(app.id, { requestUrl: `${url}/slack/events` });
      sayWelcome({
        serverUrl: url,
        simulatorUrl: simulator.url,
        adminToken: environment.adminToken ? undefined : settings.adminToken,
      });
    }
    say(`stopping: ${await ending}`);
    await stopWithin(context.server, GRACE_MS);
  } finally {
    await simulator.stop();
  }
  say('stopped');
}

const devDefaults = { host: '127.0.0.1', databaseUrl: './data/dev.db', logFormat: 'pretty' as const };

function credentialsOf(app: AppInfo, { apiUrl }: Simulator) {
  const { clientId, clientSecret, signingSecret, appLevelToken } = app;
  return {
    slackApiUrl: apiUrl,
    slackClientId: clientId,
    slackClientSecret: clientSecret,
    slackSigningSecret: signingSecret,
    slackAppToken: appLevelToken,
    // The simulated Slack is on this machine, where no proxy leads.
    httpsProxy: undefined,
  };
}

/** The simulated Slack starts empty and knows no older token, so the database starts empty, too. */
async function emptyDatabase(path: string): Promise<void> {
  const server = await findServer({ databaseUrl: path });
  if (server) throw new BotServerError('store_locked', `A server uses the database ${path} (pid ${server.pid})`);
  await Promise.all(['', '-wal', '-shm'].map((suffix) => rm(`${path}${suffix}`, { force: true })));
}

async function startSimulatedSlack({ teams, simulatorPort }: DevOptions, app: AppSeed): Promise<Simulator> {
  const { startSimulator } = await importSimulator();
  const names = ['Acme', 'Globex', 'Initech'];
  return await startSimulator({
    port: simulatorPort,
    app,
    teams: Array.from({ length: teams }, (_, index) => ({ name: names[index] ?? `Team ${index + 1}` })),
  });
}

async function importSimulator(): Promise<{ startSimulator: (options: SimulatorOptions) => Promise<Simulator> }> {
  try {
    return await import('slack-simulator');
  } catch (cause) {
    throw new BotServerError('simulator_missing', 'dev needs the package slack-simulator', { cause });
  }
}

interface Welcome {
  serverUrl: string;
  simulatorUrl: string;
  /** Undefined when it was given: then it is known. */
  adminToken: string | undefined;
}

function sayWelcome({ serverUrl, simulatorUrl, adminToken }: Welcome): void {
  say();
  say(`  Add the bot to a workspace   ${serverUrl}`);
  say(`  The simulated Slack          ${simulatorUrl}`);
  if (adminToken !== undefined) {
    say(`  The dashboard                ${serverUrl}/admin#token=${adminToken}`);
    say(`  The admin API                ${serverUrl}/api/openapi.json  Bearer ${adminToken}`);
  }
  say();
  say('  Add the bot to a workspace, then write "hi" to it on the simulated Slack. Ctrl-C ends everything.');
  say();
}
