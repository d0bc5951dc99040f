/** One server that takes events, in a process of its own. */
import type { Asked, Asking } from '../admin/questions.ts';
import { type EventServer, handled, handledAtMs } from '../servers/event-server.ts';
import { answerRequests, cpuMs } from './answer-requests.ts';
import type { ServerSetup } from './messages.ts';

let served: EventServer | undefined;
let ask = (_asking: Asking): Promise<Asked> => Promise.reject(new Error('this server is asked nothing'));

answerRequests({
  async serve(setup) {
    served = await start(setup);
    return { port: served.port };
  },
  async stopServing() {
    await served?.stop?.();
    return null;
  },
  ask: (asking) => ask(asking),
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
    case 'asked': {
      const asked = await (await import('../servers/asked-server.ts')).startAskedServer(setup);
      ask = asked.ask;
      return asked;
    }
    case 'server':
      return await (await import('../servers/bot-server.ts')).startBotServer(setup);
    default:
      return assertNever(setup.kind);
  }
}

function assertNever(kind: never): never {
  throw new TypeError(`unknown server ${String(kind)}`);
}
