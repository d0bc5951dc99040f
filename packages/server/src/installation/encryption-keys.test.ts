import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeFolder } from '../store/store-fixture.test-kit.ts';
import { loadOrCreateKeyFile, parseEncryptionKeys } from './encryption-keys.ts';

const BYTES = Buffer.alloc(32, 0xfb);

describe('parseEncryptionKeys', () => {
  it.each([
    ['hex', BYTES.toString('hex')],
    ['capital hex', BYTES.toString('hex').toUpperCase()],
    ['base64', BYTES.toString('base64')],
    ['base64 without padding', BYTES.toString('base64').replace('=', '')],
    ['base64url', BYTES.toString('base64url')],
  ])('reads %s', (_, text) => {
    expect(parseEncryptionKeys(text)).toEqual([BYTES]);
  });

  it('reads several, in order, with spaces around the commas', () => {
    const second = Buffer.alloc(32, 2);
    expect(parseEncryptionKeys(`${BYTES.toString('hex')} , ${second.toString('base64')}`)).toEqual([BYTES, second]);
  });

  it.each([
    ['', 'key 1 of 1 is empty'],
    [`${BYTES.toString('hex')},`, 'key 2 of 2 is empty'],
    [`${BYTES.toString('hex')},secret!`, 'key 2 of 2 is neither hex nor base64'],
    [BYTES.toString('hex').slice(2), 'key 1 of 1 is 31 bytes long'],
    [BYTES.subarray(16).toString('base64'), 'key 1 of 1 is 16 bytes long'],
  ])('says of %j which key is wrong and what is allowed, without showing it', (text, problem) => {
    const allowed =
      'each must be 32 bytes, as 64 hex digits or as base64 (openssl rand -base64 32), separated by commas';
    expect(() => parseEncryptionKeys(text)).toThrow(
      expect.objectContaining({ code: 'invalid_configuration', message: `ENCRYPTION_KEYS: ${problem}; ${allowed}` }),
    );
  });
});

describe('loadOrCreateKeyFile', () => {
  it('generates a key once, for this user only, and leaves no drafts', async () => {
    const folder = join(await makeFolder(), 'data');
    const path = join(folder, 'bot.db.key');
    const keys = await loadOrCreateKeyFile(path);
    expect(keys).toEqual([expect.objectContaining({ length: 32 })]);
    expect(await loadOrCreateKeyFile(path)).toEqual(keys);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['bot.db.key']);
  });

  it('gives all processes that start together the same key', async () => {
    const path = join(await makeFolder(), 'bot.db.key');
    const code = `
      import { loadOrCreateKeyFile } from ${JSON.stringify(new URL('./encryption-keys.ts', import.meta.url).href)};
      const [key] = await loadOrCreateKeyFile(process.argv[2]);
      process.send(Buffer.from(key).toString('hex'), () => process.disconnect());`;
    const script = join(await makeFolder(), 'load.mjs');
    await writeFile(script, code);
    const processes = Array.from({ length: 4 }, () => fork(script, [path], { execArgv: [] }));
    const keys = (await Promise.all(processes.map((child) => once(child, 'message')))).flat().filter(isText);
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^[0-9a-f]{64}$/);
  });

  it('reads a file of several keys, as it is after a rotation', async () => {
    const path = join(await makeFolder(), 'keys');
    await writeFile(path, `${BYTES.toString('hex')},${BYTES.toString('base64')}\n`, { mode: 0o600 });
    expect(await loadOrCreateKeyFile(path)).toEqual([BYTES, BYTES]);
  });

  it('refuses a file that holds no key, naming the file', async () => {
    const path = join(await makeFolder(), 'keys');
    await writeFile(path, '', { mode: 0o600 });
    await expect(loadOrCreateKeyFile(path)).rejects.toMatchObject({
      code: 'invalid_configuration',
      message: expect.stringContaining(`The encryption key file ${path} cannot be used: `),
    });
  });

  it('refuses a path where no file can be, naming it', async () => {
    const path = await makeFolder();
    await expect(loadOrCreateKeyFile(path)).rejects.toMatchObject({
      code: 'invalid_configuration',
      message: expect.stringContaining(path),
    });
  });
});

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
