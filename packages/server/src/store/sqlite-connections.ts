/** The connections of a session, as its settings want them. Runs in the store's worker. */
import { DatabaseSync } from 'node:sqlite';
import type { LockFile } from './lock-file.ts';
import { migrate, requireCurrentSchema } from './migrate.ts';
import { openReader, openWriter } from './sqlite-connection.ts';
import { IN_MEMORY, type WorkerSettings } from './sqlite-messages.ts';
import { StatementCache } from './statement-cache.ts';
import { WalRoom } from './wal-room.ts';

export interface Connections {
  writer: DatabaseSync;
  writes: StatementCache;
  reads: StatementCache;
  /** Undefined where nothing is written to a file. */
  walRoom?: WalRoom;
  close(): void;
}

/** @throws BotServerError as migrate() and requireCurrentSchema() */
export function connect(settings: WorkerSettings, lock: LockFile): Connections {
  if (settings.path === IN_MEMORY) return connectInMemory(lock);
  return settings.readOnly ? connectReadOnly(settings) : connectToFile(settings, lock);
}

/** Nobody else reads it, so that one connection does both. */
function connectInMemory(lock: LockFile): Connections {
  const db = new DatabaseSync(IN_MEMORY);
  db.exec('pragma foreign_keys = on');
  // New, so that nothing is locked.
  migrate(db, { path: IN_MEMORY, lock });
  const statements = new StatementCache(db);
  return { writer: db, writes: statements, reads: statements, close: () => db.close() };
}

function connectToFile(settings: WorkerSettings, lock: LockFile): Connections {
  const writer = openWriter(settings.path, settings.busyTimeoutMs);
  try {
    if (settings.mayMigrate) migrate(writer, { path: settings.path, lock });
    else requireCurrentSchema(writer, settings.path);
    const reader = openReader(settings.path, settings);
    const close = () => {
      reader.close();
      writer.close();
    };
    const walRoom = new WalRoom(writer, settings.path);
    return { writer, writes: new StatementCache(writer), reads: new StatementCache(reader), walRoom, close };
  } catch (error) {
    writer.close();
    throw error;
  }
}

function connectReadOnly(settings: WorkerSettings): Connections {
  const db = openReader(settings.path, settings);
  try {
    requireCurrentSchema(db, settings.path);
    const statements = new StatementCache(db);
    return { writer: db, writes: statements, reads: statements, close: () => db.close() };
  } catch (error) {
    db.close();
    throw error;
  }
}
