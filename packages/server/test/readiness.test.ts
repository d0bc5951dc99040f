/** /readyz of a server whose disk is really full, whose file is damaged: what Slack would be told is what it says. */
import { mkdtempSync } from 'node:fs';
import { open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { runCli } from './cli.test-kit.ts';
import { ADMIN_TOKEN, smallDisk, startIn } from './real-server.test-kit.ts';

async function readyz(url: string): Promise<{ status: number; body: Record<string, unknown>; text: string }> {
  const response = await fetch(`${url}/readyz`);
  const text = await response.text();
  return { status: response.status, body: JSON.parse(text) as Record<string, unknown>, text };
}

/** What the server says when it is asked for its status. */
async function statusOf(url: string): Promise<string> {
  const { stdout, stderr } = await runCli(['status', '--server', url], { ADMIN_TOKEN });
  expect(stderr).toBe('');
  return stdout;
}

it('says that the disk is full while it is, and that it is ready when there is room again', async ({ skip }) => {
  const folder = smallDisk(4);
  if (folder === undefined)
    return skip('no disk may be mounted here; wiring/readiness.test.ts has a database that cannot grow');
  const { url } = await startIn(folder);
  expect(await readyz(url)).toMatchObject({
    status: 200,
    body: { ready: true, checks: { store: 'ok', ownership: 'owning' } },
  });
  const filler = join(folder, 'filler');
  await expect(writeFile(filler, Buffer.alloc(5 * 1_048_576))).rejects.toMatchObject({ code: 'ENOSPC' });
  await vi.waitFor(
    async () => {
      const { status, body, text } = await readyz(url);
      expect({ status, body }).toEqual({
        status: 503,
        body: {
          ready: false,
          checks: { store: 'disk_full', ownership: 'owning', teams: 'ok' },
          reasons: { store: 'the disk of the database is full' },
        },
      });
      expect(text).not.toContain(folder);
    },
    { timeout: 15_000, interval: 100 },
  );
  expect(await statusOf(url)).toMatch(
    /^ {10}events cannot be stored since 20\d\d-\S+Z: the disk of the database is full\. Free space on /m,
  );
  await rm(filler);
  await vi.waitFor(async () => expect((await readyz(url)).status).toBe(200), { timeout: 15_000, interval: 100 });
  const after = await statusOf(url);
  expect(after).toMatch(/^store +sqlite/m);
  expect(after).not.toContain('cannot be stored');
});

it('says that the file is gone when somebody deletes it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'readiness-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const { url } = await startIn(folder);
  await rm(join(folder, 'test.db'));
  await vi.waitFor(
    async () => {
      const { status, body } = await readyz(url);
      expect({ status, body }).toMatchObject({ status: 503, body: { checks: { store: 'missing' } } });
    },
    { timeout: 15_000, interval: 100 },
  );
});

it('advises to restore a damaged file, and not to make room', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'readiness-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'test.db');
  const { openSqliteStore } = await import('../src/store/sqlite-store.ts');
  await (await openSqliteStore({ path })).close();
  const file = await open(path, 'r+');
  // The root pages of all tables; the header stays.
  await file.write(Buffer.alloc(65_536, 0x5a), 0, 65_536, 8_192);
  await file.close();
  const error = await openSqliteStore({ path }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    code: 'store_unavailable',
    fix: 'Stop the server and restore the database from a backup.',
  });
});
