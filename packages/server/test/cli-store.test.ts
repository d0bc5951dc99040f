/** `slack-bot-server store copy` as processes: killed in the middle, and gone on with; no server starts on what is half. */
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeDatabaseUrl, makeFolder, openTestStore } from '../src/store/store-fixture.test-kit.ts';
import { copyDatabases } from '../src/wiring/copy-databases.ts';
import { CliProcess, runCli } from './cli.test-kit.ts';

const KEYS = randomBytes(32).toString('base64');
const ROWS = 30_000;

async function importTeams(databaseUrl: string): Promise<void> {
  const lines = ['T1', 'T2'].map((team) =>
    JSON.stringify({ team_id: team, bot_token: `xoxb-test-${team}`, name: team }),
  );
  const env = { DATABASE_URL: databaseUrl, ENCRYPTION_KEYS: KEYS };
  expect(await runCli(['teams', 'import', '-'], env, lines.join('\n'))).toMatchObject({ code: 0 });
}

it('copies from SQLite to PostgreSQL, goes on after kill -9, and says which key is needed', async () => {
  const from = join(await makeFolder(), 'bot.db');
  const to = await makeDatabaseUrl('postgres');
  await importTeams(from);
  const source = await openTestStore({ engine: 'sqlite', url: from });
  await source.run(
    `with recursive n (n) as (select 1 union all select n + 1 from n where n < $1)
     insert into data (team_id, key, version, value, updated_at_ms) select 'T1', 'k' || n, 1, '"some words"', 1 from n`,
    [ROWS],
  );
  await source.close();

  const words = ['store', 'copy', '--from', from, '--to', to];
  const first = new CliProcess(words, {});
  const target = await openTestStore({ engine: 'postgres', url: to });
  const copied = async () => Number((await target.get('select count(*) as rows from data'))?.rows);
  await expect.poll(copied, { timeout: 30_000, interval: 20 }).toBeGreaterThan(0);
  await first.end('SIGKILL');
  const half = await copied();
  expect(half).toBeLessThan(ROWS);

  const env = { DATABASE_URL: to, ENCRYPTION_KEYS: KEYS };
  const served = await runCli(['start'], { ...env, PUBLIC_URL: 'http://127.0.0.1', PORT: '0', HOST: '127.0.0.1' });
  expect(served.code).toBe(1);
  expect(served.stdout + served.stderr).toContain(`half of a copy of ${from}`);

  // A key file of before ENCRYPTION_KEYS was set says nothing.
  await writeFile(`${from}.key`, '1'.repeat(64), { mode: 0o600 });
  const again = await runCli(words, {});
  expect(again).toMatchObject({ code: 0, stderr: '' });
  expect(again.stdout).toContain('going on where it was cut off');
  expect(again.stdout).toContain(`data: ${ROWS}`);
  expect(again.stdout).toMatch(/sealed with the key \w+: start on .* with the ENCRYPTION_KEYS of/);
  const { password } = new URL(to);
  expect(again.stdout).not.toContain(password);
  const listed = await runCli(['teams', 'list', '--json'], env);
  expect(JSON.parse(listed.stdout)).toMatchObject([{ teamId: 'T1' }, { teamId: 'T2' }]);
});

it.each([
  ['the same database twice', ['--from', './a.db', '--to', './a.db'], '--from and --to are the same database'],
  ['another kind of database', ['--from', './a.db', '--to', 'mysql://a/b'], '--to = "mysql://a/b" must be a path'],
  ['one end alone', ['--from', './a.db'], "required option '--to <database>' not specified"],
])('refuses %s', async (_what, words, message) => {
  const { code, stderr } = await runCli(['store', 'copy', ...words], {});
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});

it('makes nothing where there is no database to copy from', async () => {
  const folder = await makeFolder();
  const to = join(folder, 'b.db');
  const { code, stderr } = await runCli(['store', 'copy', '--from', join(folder, 'a.db'), '--to', to], {});
  expect(code).toBe(1);
  expect(stderr).toContain(`There is no database at ${join(folder, 'a.db')}`);
});

it('does not go on when a server has shared in the database that was read', async () => {
  const from = await makeDatabaseUrl('postgres');
  await importTeams(from);
  const to = join(await makeFolder(), 'b.db');
  await expect(copyDatabases({ from, to, signal: AbortSignal.abort() })).rejects.toThrow('aborted');
  const settings = {
    PUBLIC_URL: 'http://127.0.0.1',
    PORT: '0',
    HOST: '127.0.0.1',
    SLACK_API_URL: 'http://127.0.0.1:9/api/',
  };
  const server = new CliProcess(['start'], { DATABASE_URL: from, ENCRYPTION_KEYS: KEYS, ...settings });
  await server.printed(/"msg":"listening"/);
  const beside = await runCli(['store', 'copy', '--from', from, '--to', to], {});
  expect([beside.code, beside.stderr]).toEqual([1, expect.stringMatching(/in use by .*pid \d+/)]);
  expect(await server.end('SIGTERM')).toMatchObject({ code: 0 });
  const after = await runCli(['store', 'copy', '--from', from, '--to', to], {});
  expect([after.code, after.stderr]).toEqual([1, expect.stringContaining('cannot go on: a server used it')]);
});
