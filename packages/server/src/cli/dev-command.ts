/** `slack-bot-server dev [bot]`: a simulated Slack, the server and the bot in one process, on a database that starts empty. */
import { rm } from 'node:fs/promises';
import type { Simulator, SimulatorOptions } from 'slack-simulator';
import { configFromEnvironment, parseConfig } from '../config.ts';
import { BotServerError } from '../errors.ts';
import { createServer } from '../server.ts';
import { isServerRunning } from '../store/embedded-lock.ts';
import { setUpBot } from './bot-file.ts';
import { untilAskedToEnd } from './lifeline.ts';
import { say } from './output.ts';
import { isolateFloatingRejections } from './start-command.ts';

export interface DevOptions {
  teams: number;
  simulatorPort: number;
}

const GRACE_MS = 3_000;

/** Runs until SIGINT, SIGTERM or the end of the parent. */
export async function runDev(botPath: string | undefined, options: DevOptions): Promise<void> {
  const settings = {
    host: '127.0.0.1',
    databaseUrl: './data/dev.db',
    logFormat: 'pretty' as const,
    ...configFromEnvironment(process.env),
  };
  const { databaseUrl } = parseConfig(settings);
  const ending = untilAskedToEnd();
  const simulator = await startSimulatedSlack(options);
  try {
    await emptyDatabase(databaseUrl);
    const [app] = await simulator.control.apps();
    if (!app) throw new BotServerError('unexpected', 'The simulated Slack has no app');
    const context = createServer({
      ...settings,
      slackApiUrl: simulator.apiUrl,
      slackAuthorizeUrl: simulator.authorizeUrl,
      slackClientId: app.clientId,
      slackClientSecret: app.clientSecret,
    });
    isolateFloatingRejections(context.server);
    await setUpBot(botPath, context);
    const { url } = await context.server.start();
    sayWelcome(url, simulator.url);
    say(`stopping: ${await ending}`);
    await context.server.stop({ graceMs: GRACE_MS });
  } finally {
    await simulator.stop();
  }
  if (process.connected) process.disconnect();
  say('stopped');
}

/** The simulated Slack starts empty and knows no older token, so the database starts empty, too. */
async function emptyDatabase(path: string): Promise<void> {
  const pid = await isServerRunning(path);
  if (pid !== undefined) throw new BotServerError('store_locked', `A server uses the database ${path} (pid ${pid})`);
  await Promise.all(['', '-wal', '-shm'].map((suffix) => rm(`${path}${suffix}`, { force: true })));
}

async function startSimulatedSlack({ teams, simulatorPort }: DevOptions): Promise<Simulator> {
  const { startSimulator } = await importSimulator();
  const names = ['Acme', 'Globex', 'Initech'];
  return await startSimulator({
    port: simulatorPort,
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

function sayWelcome(serverUrl: string, simulatorUrl: string): void {
  say();
  say(`  Add the bot to a workspace   ${serverUrl}`);
  say(`  The simulated Slack          ${simulatorUrl}`);
  say();
  say('  Add the bot to a workspace, then write "hi" to it on the simulated Slack. Ctrl-C ends everything.');
  say();
}
