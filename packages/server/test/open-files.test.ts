/** More teams than the limit of open files allows: who fits is served, and the process as well. */
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CliProcess, environmentOf } from './cli.test-kit.ts';
import { Scene } from './scene.test-kit.ts';

const TEAMS = 120;
/** Leaves room for about 60 teams. */
const LIMIT = 160;

async function startWithFewFiles(scene: Scene): Promise<CliProcess> {
  const env = await environmentOf(scene);
  const shell = join(scene.folder, 'node-with-few-files.sh');
  await writeFile(shell, `#!/bin/sh\nulimit -n ${LIMIT}\nexec "${process.execPath}" "$@"\n`);
  await chmod(shell, 0o700);
  return new CliProcess(['start'], env, '', undefined, shell);
}

it('with more teams than files, as many as fit are connected, the others wait, and health and store go on', async () => {
  const names = Array.from({ length: TEAMS }, (_, n) => `Team ${n}`);
  const scene = await Scene.open({ teams: names.map((name) => ({ name })), clock: { mode: 'system' } });
  await scene.importTeams(await scene.linesOf(names));
  const server = await startWithFewFiles(scene);
  const [, url] = await server.printed(/"url":"(http:[^"]+)","msg":"listening"/);
  const [line] = await server.printed(/\{[^\n]*limit of open files[^\n]*\}/);
  const { limit, teams, room } = JSON.parse(line);
  expect({ limit, teams }).toEqual({ limit: LIMIT, teams: TEAMS });
  await expect.poll(async () => (await scene.slack.sockets()).length, { timeout: 30_000 }).toBe(room);
  // Nobody fails: whoever does not fit waits without a word.
  expect(room).toBeGreaterThan(30);
  for (let n = 0; n < 20; n++) expect((await fetch(`${url}/healthz`)).status).toBe(200);
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  const [socket] = await scene.slack.sockets();
  const leaving = socket?.team ?? expect.fail('no socket');
  const after = await scene.slack.lastSeq();
  await scene.slack.fault({ kind: 'disable_integration', team: leaving });
  // The next one takes its place.
  const opened = await scene.until(({ kind }) => kind === 'socket_open', { after });
  expect(opened.team).not.toBe(leaving);
  const { stdout } = await server.end();
  expect(stdout.match(/limit of open files/g)).toHaveLength(1);
  expect(stdout).not.toContain('emfile');
}, 300_000);

it('teams that register later and find no room are warned of once, and the server goes on', async () => {
  const names = Array.from({ length: TEAMS }, (_, n) => `Team ${n}`);
  const scene = await Scene.open({ teams: names.map((name) => ({ name })), clock: { mode: 'system' } });
  const lines = await scene.linesOf(names);
  await scene.importTeams(lines.slice(0, 20));
  const server = await startWithFewFiles(scene);
  const [, url] = await server.printed(/"url":"(http:[^"]+)","msg":"listening"/);
  await expect.poll(async () => (await scene.slack.sockets()).length, { timeout: 30_000 }).toBe(20);
  expect(server.stdout).not.toContain('limit of open files');
  await scene.importTeams(lines.slice(20));
  const [line] = await server.printed(/\{[^\n]*limit of open files[^\n]*\}/);
  const { teams, room } = JSON.parse(line);
  expect(teams).toBe(room + 1);
  await expect.poll(async () => (await scene.slack.sockets()).length, { timeout: 30_000 }).toBe(room);
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  const { stdout } = await server.end();
  expect(stdout.match(/limit of open files/g)).toHaveLength(1);
}, 300_000);
