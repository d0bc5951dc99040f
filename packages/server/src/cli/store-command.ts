/** `slack-bot-server store …`: moves everything from one database to another. */

import { resolve } from 'node:path';
import type { Command } from 'commander';
import { isPostgresUrl, parseConfig } from '../config/config.ts';
import { secretsOf } from '../config/secrets.ts';
import { BotServerError, errorFixes } from '../errors.ts';
import type { CopyProgress, CopyResult } from '../operations/store/copy-store.ts';
import { counted } from '../operations/why/words.ts';
import { type CopyDatabasesOptions, copyDatabases, keyFileWith, nameOf } from '../wiring/copy-databases.ts';
import { interrupted, interruptible } from './interruptible.ts';
import { complain, type JsonOption, neverSay, say, sayJson } from './output.ts';

export function addStore(store: Command): void {
  store
    .command('copy')
    .description(
      'copy everything from one database to another, between SQLite and PostgreSQL too; goes on where it was cut off',
    )
    .requiredOption('--from <database>', 'the database that is read, as in DATABASE_URL; no server may use it')
    .requiredOption('--to <database>', 'the database that is filled: an empty one, or the half of an earlier copy')
    .option('--json', 'print JSON')
    .action(storeCopy);
}

export interface StoreCopyOptions extends JsonOption {
  from: string;
  to: string;
}

/** A line of progress at most so often, in milliseconds. */
const PROGRESS_MS = 1_000;

/** `store copy --from A --to B`. */
export async function storeCopy({ from: rawFrom, to: rawTo, json = false }: StoreCopyOptions): Promise<void> {
  for (const databaseUrl of [rawFrom, rawTo]) neverSay(secretsOf({ databaseUrl }));
  const [from, to] = [checked('--from', rawFrom), checked('--to', rawTo)];
  if (isSame(from, to)) throw new BotServerError('usage', '--from and --to are the same database');
  const copied = await interruptible((signal) => copyOrSayHalf({ from, to, signal, onProgress: progressOnTerminal() }));
  if (json) return sayJson(copied);
  const count = Object.values(copied.rows).reduce((sum, rows) => sum + rows, 0);
  const how = copied.isResumed ? ', going on where it was cut off' : '';
  say(`copied ${nameOf(from)} to ${nameOf(to)}${how}: ${counted(count, 'row')}, counted on both sides`);
  for (const [table, rows] of Object.entries(copied.rows)) say(`  ${table}: ${rows}`);
  if (copied.keyFingerprint !== null) say(await keyWords(copied.keyFingerprint, { from, to }));
}

async function copyOrSayHalf(options: CopyDatabasesOptions): Promise<CopyResult> {
  try {
    return await copyDatabases(options);
  } catch (error) {
    if (error !== options.signal?.reason) throw error;
    throw interrupted(`${nameOf(options.to)} is half of a copy: no server starts on it`, errorFixes.store_half_copied);
  }
}

/** The words of DATABASE_URL, about the option. @throws BotServerError `invalid_configuration` */
function checked(option: string, databaseUrl: string): string {
  try {
    // A key of any kind: what is copied is sealed and stays so.
    return parseConfig({ databaseUrl, encryptionKeys: '0'.repeat(64) }).databaseUrl;
  } catch (error) {
    if (!(error instanceof BotServerError)) throw error;
    throw new BotServerError('usage', error.message.replace('DATABASE_URL', option));
  }
}

function isSame(from: string, to: string): boolean {
  if (isPostgresUrl(from) || isPostgresUrl(to)) return nameOf(from) === nameOf(to);
  return resolve(from) === resolve(to);
}

async function keyWords(fingerprint: string, { from, to }: { from: string; to: string }): Promise<string> {
  const keyFile = await keyFileWith(fingerprint, from);
  const where =
    keyFile === undefined ? `the ENCRYPTION_KEYS of ${nameOf(from)}` : `ENCRYPTION_KEYS = the content of ${keyFile}`;
  return `the tokens stay sealed with the key ${fingerprint}: start on ${nameOf(to)} with ${where}`;
}

/** Where nobody watches, nothing is told; where somebody does, each table with rows ends with all of them, once. */
function progressOnTerminal(): (progress: CopyProgress) => void {
  let lastAtMs = Number.NEGATIVE_INFINITY;
  let complete: string | undefined;
  return ({ table, rows, of }) => {
    const nowMs = performance.now();
    const isDue = rows < of ? nowMs - lastAtMs >= PROGRESS_MS : rows > 0 && complete !== table;
    if (!process.stderr.isTTY || !isDue) return;
    lastAtMs = nowMs;
    if (rows >= of) complete = table;
    complain(`${table}: ${rows} of ${of}`);
  };
}
