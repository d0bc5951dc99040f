/** Opens the database that the environment names, for one command. */
import { configFromEnvironment, parseConfig } from '../config.ts';
import { systemClock } from '../time/clock.ts';
import { openStorage, type Storage } from '../wiring/storage.ts';

/** What a command works with; `databaseUrl` is for findServer(). */
export type CommandStorage = Storage & { databaseUrl: string };

/** Runs `work` and closes the database. @throws BotServerError as openStorage(), and what `work` throws */
export async function withStorage(work: (storage: CommandStorage) => Promise<void>): Promise<void> {
  const config = parseConfig(configFromEnvironment(process.env));
  const storage = await openStorage(config, { clock: systemClock });
  try {
    await work({ ...storage, databaseUrl: config.databaseUrl });
  } finally {
    await storage.close();
  }
}
