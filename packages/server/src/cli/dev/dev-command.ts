/**
 * `slack-bot-server dev [bot]`: a simulated Slack, the server and the bot, on a database that starts empty. Slack lives in this
 * process and stays; the server with the bot lives in another, which is exchanged when a file of the bot changes.
 */
import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { AppInfo, Simulator } from 'slack-simulator';
import {
  type ConfigInput,
  configFromEnvironment,
  DEV_DATABASE,
  isPostgresUrl,
  parseConfig,
} from '../../config/config.ts';
import { BotServerError } from '../../errors.ts';
import { devAppOf } from '../../testing/dev-app.ts';
import { loadSimulator } from '../../testing/load-simulator.ts';
import { findServer } from '../../wiring/create-storage.ts';
import { untilAskedToEnd } from '../lifeline.ts';
import { say, sayWhole } from '../output.ts';
import { openPage } from './open-page.ts';
import { Reloader } from './reloader.ts';

export interface DevOptions {
  teams: number;
  simulatorPort: number;
  /** How events arrive. @defaultValue as SLACK_TRANSPORT says */
  transport?: 'http' | 'socket' | 'rtm';
  /** Opens the page to begin with in a browser. */
  open?: boolean;
}

/** Runs until SIGINT, SIGTERM or the end of the parent. */
export async function runDev(botPath: string | undefined, options: DevOptions): Promise<void> {
  const ending = untilAskedToEnd();
  const { transport } = options;
  const environment = { ...configFromEnvironment(process.env), ...(transport && { slackTransport: transport }) };
  mustNotBePostgres(environment);
  const stopping = new AbortController();
  void ending.then(() => stopping.abort());
  const bot = new Reloader({ botPath, signal: stopping.signal });
  try {
    const simulator = await startSimulatedSlack(environment, options);
    try {
      await runBesideSlack({ bot, simulator, environment, stopping: stopping.signal, isToOpen: options.open === true });
      if (stopping.signal.aborted) say(`stopping: ${await ending}`);
      await bot.stop();
    } finally {
      await simulator.stop();
    }
  } finally {
    await bot.stop();
  }
  if (stopping.signal.aborted) say('stopped');
}

interface Running {
  bot: Reloader;
  simulator: Simulator;
  environment: ConfigInput;
  stopping: AbortSignal;
  isToOpen: boolean;
}

async function runBesideSlack({ bot, simulator, environment, stopping, isToOpen }: Running): Promise<void> {
  const [app] = await simulator.control.apps();
  if (!app) throw new BotServerError('unexpected', 'The simulated Slack has no app');
  const settings = {
    ...devDefaults,
    adminToken: randomBytes(24).toString('base64url'),
    slackScopes: [...app.botScopes],
    ...environment,
    ...credentialsOf(app, simulator),
  };
  const { databaseUrl } = parseConfig(settings);
  await emptyDatabase(databaseUrl);
  const started = await bot.start({ ...settings, loopbackOnly: true, newDatabase: true });
  if ('code' in started) {
    // Its process has said why.
    if (!stopping.aborted) process.exitCode = started.code;
    return;
  }
  const { url } = started;
  if (environment.slackTransport === 'http') {
    await simulator.control.updateApp(app.id, { requestUrl: `${url}/slack/events` });
  }
  sayWelcome({
    serverUrl: url,
    simulatorUrl: simulator.url,
    databaseUrl,
    adminToken: environment.adminToken ? undefined : settings.adminToken,
  });
  if (isToOpen) openPage(url);
  await bot.run();
}

const devDefaults = { host: '127.0.0.1', databaseUrl: DEV_DATABASE, logFormat: 'pretty' as const };

function mustNotBePostgres({ databaseUrl }: ConfigInput): void {
  if (databaseUrl === undefined || !isPostgresUrl(databaseUrl)) return;
  const message =
    'dev empties its database at every start and does so only with a SQLite file: DATABASE_URL must be a path';
  throw new BotServerError('invalid_configuration', message);
}

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

async function startSimulatedSlack(
  { slackTransport = 'rtm' }: ConfigInput,
  { teams, simulatorPort }: DevOptions,
): Promise<Simulator> {
  const { startSimulator, isSimulatorError } = await loadSimulator('dev');
  const names = ['Acme', 'Globex', 'Initech'];
  try {
    return await startSimulator({
      port: simulatorPort,
      app: devAppOf(slackTransport),
      teams: Array.from({ length: teams }, (_, index) => ({ name: names[index] ?? `Team ${index + 1}` })),
    });
  } catch (cause) {
    if (!isSimulatorError(cause, 'port_in_use')) throw cause;
    throw new BotServerError('invalid_configuration', `The simulated Slack cannot listen: ${cause.message}`, {
      fix: 'Stop what listens there, perhaps another `dev`, or choose another port with --simulator-port; 0 takes a free one.',
    });
  }
}

interface Welcome {
  serverUrl: string;
  simulatorUrl: string;
  databaseUrl: string;
  /** Undefined when it was given: then it is known. */
  adminToken: string | undefined;
}

function sayWelcome({ serverUrl, simulatorUrl, databaseUrl, adminToken }: Welcome): void {
  say();
  sayWhole(`  Add the bot to a workspace   ${serverUrl}`);
  sayWhole(`  The simulated Slack          ${simulatorUrl}`);
  if (adminToken !== undefined) {
    sayWhole(`  The dashboard                ${serverUrl}/admin#token=${adminToken}`);
    sayWhole(`  The admin API                ${serverUrl}/api/openapi.json  Bearer ${adminToken}`);
  }
  sayWhole(`  Other commands               DATABASE_URL=${databaseUrl} npx slack-bot-server status`);
  say();
  say('  Add the bot to a workspace, then write "hi" to it on the simulated Slack.');
  say('  A change of a file of the bot reloads it. Ctrl-C ends everything.');
  say();
}
