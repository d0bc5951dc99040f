/** Opens the database that the environment names, for one command. */
import { type Config, configFromEnvironment, parseConfig } from '../config.ts';
import { systemClock } from '../time/clock.ts';
import { type DatabaseDemand, openStorage, type Storage } from '../wiring/create-storage.ts';
import { neverSay } from './output.ts';

/** What a command works with; `databaseUrl` is for findServer(). */
export type CommandStorage = Storage & { databaseUrl: string };

/**
 * Runs `work` and closes the database, which must be there: a command in a wrong folder makes nothing.
 * @param database `found` for a command that brings the first teams
 * @throws BotServerError as openStorage(), and what `work` throws
 */
export async function withStorage(
  work: (storage: CommandStorage) => Promise<void>,
  { database = 'required' }: { database?: DatabaseDemand } = {},
): Promise<void> {
  const config = commandConfig();
  const storage = await openStorage(config, { clock: systemClock, database, onKeys: neverSay });
  try {
    await work({ ...storage, databaseUrl: config.databaseUrl });
  } finally {
    await storage.close();
  }
}

/** The settings in the environment. @throws BotServerError `invalid_configuration` */
export function commandConfig(): Config {
  return parseConfig(configFromEnvironment(process.env));
}
