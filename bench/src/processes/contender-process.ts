/** One contender: a client in a process of its own, told what to do by the benchmark. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '../clients/client.ts';
import { answerRequests, cpuMs } from './answer-requests.ts';
import type { ClientSetup, Memory } from './messages.ts';

/** Finalizers run between collections and let go of more. */
const COLLECTIONS = 4;
const BETWEEN_COLLECTIONS_MS = 100;

let client: Client | undefined;

answerRequests({
  cpu: cpuMs,
  memory: settledMemory,
  async prepare(setup) {
    client = await load(setup);
    // Node loads its HTTP client with the first fetch: some megabytes that are no team's.
    await (await fetch(`${setup.apiUrl}api.test`)).arrayBuffer();
    return null;
  },
  async connect() {
    if (!client) throw new Error('prepare comes first');
    await client.connect();
    return null;
  },
});

/** Only the module of the client that is measured is loaded: the others' code must not count. */
async function load(setup: ClientSetup): Promise<Client> {
  switch (setup.kind) {
    case 'floor':
      return (await import('../clients/floor-client.ts')).createFloorClient(setup);
    case 'rtm-api':
      return (await import('../clients/rtm-api-client.ts')).createRtmApiClient(setup);
    case 'server':
      return (await import('../clients/server-client.ts')).createServerClient(setup);
    default:
      return assertNever(setup.kind);
  }
}

async function settledMemory(): Promise<Memory> {
  if (!globalThis.gc) throw new Error('started without --expose-gc');
  for (let round = 0; round < COLLECTIONS; round++) {
    // The last resort also gives pages back that a burst of connects left half empty; without it, RSS measures the burst.
    await globalThis.gc({ type: 'major', flavor: 'last-resort', execution: 'async' });
    await sleep(BETWEEN_COLLECTIONS_MS);
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rssBytes: rss, heapBytes: heapUsed + external };
}

function assertNever(kind: never): never {
  throw new TypeError(`unknown client ${String(kind)}`);
}
