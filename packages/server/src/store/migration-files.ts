/** The files of migrations/<engine>: what there is, and whether a database is older or newer than they are. */
import { readdirSync, readFileSync } from 'node:fs';
import { BotServerError } from '../errors.ts';
import { ownFile } from '../version.ts';

/** One file; `0007-some-words.sql` has version 7. */
interface Migration {
  version: number;
  readonly text: () => string;
  /**
   * Whether servers of the version before may go on beside it: its first line is `-- compatible: ` and why. It then runs under them,
   * so it must take no lock for long, and change nothing that they read or write.
   */
  readonly isCompatible: () => boolean;
}

/** Where the files of an engine are in this package. */
export function bundledMigrations(engine: 'sqlite' | 'postgres'): URL {
  return ownFile(`./migrations/${engine}/`, import.meta.url);
}

/** The files in the order of their versions. */
export function listMigrations(folder: URL): Migration[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .map((name) => {
      const text = () => readFileSync(new URL(name, folder), 'utf8');
      return { version: Number.parseInt(name, 10), text, isCompatible: () => text().startsWith('-- compatible: ') };
    })
    .sort((a, b) => a.version - b.version);
}

/** The version of the schema that this version of the server makes. */
export function bundledSchemaVersion(engine: 'sqlite' | 'postgres'): number {
  return latestOf(listMigrations(bundledMigrations(engine)));
}

/** The version of the schema that this version of the server needs. */
export function latestOf(migrations: readonly Migration[]): number {
  return migrations.at(-1)?.version ?? 0;
}

/** Of a database that is not to be migrated now. */
export function olderError(database: string, { current, latest }: { current: number; latest: number }): BotServerError {
  const message = `The database ${database} has schema ${current} and this version needs ${latest}; start the server once`;
  return new BotServerError('store_older', message, { facts: { path: database, current, latest } });
}

/** @throws BotServerError `store_newer` when a later version of the server wrote the database */
export function requireKnown(current: number, latest: number, database: string): number {
  if (current <= latest) return current;
  const message = `The database ${database} has schema ${current}; this version knows schemas up to ${latest}`;
  throw new BotServerError('store_newer', message, { facts: { path: database, current, latest } });
}
