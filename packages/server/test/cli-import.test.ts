/** `teams import` of what other programs keep, as processes. What is made of each line is in line-reader.test.ts. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FileInstallationStore } from '@slack/bolt';
import { expect, it } from 'vitest';
import { boltFolder } from '../src/cli/bolt-folder.ts';
import { makeFolder } from '../src/store/store-fixture.test-kit.ts';
import { CliProcess, runCli } from './cli.test-kit.ts';

async function aFolder() {
  const folder = await makeFolder();
  const teams = async (...words: string[]) =>
    await runCli(['teams', ...words], { DATABASE_URL: join(folder, 'test.db') });
  return { folder, teams };
}

/** As `copy teams to stdout with csv header` prints it, with what people write into names; and saved by an editor under Windows. */
const RUBY_CSV = [
  '\uFEFFid,team_id,name,domain,token,oauth_scope,oauth_version,bot_user_id,activated_user_id,activated_user_access_token,active,created_at,updated_at,plan',
  '1,T0ACME0001,"Acme, ""the"" Corp",acme,xoxb-test-1,"bot,commands",v1,U0BOT00001,U0ANN00001,xoxp-test-2,t,2024-01-02 03:04:05,2024-01-02 03:04:05.6,gold',
  '2,T0GLOBEX01,"Two',
  'lines",,xoxb-test-3,,v2,,,,f,2024-01-02 03:04:05,2024-05-06 07:08:09,',
  '3,T0BROKEN01,Broken,,xoxb-test-4,,v2,,,,maybe,,,',
  '4,T0SHORT001,Short,xoxb-test-5',
  '5,T0INITECH1,Initech,,xoxb-test-6,,v2,,,,t,,,',
  '',
].join('\r\n');

it('Ctrl-C ends it behind a transaction: it exits 130 and says how far it came, and the same file again takes the rest', async () => {
  const { folder, teams } = await aFolder();
  const file = join(folder, 'teams.ndjson');
  const LINES = 8_000;
  const lines = Array.from({ length: LINES }, (_, n) =>
    JSON.stringify({ team_id: `T${n}`, bot_token: `xoxb-test-${n}` }),
  );
  await writeFile(file, lines.join('\n'));
  const first = new CliProcess(['teams', 'import', file], { DATABASE_URL: join(folder, 'test.db') });
  await first.printed(/T0: installed/);
  const { code, stdout, stderr } = await first.end('SIGINT');
  const stopped =
    /error: Stopped before the last line; (\d+) new, 0 updated, 0 unchanged, 0 bad\n {2}fix: Run it again/;
  const [, imported] = stopped.exec(stderr) ?? [];
  expect([code, stdout.match(/: installed/g)?.length]).toEqual([130, Number(imported)]);
  expect(Number(imported)).toBeLessThan(LINES);
  const again = await teams('import', file);
  expect(again).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(`${LINES - Number(imported)} new, 0 updated, ${imported} unchanged, 0 bad`),
  });
  expect(again.stdout.match(/: unchanged/g)).toHaveLength(Number(imported));
});

it('a dry run of a file of several calls says line by line what the real run does', async () => {
  const { folder, teams } = await aFolder();
  const file = join(folder, 'teams.ndjson');
  const numbers = Array.from({ length: 700 }, (_, n) => n);
  const teamLines = numbers.map((n) => ({ team_id: `T${n}`, bot_token: `xoxb-test-${n}` }));
  const documents = numbers.map((n) => ({ team_id: 'T1', document: { key: `k${n % 500}`, value: n } }));
  const lines = [...teamLines, ...teamLines, ...documents].map((line) => JSON.stringify(line));
  await writeFile(file, lines.join('\n'));
  const foretold = await teams('import', file, '--dry-run');
  expect(foretold.stdout).toContain('would be: 1200 new, 0 updated, 700 unchanged, 200 bad');
  const done = await teams('import', file);
  const said = foretold.stdout.replaceAll(/would be:? /g, '');
  expect(done.stdout).toBe(`${said}no server is running; the next one uses new tokens from its start\n`);
});

it('takes the CSV of a Ruby server: names its format, its bad records by their lines, and the columns of no use', async () => {
  const { folder, teams } = await aFolder();
  const file = join(folder, 'teams.csv');
  await writeFile(file, RUBY_CSV);
  const trial = await teams('import', file, '--dry-run');
  expect(trial.stdout).toContain('T0ACME0001: would be installed');
  expect(trial.stdout).toContain('would be: 3 new, 0 updated, 0 unchanged, 2 bad');
  const { code, stdout, stderr } = await teams('import', file);
  expect(code).toBe(1);
  expect(stderr).toContain('format: slack-ruby-bot-server');
  expect(stderr).toContain('not imported: plan');
  expect(stdout).toContain('line 5: active must be true or false (or t, f, 1, 0)');
  expect(stdout).toContain('line 6: must have 14 values, as the header has; got 4');
  expect(stdout).toContain('3 new, 0 updated, 0 unchanged, 2 bad');
  expect(stdout + stderr).not.toMatch(/xox[a-z][.-]/);
  const { stdout: list } = await teams('list', '--json');
  expect(JSON.parse(list)).toMatchObject([
    { teamId: 'T0ACME0001', name: 'Acme, "the" Corp', status: 'active', botUserId: 'U0BOT00001' },
    {
      teamId: 'T0GLOBEX01',
      name: 'Two\nlines',
      status: 'inactive',
      reason: 'imported_inactive',
      since: '2024-05-06T07:08:09.000Z',
    },
    { teamId: 'T0INITECH1', status: 'active' },
  ]);
});

it('takes the folder that Bolt for JavaScript wrote, with the tokens of all people, beside a half-written one', async () => {
  const { folder, teams } = await aFolder();
  const baseDir = join(folder, 'installations');
  const store = new FileInstallationStore({ baseDir, clientId: '111.222' });
  const anInstallation = (user: string) => ({
    team: { id: 'T0ACME0001', name: 'Acme' },
    enterprise: undefined,
    isEnterpriseInstall: false as const,
    user: { id: user, token: `xoxp-test-${user}`, scopes: ['search:read'] },
    bot: { token: `xoxb-test-${user}`, scopes: ['chat:write'], id: 'B0BOT00001', userId: 'U0BOT00001' },
  });
  await store.storeInstallation(anInstallation('U0ANN00001'));
  await store.storeInstallation(anInstallation('U0BOB00001'));
  await mkdir(join(baseDir, '111.222', 'T0BROKEN01'), { recursive: true });
  await writeFile(join(baseDir, '111.222', 'T0BROKEN01', 'app-latest'), '{"team":{"id":"T0BRO xoxb-test-9');
  const { stdout, stderr, code } = await teams('import', baseDir);
  expect(code).toBe(1);
  expect(stderr).toContain('format: bolt-js');
  expect(stdout).toContain('111.222/T0BROKEN01: app-latest must be one JSON object');
  expect(stdout).toContain('1 new, 0 updated, 0 unchanged, 1 bad');
  const read: unknown[] = [];
  for await (const entry of boltFolder(baseDir)) read.push('content' in entry ? JSON.parse(entry.content) : entry);
  expect(read).toMatchObject([
    { place: '111.222/T0BROKEN01' },
    {
      bot: { token: 'xoxb-test-U0BOB00001' },
      users: [{ token: 'xoxp-test-U0ANN00001' }, { token: 'xoxp-test-U0BOB00001' }],
    },
  ]);
  const exported = join(folder, 'exported.json');
  await teams('export', 'T0ACME0001', '--tokens', '--to', exported);
  const text = await readFile(exported, 'utf8');
  expect(text).toContain('xoxb-test-U0BOB00001');
  expect(text).not.toContain('xoxb-test-U0ANN00001');
});

it('fails when nothing comes out of the pipe, and takes a header alone for a table without rows', async () => {
  const { folder } = await aFolder();
  const env = { DATABASE_URL: join(folder, 'test.db') };
  for (const empty of ['', '\n \n'])
    expect(await runCli(['teams', 'import', '-'], env, empty)).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^error: Standard input is empty: nothing to import\n {2}fix: .*may have failed/),
    });
  const header = RUBY_CSV.slice(0, RUBY_CSV.indexOf('\r\n'));
  expect(await runCli(['teams', 'import', '-'], env, `${header}\n`)).toMatchObject({
    code: 0,
    stdout: '0 new, 0 updated, 0 unchanged, 0 bad\n',
  });
});

it('takes Bolt’s folder by its name, although its installations lie beside it', async () => {
  const { folder, teams } = await aFolder();
  const baseDir = join(folder, 'bolt');
  const bot = { scopes: ['chat:write'], id: 'B0BOT00001', userId: 'U0BOT00001' };
  const installation = {
    user: { id: 'U0ANN00001', token: undefined, scopes: undefined },
    enterprise: { id: 'E0ACME0001' },
  };
  const store = new FileInstallationStore({ baseDir });
  await store.storeInstallation({
    ...installation,
    team: { id: 'T0ACME0001' },
    enterprise: undefined,
    isEnterpriseInstall: false,
    bot: { ...bot, token: 'xoxb-test-1' },
  });
  expect((await teams('import', baseDir)).stdout).toContain('T0ACME0001: installed');
  await store.storeInstallation({ ...installation, team: { id: 'T0ACME0002' }, bot: { ...bot, token: 'xoxb-test-2' } });
  await store.storeInstallation({
    ...installation,
    team: undefined,
    isEnterpriseInstall: true,
    bot: { ...bot, token: 'xoxb-test-3' },
  });
  const { stdout } = await teams('import', baseDir, '--dry-run');
  expect(stdout.split('\n')).toEqual(
    expect.arrayContaining([
      'E0ACME0001: would be installed',
      'T0ACME0002: would be installed',
      'T0ACME0001: would be unchanged',
    ]),
  );
});

it('takes the folder that Bolt for Python wrote, where the bot’s file is the newer one, and says when there is none', async () => {
  const { folder, teams } = await aFolder();
  const base = join(folder, 'data', '111.222', 'none-T0ACME0001');
  const organization = join(folder, 'data', '111.222', 'E0ACME0001-none');
  await mkdir(base, { recursive: true });
  await mkdir(organization);
  const common = {
    team_id: 'T0ACME0001',
    team_name: 'Acme',
    bot_token: 'xoxb-test-old',
    installed_at: 1_700_000_000.5,
  };
  await writeFile(
    join(base, 'installer-latest'),
    JSON.stringify({ ...common, user_id: 'U0ANN00001', user_token: null }),
  );
  await writeFile(join(base, 'installer-1699999999.5'), 'an earlier one, which nobody reads');
  await writeFile(join(base, 'bot-latest'), JSON.stringify({ ...common, bot_token: 'xoxb-test-new' }));
  const ofOrganization = { ...common, team_id: null, enterprise_id: 'E0ACME0001', is_enterprise_install: true };
  await writeFile(join(organization, 'bot-latest'), JSON.stringify(ofOrganization));
  const { stdout, stderr, code } = await teams('import', join(folder, 'data'));
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('format: bolt-python') });
  expect(stdout).toContain('E0ACME0001: installed');
  expect(stdout).toContain('2 new, 0 updated, 0 unchanged, 0 bad');
  const again = await teams('import', join(folder, 'data'), '--json', '--format', 'bolt-python');
  expect(JSON.parse(again.stdout)).toMatchObject([{ outcome: 'unchanged' }, { outcome: 'unchanged' }]);
  await mkdir(join(folder, 'empty'));
  const none = await teams('import', join(folder, 'empty'));
  expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining('holds no installations') });
});
