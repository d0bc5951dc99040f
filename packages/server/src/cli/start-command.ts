/** `slack-bot-server start [bot]`: the server, until somebody asks it to end. */
import { configFromEnvironment, parseConfig } from '../config/config.ts';
import { BotServerError } from '../errors.ts';
import { counted } from '../operations/why/words.ts';
import { createServer } from '../server.ts';
import { setUpBot } from './bot-file.ts';
import { untilAskedToEnd } from './lifeline.ts';
import { sayAmongLogs } from './output.ts';
import { guardServer, startOrEnd, stopWithin } from './server-process.ts';
import { linkTestClock } from './test-clock-link.ts';

export interface StartOptions {
  /** Hidden: the parent moves the time, which starts at this epoch in milliseconds. */
  testClock?: number;
  /** Begin with an empty database although a key file says that there was one. */
  new?: boolean;
}

/** How long running listeners get after SIGTERM, in milliseconds. */
export const GRACE_MS = 10_000;

/** Runs until SIGINT, SIGTERM, SIGHUP or the end of the parent. */
export async function start(botPath: string | undefined, options: StartOptions): Promise<void> {
  const settings = configFromEnvironment(process.env);
  const { publicUrl, logFormat } = parseConfig(settings);
  if (publicUrl === undefined) {
    throw new BotServerError(
      'invalid_configuration',
      'PUBLIC_URL is missing: the address under which browsers reach this server',
    );
  }
  const tell = (msg: string, facts: object, line: string) => sayAmongLogs(msg, facts, { logFormat, line });
  const context = createServer({
    ...settings,
    newDatabase: options.new ?? false,
    ...(options.testClock === undefined ? {} : { clock: linkTestClock(options.testClock) }),
  });
  guardServer(context.server);
  await setUpBot(botPath, context);
  const ending = untilAskedToEnd();
  const url = await startOrEnd(context.server, ending);
  if (url !== undefined) {
    tell('listening', { url }, `listening on ${url}`);
    process.send?.({ type: 'started', url });
  }
  const reason = await ending;
  tell('stopping', { reason }, `stopping: ${reason}`);
  const { unfinished } = await stopWithin(context.server, GRACE_MS);
  tell('stopped', { unfinished }, stoppedWords(unfinished));
}

function stoppedWords(unfinished: number): string {
  if (unfinished === 0) return 'stopped, nothing unfinished';
  return `stopped; ${counted(unfinished, 'event')} ${unfinished === 1 ? 'waits' : 'wait'} for the next start`;
}
