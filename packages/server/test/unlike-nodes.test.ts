/**
 * Servers that share a PostgreSQL and are not alike: in their keys, or in the version of their schema. Whoever cannot do the work says
 * why and does none, and the other one serves all teams. Real processes; witnesses are their pages, their words, and what listeners
 * wrote.
 */
import { randomBytes } from 'node:crypto';
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { AppSeed } from 'slack-simulator';
import { expect, it, onTestFinished, vi } from 'vitest';
import { parseEncryptionKeys } from '../src/installation/encryption-keys.ts';
import { createVault } from '../src/installation/sealing.ts';
import { CLI_PROGRAM, CliProcess, type Environment, environmentOf } from './cli.test-kit.ts';
import { SIGNING_SECRET } from './http-scene.test-kit.ts';
import { Scene } from './scene.test-kit.ts';
import { aMessage, postSigned } from './signed-events.test-kit.ts';

const TEAMS = ['Acme', 'Globex', 'Initech', 'Umbrella'];
/** A lease of 10 s, and a busy machine. */
const PATIENT = { timeout: 45_000, interval: 100 };

const app: AppSeed = {
  kind: 'granular',
  signingSecret: SIGNING_SECRET,
  botScopes: ['channels:history', 'chat:write'],
  eventSubscriptions: ['message.channels'],
};

const BOT = `import { appendFileSync } from 'node:fs';
export default ({ bot }) => {
  bot.message(async ({ body }) => appendFileSync(process.env.HANDLED_FILE, process.env.NODE + ' ' + body.event_id + '\\n'));
};
`;

async function openScene() {
  const scene = await Scene.open({ teams: TEAMS.map((name) => ({ name })), app, database: 'postgres' });
  await writeFile(join(scene.folder, 'bot.mjs'), BOT);
  const lines = await scene.linesOf(TEAMS);
  await scene.importTeams(lines);
  const handledFile = join(scene.folder, 'handled');
  await writeFile(handledFile, '');
  const environment = await environmentOf(scene, {
    SLACK_TRANSPORT: 'http',
    SLACK_SIGNING_SECRET: SIGNING_SECRET,
    SLACK_SCOPES: 'chat:write',
    HANDLED_FILE: handledFile,
  });
  const [{ id: appId } = { id: '' }] = await scene.slack.apps();
  const spawn = (name: string, { program, ...more }: Environment & { program?: string } = {}) =>
    new CliProcess(['start', join(scene.folder, 'bot.mjs')], { ...environment, NODE: name, ...more }, '', program);
  const start = async (name: string, options?: Parameters<typeof spawn>[1]) => {
    const server = spawn(name, options);
    const [, url = ''] = await server.printed(/"url":"([^"]+)","msg":"listening"/);
    return { name, server, url };
  };
  let sent = 0;
  /** Each team has an event for this server; answers who handled them, by node. */
  const serve = async ({ url }: { url: string }) => {
    const ids = lines.map(({ team_id: team }) => ({ team, id: `Ev${team}n${++sent}` }));
    const statuses = ids.map(({ team, id }) => postSigned(url, aMessage({ id, team, appId, nth: sent })));
    expect(await Promise.all(statuses)).toEqual(lines.map(() => 200));
    return await vi.waitFor(async () => {
      const handled = (await readFile(handledFile, 'utf8'))
        .split('\n')
        .filter((line) => ids.some(({ id }) => line.endsWith(` ${id}`)));
      expect(handled).toHaveLength(ids.length);
      return handled.map((line) => line.split(' ')[0]);
    }, PATIENT);
  };
  return { scene, environment, spawn, start, serve, handlers: (name: string) => TEAMS.map(() => name) };
}

/** What a balancer and an operator read. */
async function readiness({ url }: { url: string }) {
  const answer = await fetch(new URL('/readyz', url));
  return {
    status: answer.status,
    body: (await answer.json()) as { checks: Record<string, string>; reasons?: Record<string, string> },
  };
}

const isReady = (node: { url: string }) =>
  vi.waitFor(async () => expect((await readiness(node)).status).toBe(200), PATIENT);

it('a server that lacks a key names it, is not ready and does nothing, while another one serves every team; then it works again', async () => {
  const { start, spawn, serve, environment, handlers } = await openScene();
  const old = environment.ENCRYPTION_KEYS ?? '';
  const next = randomBytes(32).toString('base64');
  const [missing = '', stored = ''] = createVault(parseEncryptionKeys(`${next},${old}`)).fingerprints;
  const first = await start('first');
  await isReady(first);
  const second = await start('second', { ENCRYPTION_KEYS: `${next},${old}` });
  await first.server.printed(/ENCRYPTION_KEYS lacks a key of this database/);
  const { status, body } = await vi.waitFor(async () => {
    const answer = await readiness(first);
    expect(answer.body.checks.ownership).toBe('key_missing');
    return answer;
  }, PATIENT);
  expect([status, body.reasons?.ownership]).toEqual([503, expect.stringContaining(missing)]);
  expect(first.server.stdout).toContain(`"missing":["${missing}"]`);
  await isReady(second);
  // Whatever the other one has begun ends there.
  await vi.waitFor(async () => expect(await serve(second)).toEqual(handlers('second')), PATIENT);
  expect(await serve(first)).toEqual(handlers('second'));
  const stranger = await spawn('stranger', { ENCRYPTION_KEYS: randomBytes(32).toString('base64') }).ended();
  expect(stranger.code).toBe(1);
  expect(stranger.stderr).toContain(`sealed with the key ${stored}`);
  expect((await second.server.end()).code).toBe(0);
  await isReady(first);
  expect(await serve(first)).toEqual(handlers('first'));
  expect((await first.server.end()).code).toBe(0);
}, 120_000);

/** A version that knows one migration more. Beside the other one: its modules are found from there. */
async function newerProgram(text: string): Promise<string> {
  const folder = dirname(dirname(CLI_PROGRAM));
  const newer = `${folder}-newer-${process.pid}-${randomBytes(3).toString('hex')}`;
  onTestFinished(() => rm(newer, { recursive: true, force: true }));
  await cp(folder, newer, { recursive: true });
  const migrations = join(newer, 'program/migrations/postgres');
  const last = (await readdir(migrations)).toSorted().at(-1) ?? '';
  await writeFile(join(migrations, `${String(Number.parseInt(last, 10) + 1).padStart(4, '0')}-later.sql`), text);
  return join(newer, 'program/main.js');
}

it('a newer version migrates under an older one what that can read, and both work', async () => {
  const { start, serve, handlers } = await openScene();
  const older = await start('older');
  await isReady(older);
  const program = await newerProgram(
    '-- compatible: a table of which earlier versions know nothing\ncreate table later (x text);',
  );
  const newer = await start('newer', { program });
  await isReady(newer);
  await serve(older);
  await serve(newer);
  expect((await older.server.end()).code).toBe(0);
  const again = await start('again');
  await isReady(again);
  expect((await newer.server.end()).code).toBe(0);
  await vi.waitFor(async () => expect(await serve(again)).toEqual(handlers('again')), PATIENT);
  expect((await again.server.end()).code).toBe(0);
}, 120_000);

it('a newer version refuses what an older one that runs could not read and names it; without it the older one starts no more', async () => {
  const { start, spawn, serve, handlers } = await openScene();
  const older = await start('older');
  await isReady(older);
  const program = await newerProgram('create table later (x text);');
  const refused = await spawn('refused', { program }).ended();
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain(`pid ${older.server.pid} on `);
  expect(refused.stderr).not.toMatch(/\n +at /);
  await isReady(older);
  expect(await serve(older)).toEqual(handlers('older'));
  expect((await older.server.end()).code).toBe(0);
  const newer = await start('newer', { program });
  await isReady(newer);
  const late = await spawn('late').ended();
  expect(late.code).toBe(1);
  expect(late.stderr).toMatch(/has schema \d+; this version knows schemas up to \d+/);
  expect(await serve(newer)).toEqual(handlers('newer'));
  expect((await newer.server.end()).code).toBe(0);
}, 120_000);
