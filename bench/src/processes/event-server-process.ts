/** One server that takes events, in a process of its own. */
import { type EventServer, handled, handledAtMs } from '../servers/event-server.ts';
import { answerRequests, cpuMs } from './answer-requests.ts';
import type { ServerSetup } from './messages.ts';

answerRequests({
  async serve(setup) {
    const { port } = await start(setup);
    return { port };
  },
  handledAt: () => Object.fromEntries(handledAtMs),
  usage: () => ({
    cpuMs: cpuMs(),
    rssBytes: process.memoryUsage.rss(),
    handled: handled.count,
    lastHandledAtMs: handled.lastAtMs,
  }),
});

/** Only the module of the server that is measured is loaded. */
async function start(setup: ServerSetup): Promise<EventServer> {
  switch (setup.kind) {
    case 'constant':
      return await (await import('../servers/constant-server.ts')).startConstantServer(setup);
    case 'floor':
      return await (await import('../servers/floor-server.ts')).startFloorServer(setup);
    case 'bolt':
      return await (await import('../servers/bolt-server.ts')).startBoltServer(setup);
    case 'target':
      return await (await import('../servers/attack-target.ts')).startAttackTarget(setup);
    case 'server':
      return await (await import('../servers/bot-server.ts')).startBotServer(setup);
    default:
      return assertNever(setup.kind);
  }
}

function assertNever(kind: never): never {
  throw new TypeError(`unknown server ${String(kind)}`);
}
