/** The process of `dev` in which server and bot live. It does what `dev` says, and ends with it. */
import type { BotServer } from '../../bot-server.ts';
import { createServer } from '../../server.ts';
import { setUpBot } from '../bot-file.ts';
import { loadModulesByTheirSyntax } from '../module-syntax.ts';
import { guardServer, startOrEnd, stopWithin } from '../server-process.ts';
import type { BotNews, DevOrder } from './dev-messages.ts';
import { stampOf } from './file-stamp.ts';

const GRACE_MS = 3_000;

/** Runs until `dev` says `stop` or is gone. @throws BotServerError what keeps the bot or the server from starting */
export async function runDevBot(): Promise<void> {
  // Ctrl-C goes to every process of the terminal. `dev` gets it, too, and says when this one ends.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
  const orders = new Orders();
  // Loading a bot may take for ever, or wait for something: it is not waited for at the end.
  const context = await Promise.race([load(orders), orders.ending]);
  if (typeof context === 'string') return;
  const isWanted = await Promise.race([orders.start.then(() => true), orders.ending.then(() => false)]);
  if (!isWanted) return;
  const url = await startOrEnd(context.server, orders.ending);
  if (url !== undefined) tell({ type: 'started', url });
  await orders.ending;
  await stopWithin(context.server, GRACE_MS);
}

async function load(orders: Orders): Promise<BotServer> {
  const { botPath, settings } = await orders.prepare;
  loadModulesByTheirSyntax().onFile = (path) => tell({ type: 'file', path, stamp: stampOf(path) });
  const context = createServer(settings);
  guardServer(context.server);
  await setUpBot(botPath, context);
  tell({ type: 'prepared' });
  return context;
}

class Orders {
  readonly prepare: Promise<DevOrder & { type: 'prepare' }>;
  readonly start: Promise<void>;
  readonly ending: Promise<string>;

  constructor() {
    const prepare = Promise.withResolvers<DevOrder & { type: 'prepare' }>();
    const start = Promise.withResolvers<void>();
    const ending = Promise.withResolvers<string>();
    [this.prepare, this.start, this.ending] = [prepare.promise, start.promise, ending.promise];
    process.on('message', (order: DevOrder) => {
      if (order.type === 'prepare') prepare.resolve(order);
      else if (order.type === 'start') start.resolve();
      else ending.resolve('reloaded by dev');
    });
    process.once('disconnect', () => ending.resolve('dev ended'));
  }
}

function tell(news: BotNews): void {
  // Without a callback a send that fails would throw later, as an event of the process.
  if (process.connected) process.send?.(news, undefined, undefined, () => {});
}
