/** Where the keys of sealing.ts come from: the setting ENCRYPTION_KEYS, or a file that is generated once. */
import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { BotServerError, isBotServerError } from '../errors.ts';
import { requirePrivateKeyFile } from '../store/private-files.ts';

/** Of AES-256. */
const KEY_BYTES = 32;
const ALLOWED = 'each must be 32 bytes, as 64 hex digits or as base64 (openssl rand -base64 32), separated by commas';

/**
 * Reads ENCRYPTION_KEYS. The first key seals, all of them open.
 * @throws BotServerError `invalid_configuration`, which names the key by its position and never by its value
 */
export function parseEncryptionKeys(text: string): Uint8Array[] {
  const parts = text.split(',').map((part) => part.trim());
  return parts.map((part, index) => {
    const key = decodeKey(part);
    if (key?.length === KEY_BYTES) return key;
    const found = key ? `is ${key.length} bytes long` : part === '' ? 'is empty' : 'is neither hex nor base64';
    const message = `ENCRYPTION_KEYS: key ${index + 1} of ${parts.length} ${found}; ${ALLOWED}`;
    throw new BotServerError('invalid_configuration', message, { facts: { setting: 'ENCRYPTION_KEYS' } });
  });
}

/** How keys may be spelled wherever somebody writes them: in base64 of both alphabets, with and without padding, and in hex. */
export function keyEncodings(keys: readonly Uint8Array[]): string[] {
  return keys.flatMap((key) => {
    const bytes = Buffer.from(key);
    const base64 = bytes.toString('base64');
    const hex = bytes.toString('hex');
    return [base64, base64.replace(/=+$/, ''), bytes.toString('base64url'), hex, hex.toUpperCase()];
  });
}

/**
 * The keys in the file at `path`; undefined when there is none.
 * @throws BotServerError `invalid_configuration` when it cannot be read or understood; `insecure_file`
 */
export async function readKeyFile(path: string): Promise<Uint8Array[] | undefined> {
  return await usable(path, async () => {
    requirePrivateKeyFile(path);
    const text = await readIfPresent(path);
    return text === undefined ? undefined : parseEncryptionKeys(text.trim());
  });
}

/**
 * The keys in the file at `path`. A missing file is generated, for this user only and all at once: of several processes
 * that start together one decides and all get its key.
 * @throws BotServerError `invalid_configuration` when the file cannot be read, written or understood; `insecure_file`
 */
export async function loadOrCreateKeyFile(path: string): Promise<Uint8Array[]> {
  return (await readKeyFile(path)) ?? (await usable(path, () => generate(path)));
}

async function usable<T>(path: string, use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (cause) {
    if (isBotServerError(cause, 'insecure_file')) throw cause;
    const message = `The encryption key file ${path} cannot be used: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new BotServerError('invalid_configuration', message, { cause, facts: { path } });
  }
}

function decodeKey(part: string): Buffer | undefined {
  if (/^(?:[0-9a-f]{2})+$/i.test(part)) return Buffer.from(part, 'hex');
  if (/^[\w+/-]+={0,2}$/.test(part)) return Buffer.from(part, 'base64');
  return undefined;
}

async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

async function generate(path: string): Promise<Uint8Array[]> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  await writeDurably(draft, `${randomBytes(KEY_BYTES).toString('base64')}\n`);
  try {
    // A link, unlike a rename, fails when the file is there already: it never replaces a key that somebody else sealed with.
    await link(draft, path);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  } finally {
    await rm(draft, { force: true });
  }
  return parseEncryptionKeys((await readFile(path, 'utf8')).trim());
}

// A key that is lost in a power cut takes all tokens with it, so it is on the disk before anything is sealed.
async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
