/** Looks for secrets where a server keeps its rows: in the bytes of SQLite's files, and in all that PostgreSQL shows of its tables. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import pg from 'pg';
import type { ScanReply, ScanRequest } from './secret-scan-process.test-kit.ts';
import { SecretSearch } from './secret-search.test-kit.ts';

/** A secret and where it stands. */
export interface Finding {
  place: string;
  secret: string;
}

let child: ChildProcess | undefined;
const sent = new Set<string>();
/** Grows from one look to the next, like what the scanner of files knows. */
const inRows = new SecretSearch();

/** The secrets in the files of a SQLite database. Read by one process for all scenes of a test file. */
export async function secretsInFiles(path: string, secrets: Iterable<string>): Promise<Finding[]> {
  const fresh = [...secrets].filter((secret) => !sent.has(secret));
  for (const secret of fresh) sent.add(secret);
  child ??= startScanner();
  const answered = once(child, 'message');
  child.send({ path, secrets: fresh } satisfies ScanRequest);
  const [{ sizeBytes, found }] = (await answered) as [ScanReply];
  if (sizeBytes === 0) throw new Error(`There was nothing to look at under ${path}`);
  return found.map(({ file, secret }) => ({ place: `database file ${file}`, secret }));
}

/** The secrets in the rows of a PostgreSQL database, as text and as bytes. */
export async function secretsInRows(url: string, secrets: Iterable<string>): Promise<Finding[]> {
  inRows.add(secrets, { isHex: true });
  const client = new pg.Client(url);
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      `select quote_ident(tablename) as name from pg_tables where schemaname = 'public'`,
    );
    if (tables.length === 0) throw new Error('The database has no tables to look at');
    const found: Finding[] = [];
    for (const { name } of tables) {
      const { rows } = await client.query<{ line: string }>(`select t::text as line from ${name} t`);
      const text = rows.map(({ line }) => line).join('\n');
      for (const secret of inRows.in(text)) found.push({ place: `table ${name}`, secret });
    }
    return found;
  } finally {
    await client.end();
  }
}

function startScanner(): ChildProcess {
  const scanner = fork(new URL('./secret-scan-process.test-kit.ts', import.meta.url), {
    execArgv: ['--conditions=source'],
  });
  // It ends with the channel to this process, and keeps nobody waiting before.
  scanner.unref();
  scanner.channel?.unref();
  return scanner;
}
