/** Looks for secrets in files, in a process of its own: to read a database's files in the server's would drop its POSIX locks. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { SecretSearch } from './secret-search.test-kit.ts';

/** What the parent sends. */
export interface ScanRequest {
  /** Of the database; what stands beside it under a longer name (-wal, -shm, .lock) is read, too. */
  path: string;
  /** Those that it has not sent before. */
  secrets: readonly string[];
}

/** The answer, in the order of the requests. */
export interface ScanReply {
  /** Bytes that were looked at. */
  sizeBytes: number;
  /** Where, and which. */
  found: { file: string; secret: string }[];
}

const search = new SecretSearch();

function scan({ path, secrets }: ScanRequest): ScanReply {
  search.add(secrets);
  const reply: ScanReply = { sizeBytes: 0, found: [] };
  for (const file of filesOf(path)) {
    const text = readFileSync(file, 'latin1');
    reply.sizeBytes += text.length;
    for (const secret of search.in(text)) reply.found.push({ file: basename(file), secret });
  }
  return reply;
}

/** All but the key, which stands in a file of its own for a reason. */
function filesOf(path: string): string[] {
  const names = readdirSync(dirname(path)).filter((name) => name.startsWith(basename(path)) && !name.endsWith('.key'));
  return names.map((name) => join(dirname(path), name));
}

process.on('message', (request: ScanRequest) => process.send?.(scan(request)));
