/** `slack-bot-server start [bot]`: the server, until somebody asks it to end. */

import type { Server } from '../bot-server.ts';
import { configFromEnvironment, parseConfig } from '../config.ts';
import { BotServerError } from '../errors.ts';
import { createServer } from '../server.ts';
import { setUpBot } from './bot-file.ts';
import { untilAskedToEnd } from './lifeline.ts';
import { say } from './output.ts';
import { linkTestClock } from './test-clock-link.ts';

export interface StartOptions {
  /** Hidden: the parent moves the time, which starts at this epoch in milliseconds. */
  testClock?: number;
  /** Begin with an empty database although a key file says that there was one. */
  new?: boolean;
}

/** How long running listeners get after SIGTERM, in milliseconds. */
const GRACE_MS = 10_000;

/** Runs until SIGINT, SIGTERM or the end of the parent. */
export async function start(botPath: string | undefined, options: StartOptions): Promise<void> {
  const settings = configFromEnvironment(process.env);
  if (parseConfig(settings).publicUrl === undefined) {
    throw new BotServerError(
      'invalid_configuration',
      'PUBLIC_URL is missing: the address under which browsers reach this server',
    );
  }
  const context = createServer({
    ...settings,
    newDatabase: options.new ?? false,
    ...(options.testClock === undefined ? {} : { clock: linkTestClock(options.testClock) }),
  });
  isolateFloatingRejections(context.server);
  await setUpBot(botPath, context);
  const ending = untilAskedToEnd();
  const { url } = await context.server.start();
  say(`listening on ${url}`);
  process.send?.({ type: 'started', url });
  const reason = await ending;
  say(`stopping: ${reason}`);
  const { unfinished } = await context.server.stop({ graceMs: GRACE_MS });
  // A parent that started us over IPC may not have ended: its channel must not keep this process alive.
  if (process.connected) process.disconnect();
  say(unfinished === 0 ? 'stopped, nothing unfinished' : `stopped, ${unfinished} events wait for the next start`);
}

/** A promise that a listener forgot must not end every other team's server. */
export function isolateFloatingRejections(server: Server): void {
  process.on('unhandledRejection', (reason) => {
    server.reportFloating(reason);
  });
}
