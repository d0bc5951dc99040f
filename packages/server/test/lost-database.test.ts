/** A database that vanished must not look like a first start, and commands make nothing. Issue 10, entry 22. */
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../src/doctor/finding.ts';
import { makeDatabaseUrl, makeFolder } from '../src/store/store-fixture.test-kit.ts';
import { CliProcess, runCli } from './cli.test-kit.ts';
import { openHttpScene } from './http-scene.test-kit.ts';
import { postEvent, postForm } from './org-scene.test-kit.ts';

const KEYS = Buffer.alloc(32, 7).toString('base64');
const settings = { HOST: '127.0.0.1', PORT: '0', PUBLIC_URL: 'http://127.0.0.1', LOG_LEVEL: 'info' };

/** A database that a server has used, with its key file. */
async function aUsedDatabase() {
  const folder = join(await makeFolder(), 'data');
  const path = join(folder, 'bot.db');
  await startAndStop(path);
  return { folder, path };
}

async function startAndStop(path: string, { words = [] as string[], env = {} } = {}): Promise<string> {
  const server = new CliProcess(['start', ...words], { ...settings, DATABASE_URL: path, ...env });
  await server.printed(/"msg":"listening"/);
  await server.end();
  return server.stdout;
}

async function removeDatabase(path: string): Promise<void> {
  for (const suffix of ['', '-wal', '-shm']) await rm(`${path}${suffix}`, { force: true });
}

describe('a database file that is gone', () => {
  it('stops the start as long as its key file is there, unless a new one is wanted', async () => {
    const { folder, path } = await aUsedDatabase();
    await removeDatabase(path);
    const before = await readdir(folder);
    const { code, stderr } = await runCli(['start'], { ...settings, DATABASE_URL: path });
    expect(code).toBe(1);
    expect(stderr).toContain(`The database ${path} is gone: there is its key file ${path}.key, and no database`);
    expect(stderr).toContain('start --new');
    expect(await readdir(folder)).toEqual(before);
  });

  it('is a finding of doctor, which says the same as the start', async () => {
    const { folder, path } = await aUsedDatabase();
    await removeDatabase(path);
    const before = await readdir(folder);
    const env = { ...settings, DATABASE_URL: path, SLACK_API_URL: 'http://127.0.0.1:9/api/' };
    const { code, stdout } = await runCli(['doctor', '--json'], env);
    const { findings } = JSON.parse(stdout) as { findings: Finding[] };
    expect(findings.find(({ check }) => check === 'database')).toEqual({
      check: 'database',
      level: 'problem',
      message: `The database ${path} is gone: there is its key file ${path}.key, and no database`,
      fix: expect.stringContaining('start --new'),
    });
    expect(code).toBe(1);
    expect(await readdir(folder)).toEqual(before);
  });

  it('is none either when it is empty, and `start --new` begins anew', async () => {
    const { path } = await aUsedDatabase();
    await removeDatabase(path);
    await writeFile(path, '', { mode: 0o600 });
    expect((await runCli(['start'], { ...settings, DATABASE_URL: path })).code).toBe(1);
    expect(await startAndStop(path, { words: ['--new'] })).toContain('the database is new');
  });

  it('is said in the log where the key is no file', async () => {
    const path = join(await makeFolder(), 'bot.db');
    const env = { ENCRYPTION_KEYS: KEYS };
    const isNew = /"level":40,[^\n]*"msg":"the database is new: no team is known"/;
    expect(await startAndStop(path, { env })).toMatch(isNew);
    expect(await startAndStop(path, { env })).not.toMatch(isNew);
  });

  it('was only begun when its process was killed early: the next start goes on', async () => {
    const folder = join(await makeFolder(), 'data');
    await mkdir(folder, { mode: 0o700 });
    const path = join(folder, 'bot.db');
    await writeFile(path, '', { mode: 0o600 });
    await startAndStop(path);
    await rm(`${path}.key`);
    const { code, stderr } = await runCli(['start'], { ...settings, DATABASE_URL: path });
    expect(code).toBe(1);
    expect(stderr).toContain(`The key file ${path}.key of the database is missing`);
  });
});

describe('a command', () => {
  it.each([
    ['teams', 'list'],
    ['events', 'list'],
    ['incident', 'show'],
    ['keys', 'rotate'],
    ['teams', 'deactivate', 'T1'],
  ])('%s %s makes nothing in a wrong folder', async (...words) => {
    const folder = await makeFolder();
    const path = join(folder, 'data', 'slack-bot-server.db');
    const { code, stdout, stderr } = await runCli(words, { DATABASE_URL: path });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(`There is no database at ${path}`);
    expect(stderr).toContain('DATABASE_URL');
    expect(await readdir(folder)).toEqual([]);
  });

  it('makes no tables in an empty PostgreSQL', async () => {
    const url = await makeDatabaseUrl('postgres');
    const env = { DATABASE_URL: url, ENCRYPTION_KEYS: KEYS };
    for (let round = 0; round < 2; round++) {
      const { code, stderr } = await runCli(['teams', 'list'], env);
      expect(code).toBe(1);
      expect(stderr).toContain('no server has used it');
    }
  });

  it('makes no other key in place of a lost one, and blames the file', async () => {
    const { path } = await aUsedDatabase();
    await rm(`${path}.key`);
    const { code, stderr } = await runCli(['teams', 'list'], { DATABASE_URL: path });
    expect(code).toBe(1);
    expect(stderr).toContain(`The key file ${path}.key of the database is missing`);
    await expect(stat(`${path}.key`)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

it('events of a team that is not known are told once per team, and dropped', async () => {
  const { scene, errors } = await openHttpScene({});
  const event = { type: 'message', channel: 'C1', text: 'hi', user: 'U1', ts: '1.1' };
  for (const team of ['T0STRANGE1', 'T0STRANGE1', 'T0STRANGE2']) {
    expect(await postEvent(scene, event, { team_id: team })).toBe(200);
  }
  const told = scene.logLines.filter((line) => line.includes('is this the right database?'));
  expect(told.map((line) => (JSON.parse(line) as { teamId: string }).teamId)).toEqual(['T0STRANGE1', 'T0STRANGE2']);
  expect(errors.map(({ teamId, where, error }) => [teamId, where, error.code])).toEqual([
    ['T0STRANGE1', 'intake', 'team_unknown'],
    ['T0STRANGE2', 'intake', 'team_unknown'],
  ]);
  const command = { command: '/stan', team_id: 'T0STRANGE1', user_id: 'U1', channel_id: 'C1', trigger_id: '1.2' };
  await postForm(scene, command);
  expect(scene.server.status().unrouted).toEqual({ events: 3, interactions: 1 });
  await scene.stop();
  const stopped = scene.logLines.find((line) => line.includes('server stopped'));
  expect(stopped).toContain('"unrouted":{"events":3,"interactions":1}');
});
