/** `slack-bot-server teams …` as processes, beside a running server and without one. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { environmentOf, runCli } from './cli.test-kit.ts';
import { isSocketClosed, isSocketOpen, Scene, type TeamLine } from './scene.test-kit.ts';

/** Runs `teams …` with the scene's database. Time stands still. */
async function teams(scene: Scene, ...words: string[]) {
  return await runCli(['teams', ...words], await environmentOf(scene));
}

async function writeLines(scene: Scene, lines: readonly (TeamLine | string)[]): Promise<string> {
  const file = join(scene.folder, 'teams.ndjson');
  const texts = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)));
  await writeFile(file, texts.join('\n'));
  return file;
}

describe('without a server', () => {
  it('import keeps good lines, names bad ones by number without their tokens, and exits 1', async () => {
    const scene = await Scene.open({ teams: [{ name: 'Acme' }, { name: 'Globex' }] });
    const file = await writeLines(scene, [
      // Begins with a byte order mark, as some editors write it.
      `\uFEFF${JSON.stringify(await scene.lineOf('Acme'))}`,
      'not JSON xoxb-very-secret-1',
      '',
      '{"team_id":"lower","name":"X","bot_token":"xoxb-very-secret-2"}',
      '{"team_id":"T0NOTOKEN1","name":"X"}',
      await scene.lineOf('Globex'),
    ]);
    const { code, stdout, stderr } = await teams(scene, 'import', file);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^line 2: is not JSON/m);
    expect(stdout).toMatch(/^line 4: team_id must be 1 to 32 characters/m);
    expect(stdout).toMatch(/^line 5: bot_token must be a string/m);
    expect(stdout).toContain('2 new, 0 updated, 0 unchanged, 3 bad');
    expect(stdout + stderr).not.toContain('very-secret');
    const names = (await scene.rows()).map(({ teams: [team] }) => team?.name);
    expect(new Set(names)).toEqual(new Set(['Acme', 'Globex']));
  });

  it('teams alone lists them, with the options of the list; a word that is no command is refused, with the one that was meant', async () => {
    const scene = await Scene.open({ teams: [{ name: 'Acme' }] });
    await scene.importTeams([await scene.lineOf('Acme')]);
    const [list, alone, json, slip] = await Promise.all([
      teams(scene, 'list'),
      teams(scene),
      teams(scene, '--json'),
      teams(scene, 'lst'),
    ]);
    expect(alone).toMatchObject({ code: 0, stdout: list.stdout, stderr: '' });
    expect(JSON.parse(json.stdout)).toMatchObject([{ name: 'Acme' }]);
    expect(slip).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('Did you mean list?') });
  });

  it('list and show let no name command the terminal or begin a line of its own; JSON says the very name', async () => {
    const scene = await Scene.open({ teams: [{ name: 'Acme' }] });
    const name = 'Evil\u001b]0;owned\u0007\u009b2J\nT0FAKE \u202ereal';
    const shown = 'Evil\\u001b]0;owned\\u0007\\u009b2J\\nT0FAKE \\u202ereal';
    const line = await scene.lineOf('Acme');
    await scene.importTeams([{ ...line, name }]);
    const [list, show, json] = await Promise.all([
      teams(scene, 'list'),
      teams(scene, 'show', line.team_id),
      teams(scene, 'list', '--json'),
    ]);
    for (const { stdout } of [list, show]) {
      expect(stdout).toContain(shown);
      expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u);
    }
    expect(JSON.parse(json.stdout)).toMatchObject([{ name }]);
    expect(json.stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u);
  });

  it('deactivate writes the row and says that no server runs; show tells what happened', async () => {
    const scene = await Scene.open({ teams: [{ name: 'Acme' }] });
    const line = await scene.lineOf('Acme');
    await scene.importTeams([line]);
    const deactivated = await teams(scene, 'deactivate', line.team_id);
    expect(deactivated).toMatchObject({ code: 0, stdout: expect.stringContaining('no server is running') });
    const shown = await teams(scene, 'show', line.team_id, '--json');
    expect(JSON.parse(shown.stdout)).toMatchObject({ status: 'inactive', reason: 'operator' });
    expect(await scene.slack.log({ kind: 'request' })).toEqual([]);
  });

  it('reactivate says that the request waits, and the next server asks Slack', async () => {
    const scene = await Scene.open({ teams: [{ name: 'Acme' }] });
    await scene.start();
    const acme = await scene.join('Acme');
    await scene.slack.fault({ kind: 'disable_integration', team: acme.id });
    await scene.pass(10_000);
    await scene.stop();
    await scene.slack.fault({ kind: 'enable', team: acme.id });
    const after = await scene.slack.lastSeq();
    const asked = await teams(scene, 'reactivate', acme.id);
    expect(asked).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('no server is running; the request waits'),
    });
    expect(await scene.slack.log({ after, kind: 'request' })).toEqual([]);
    await scene.start();
    await scene.until(isSocketOpen(acme.id), { after });
    expect(scene.server.status()).toMatchObject({ active: 1, inactive: 0 });
  });

  it('exits 1 for a team that is not there, and 2 for a wrong command, file or setting', async () => {
    const scene = await Scene.open({ teams: [{ name: 'Acme' }] });
    // A database without that team: commands that only ask make none.
    await scene.importTeams([await scene.lineOf('Acme')]);
    const results = await Promise.all([
      teams(scene, 'show', 'T0NOBODY01'),
      teams(scene, 'list', 'status:sleeping'),
      teams(scene, 'import', join(scene.folder, 'missing.ndjson')),
      runCli(['teams', 'list'], { DATABASE_URL: 'mysql://somewhere' }),
    ]);
    expect(results.map(({ code }) => code)).toEqual([1, 2, 2, 2]);
    expect(results[0]?.stderr).toContain('No installation for team T0NOBODY01');
    expect(results[3]?.stderr).toContain('DATABASE_URL = "mysql://somewhere" must be a path of a SQLite database');
  });
});

describe('beside a running server', () => {
  it('deactivate closes the connection within a second, and reactivate brings it back by Slack’s answer', async () => {
    const scene = await Scene.open({ teams: [{ name: 'Acme' }] });
    await scene.start();
    const acme = await scene.join('Acme');
    const after = await scene.slack.lastSeq();
    const deactivated = await teams(scene, 'deactivate', acme.id, '--json');
    expect(JSON.parse(deactivated.stdout)).toMatchObject({ status: 'inactive', changed: true, server: process.pid });
    expect(await scene.until(isSocketClosed(acme.id), { after, withinMs: 1_500 })).toMatchObject({
      code: 1000,
      by: 'client',
    });
    await scene.strideThrough(48 * 3_600_000);
    expect(await scene.usesOf(acme.botTokenId, after)).toEqual([]);
    const reactivated = await scene.during(teams(scene, 'reactivate', acme.id));
    expect(reactivated).toMatchObject({ code: 0, stdout: `${acme.id} was inactive and is now active\n` });
    await scene.until(isSocketOpen(acme.id), { after, withinMs: 1_500 });
    expect((await scene.usesOf(acme.botTokenId, after)).map(({ method }) => method)).toEqual([
      'auth.test',
      'rtm.connect',
    ]);
  });

  it('restart closes the connection and opens another, of that team alone', async () => {
    const scene = await Scene.open({ teams: [{ name: 'Acme' }, { name: 'Globex' }] });
    await scene.start();
    const acme = await scene.join('Acme');
    await scene.join('Globex');
    const after = await scene.slack.lastSeq();
    const restarted = await scene.during(teams(scene, 'restart', acme.id));
    expect(restarted).toMatchObject({ code: 0, stdout: expect.stringContaining('within a second') });
    await scene.until(isSocketClosed(acme.id), { after });
    await scene.until(isSocketOpen(acme.id), { after });
    // Once: the request is cleared before it is carried out.
    await scene.pass(10_000);
    expect((await scene.callsOf('rtm.connect', { after })).map(({ team }) => team)).toEqual([acme.id]);
    await scene.greet('Acme');
    expect((await scene.rows()).map(({ installation }) => installation.request)).toEqual([null, null]);
  });

  it('reactivate of a team whose token is dead says what Slack said, and exits 1', async () => {
    const scene = await Scene.open({ teams: [{ name: 'Acme' }] });
    await scene.start();
    const acme = await scene.join('Acme');
    await scene.slack.fault({ kind: 'revoke_token', team: acme.id });
    await scene.pass(10_000);
    const { code, stdout } = await scene.during(teams(scene, 'reactivate', acme.id));
    expect(code).toBe(1);
    expect(stdout).toContain(`${acme.id} stays inactive (token_revoked)`);
    expect(await scene.slack.sockets()).toEqual([]);
  });
});
