/** `slack-bot-server backup FILE` and `restore FILE`: a SQLite database at one moment, and the way back. */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Config, configFromEnvironment, isPostgresUrl, parseConfig } from '../config/config.ts';
import { BotServerError } from '../errors.ts';
import { resultFacts } from '../operations/audit/audit-facts.ts';
import { runAudited } from '../operations/audit/audited.ts';
import { counted } from '../operations/why/words.ts';
import { requirePrivateDatabase } from '../store/private-files.ts';
import { type BackupContents, readBackupAside, restoreBackup, writeBackup } from '../store/sqlite-backup.ts';
import { systemClock } from '../time/clock.ts';
import { openStorage, type Storage } from '../wiring/create-storage.ts';
import { keysOfBackup } from '../wiring/keys-of-backup.ts';
import { actorOf } from './actor.ts';
import { unlessSignalled } from './lifeline.ts';
import { type JsonOption, neverSay, say, sayJson } from './output.ts';

/** `backup FILE`: also while a server runs. */
export async function backUp(file: string, { json }: JsonOption): Promise<void> {
  const { path } = databaseFile('backup');
  const isThere = (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0;
  if (!isThere) throw new BotServerError('database_missing', `There is no database at ${path}`);
  await requirePrivateDatabase(path);
  const contents = await writeBackup(path, file, unlessSignalled);
  if (json) return sayJson({ file, ...contents });
  say(`${file}: ${wordsOf(contents)}`);
  if (contents.keyFingerprint === null) return;
  say(`its tokens are sealed with the key ${contents.keyFingerprint}, which is not in it: keep that key elsewhere`);
}

/** `restore FILE`: while none runs. */
export async function restore(file: string, { json }: JsonOption): Promise<void> {
  const { path, encryptionKeys } = databaseFile('restore');
  await requirePrivateDatabase(path);
  const contents = await unlessSignalled(
    () => readBackupAside(file),
    () => {},
  );
  const keys = await keysOfBackup({ databaseUrl: path, encryptionKeys }, { ...contents, onKeys: neverSay });
  const suffix = `before-restore-${new Date(systemClock.now()).toISOString().replace(/[:.]/g, '-')}`;
  const former = await restoreBackup({ file, path, suffix, guard: unlessSignalled }, async (copy) => {
    // Brought to the present schema, and opened with the keys that a server will have.
    const storage = await openStorage(
      { databaseUrl: copy, encryptionKeys: keys },
      { clock: systemClock, database: 'required', onKeys: neverSay },
    );
    try {
      await recordRestore(storage, file, contents);
    } finally {
      await storage.close();
    }
  });
  if (json) return sayJson({ path, former: former ?? null, ...contents });
  say(`restored ${path} from ${file}: ${wordsOf(contents)}`);
  if (former !== undefined) say(`the former database is ${former}`);
  if (contents.waiting > 0)
    say('events that were waiting then are handled at the next start, a second time if they were handled since');
  say(
    'what happened since is not in it: teams that installed since have to install again, tokens that were refreshed since no longer work',
  );
}

function wordsOf({ bytes, installations, waiting }: BackupContents): string {
  const size = `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
  const events = waiting === 0 ? 'no event waiting' : `at most ${counted(waiting, 'event')} waiting`;
  return `${size}, ${counted(installations, 'installation')}, ${events}`;
}

/** @throws BotServerError `usage` for a PostgreSQL */
function databaseFile(command: string): { path: string } & Pick<Config, 'encryptionKeys'> {
  const { databaseUrl, encryptionKeys } = parseConfig(configFromEnvironment(process.env));
  if (!isPostgresUrl(databaseUrl)) return { path: databaseUrl, encryptionKeys };
  throw new BotServerError('usage', `${command} is for SQLite; PostgreSQL has its own: see docs/backup.md`);
}

/** In the audit of what is restored: that of the former database stays with it. */
async function recordRestore({ store }: Storage, file: string, contents: BackupContents): Promise<void> {
  await runAudited(
    { store, clock: systemClock },
    {
      operation: 'backup.restore',
      actor: actorOf('cli'),
      input: { file: resolve(file) },
      snapshot: () => Promise.resolve(undefined),
      run: () => Promise.resolve(contents),
      resultOf: resultFacts,
    },
  );
}
