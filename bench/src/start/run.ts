/**
 * `bench start`: how long `teams import` takes for many installations, how long a server with them takes until it is ready, and
 * what it holds in memory then. Transport http, so that nothing is connected: connecting is what `bench connections` measures.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StoreName } from '../databases/databases.ts';
import { createPostgresDatabases } from '../databases/postgres-databases.ts';
import { createSqliteDatabases } from '../databases/sqlite-databases.ts';
import { startSlackStub } from '../events/slack-stub.ts';
import { teamsOf } from '../events/teams.ts';
import { Child } from '../processes/child.ts';
import type { ServerSetup } from '../processes/messages.ts';
import type { Started, StartReport } from './report.ts';

export interface StartOptions {
  /** Installations. */
  teams: number;
  /** Starts of each store. */
  rounds: number;
  stores: readonly StoreName[];
  signal: AbortSignal;
  onProgress: (text: string) => void;
}

/** Measures. @throws Error when a server cannot be started, or the signal's reason */
export async function runStarts({ teams, rounds, stores, signal, onProgress }: StartOptions): Promise<StartReport> {
  const directory = await mkdtemp(join(tmpdir(), 'slack-bot-server-start-'));
  // PostgreSQL runs as another user where this is root; files with secrets are readable by their owner only.
  await chmod(directory, 0o711);
  try {
    await using stub = await startSlackStub();
    const report: StartReport = { teams, stores: [] };
    for (const store of stores) {
      onProgress(`importing ${teams} installations into ${store}`);
      const create = store === 'sqlite' ? createSqliteDatabases : createPostgresDatabases;
      const options = { directory: join(directory, store), teams: teamsOf(teams), onProgress, signal };
      await using databases = await create(options);
      const starts: Started[] = [];
      for (let round = 1; round <= rounds; round++) {
        onProgress(`${store}: start ${round} of ${rounds}`);
        signal.throwIfAborted();
        await using database = await databases.copy(0);
        // The first one after an import is another thing: it tells `installed` of each, and writes down that it did.
        const first = await startOnce({ apiUrl: stub.apiUrl, ...database });
        starts.push({ ...(await startOnce({ apiUrl: stub.apiUrl, ...database })), firstReadyMs: first.readyMs });
      }
      report.stores.push({ store, importMs: databases.importMs, starts });
    }
    return report;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The time holds the loading of the modules and the opening of the database: it is what the operator waits for. */
async function startOnce(
  database: Pick<ServerSetup, 'apiUrl' | 'databaseUrl' | 'encryptionKeys'>,
): Promise<Omit<Started, 'firstReadyMs'>> {
  await using child = Child.start('eventServer');
  const startedAtMs = performance.now();
  await child.ask('serve', { ...database, kind: 'server', signingSecret: 'start-signing-secret', requestBytes: 0 });
  const readyMs = performance.now() - startedAtMs;
  const { rssBytes } = await child.ask('usage', null);
  await child.ask('stopServing', null);
  return { readyMs, rssBytes };
}
