/** SQLite: a folder per template and per copy. */
import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Database, type Databases, type DatabasesOptions, FILL_PAGE } from './databases.ts';
import { importTeams } from './import-teams.ts';

const FILE = 'bench.db';
/** Events of one commit. */
const BATCH = 32;

/** Makes the template with the teams. */
export async function createSqliteDatabases(options: DatabasesOptions): Promise<Databases> {
  const { directory, teams, signal, onProgress } = options;
  const templates = new Map<number, string>();
  let copies = 0;
  const withTeams = join(directory, 'ids-0');
  await mkdir(withTeams, { recursive: true });
  const env = { DATABASE_URL: join(withTeams, FILE) };
  const importMs = await importTeams({ teams, env, file: join(directory, 'teams.ndjson'), signal });
  templates.set(0, withTeams);

  async function templateWith(ids: number): Promise<string> {
    const known = templates.get(ids);
    if (known !== undefined) return known;
    const folder = join(directory, `ids-${ids}`);
    await cp(withTeams, folder, { recursive: true });
    onProgress(`filling a SQLite inbox with ${ids} remembered ids`);
    await fill(join(folder, FILE), ids, signal);
    templates.set(ids, folder);
    return folder;
  }

  return {
    store: 'sqlite',
    importMs,
    async copy(rememberedIds): Promise<Database> {
      const folder = join(directory, `copy-${++copies}`);
      await cp(await templateWith(rememberedIds), folder, { recursive: true });
      const remove = () => rm(folder, { recursive: true, force: true });
      return { databaseUrl: join(folder, FILE), [Symbol.asyncDispose]: remove };
    },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}

/** As batches that are done, of the size that commits have at 64 in flight. */
async function fill(path: string, ids: number, signal: AbortSignal): Promise<void> {
  const db = new DatabaseSync(path);
  try {
    db.exec('pragma journal_mode = delete; pragma synchronous = off; pragma cache_size = -1000000');
    const insert = db.prepare(`
      with recursive row (n) as (select 0 union all select n + 1 from row where n + 1 < ?1)
      insert into inbox_batch (first_seq, size, received_at_ms, entries)
      select ?2 + n - n % ${BATCH}, count(*), ?3, json_group_array(json_array('Ev' || hex(randomblob(6)), 'T0BENCH000000', 'C1', 'message', 1600))
      from row group by n / ${BATCH}`);
    for (let from = 1; from <= ids; from += FILL_PAGE) {
      signal.throwIfAborted();
      insert.run(Math.min(ids - from + 1, FILL_PAGE), from, Date.now());
      await nextTurn();
    }
    db.exec('pragma journal_mode = wal');
  } finally {
    db.close();
  }
}
