/** A database of the version before: whoever only looks leaves it as it is, because nothing but a backup leads back. */
import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import type { Finding } from '../src/doctor/finding.ts';
import { migrate } from '../src/store/migrate.ts';
import { bundledMigrations, bundledSchemaVersion } from '../src/store/migration-files.ts';
import { makeFolder } from '../src/store/store-fixture.test-kit.ts';
import { runCli } from './cli.test-kit.ts';

const LATEST = bundledSchemaVersion('sqlite');
const OLDER = LATEST - 1;

/** A database as the version before this one made it. */
async function anOlderDatabase(): Promise<string> {
  const folder = await makeFolder();
  const migrations = join(folder, 'migrations');
  await mkdir(migrations);
  const bundled = bundledMigrations('sqlite');
  const names = (await readdir(bundled)).filter((name) => Number.parseInt(name, 10) <= OLDER);
  await Promise.all(names.map((name) => copyFile(new URL(name, bundled), join(migrations, name))));
  const path = join(folder, 'bot.db');
  await writeFile(path, '', { mode: 0o600 });
  const db = new DatabaseSync(path);
  const lock = { take: () => {}, release: () => {} };
  migrate(db, { path, lock, folder: pathToFileURL(`${migrations}/`) });
  db.close();
  return path;
}

function schemaOf(path: string): unknown {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    return db.prepare('select schema_version from meta').get()?.schema_version;
  } finally {
    db.close();
  }
}

it('doctor says that the next start migrates it, and does not', async () => {
  const path = await anOlderDatabase();
  const env = { DATABASE_URL: path, SLACK_API_URL: 'http://127.0.0.1:9/api/' };
  const { findings } = JSON.parse((await runCli(['doctor', '--json'], env)).stdout) as { findings: Finding[] };
  expect(findings.find(({ check }) => check === 'database')).toEqual({
    check: 'database',
    level: 'ok',
    message: `schema ${OLDER}, will be migrated by the next start to schema ${LATEST}`,
  });
  expect(schemaOf(path)).toBe(OLDER);
});

it.each([
  ['why', 'T0ACME0001'],
  ['status', 'show'],
  ['teams', 'list'],
  ['events', 'list'],
  ['audit', 'export'],
])('%s %s is refused on it, and does not migrate it', async (...words) => {
  const path = await anOlderDatabase();
  const { code, stdout, stderr } = await runCli(words, { DATABASE_URL: path });
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toContain(`The database ${path} has schema ${OLDER} and this version needs ${LATEST}`);
  expect(stderr).toContain('slack-bot-server migrate');
  expect(schemaOf(path)).toBe(OLDER);
});

it('is migrated by `migrate`, and can be read then', async () => {
  const path = await anOlderDatabase();
  expect((await runCli(['migrate'], { DATABASE_URL: path })).code).toBe(0);
  expect(schemaOf(path)).toBe(LATEST);
  expect((await runCli(['teams', 'list'], { DATABASE_URL: path })).code).toBe(0);
});
