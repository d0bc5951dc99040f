/** `slack-bot-server migrate`: brings the database to the schema of this version, as the next start would. */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { configFromEnvironment, isPostgresUrl, parseConfig } from '../config/config.ts';
import { bundledSchemaVersion } from '../store/migration-files.ts';
import { systemClock } from '../time/clock.ts';
import { openStorage } from '../wiring/create-storage.ts';
import { unlessSignalled } from './lifeline.ts';
import { type JsonOption, neverSay, say, sayJson } from './output.ts';

/** True whenever it happens: before the commit, and after it. */
const INTERRUPTED =
  'interrupted: the migration either completed or was rolled back; run `slack-bot-server migrate` again';

/** Refused beside a server of an older version that could not read what would be made. */
export async function migrate({ json }: JsonOption): Promise<void> {
  const config = parseConfig(configFromEnvironment(process.env));
  const isMade = !isPostgresUrl(config.databaseUrl) && !isThere(config.databaseUrl);
  // Opening it is what migrates it.
  const engine = await unlessSignalled(
    async () => {
      const storage = await openStorage(config, { clock: systemClock, onKeys: neverSay });
      await storage.close();
      return storage.store.engine;
    },
    // The database does that itself, when it is opened again at the latest.
    () => {},
    INTERRUPTED,
  );
  const schema = bundledSchemaVersion(engine);
  if (json) return sayJson({ engine, schema, created: isMade });
  // In a wrong folder that is a surprise: whoever meant another one deletes it.
  if (isMade) say(`there was no database at ${resolve(config.databaseUrl)}: it was made, and is empty`);
  say(`the ${engine} database has schema ${schema}, which this version needs`);
}

/** One that was made and not begun is as good as none. */
function isThere(path: string): boolean {
  return (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0;
}
