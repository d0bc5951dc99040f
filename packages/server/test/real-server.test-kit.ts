/** A server in real time on a database in some folder, and a small disk for one. */
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createServer, type Server } from '../src/index.ts';
import { createLogger } from '../src/observability/logger.ts';
import { mountSmallDisk } from '../src/store/small-disk.test-kit.ts';

/** Operators ask it with this. */
export const ADMIN_TOKEN = 'test-admin-token-of-a-real-server-000';

export async function startIn(folder: string): Promise<{ server: Server; url: string }> {
  const { server } = createServer({
    host: '127.0.0.1',
    port: 0,
    databaseUrl: join(folder, 'test.db'),
    adminToken: ADMIN_TOKEN,
    slackApiUrl: 'http://127.0.0.1:1/api/',
    logger: createLogger({ level: 'silent', format: 'json' }),
  });
  onTestFinished(() => server.stop({ graceMs: 100 }).then(() => {}));
  return { server, url: (await server.start()).url };
}

/** A folder on a disk of so many MiB until the test ends; undefined where none may be mounted. */
export function smallDisk(sizeMb: number): string | undefined {
  const disk = mountSmallDisk(sizeMb);
  if (typeof disk === 'string') return undefined;
  onTestFinished(() => disk.remove());
  return disk.path;
}
