/** `broadcast …` and `jobs …` as processes: who was posted to, and how often, is read from the simulator's log. */
import { writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { engines } from '../src/store/store-fixture.test-kit.ts';
import { systemClock } from '../src/time/clock.ts';
import { openStorage } from '../src/wiring/create-storage.ts';
import { CliProcess, environmentOf, type Finished, runCli } from './cli.test-kit.ts';
import { isPostIn, Scene } from './scene.test-kit.ts';

async function run(scene: Scene, ...words: string[]): Promise<Finished> {
  return await runCli(words, await environmentOf(scene));
}

/** Changes rows, as nobody does but a process that dies in between. */
async function onDatabase(scene: Scene, sql: string): Promise<void> {
  const { databaseUrl, encryptionKeys } = await scene.settings();
  const storage = await openStorage({ databaseUrl, encryptionKeys }, { clock: systemClock });
  await storage.store.run(sql);
  await storage.close();
}

/** How often the bot posted in each team. */
async function postsByTeam(scene: Scene, after = 0): Promise<number[]> {
  const posts = (await scene.callsOf('chat.postMessage', { after })).filter(({ ok }) => ok === true);
  const counts = new Map<string, number>();
  for (const { team = '' } of posts) counts.set(team, (counts.get(team) ?? 0) + 1);
  return Array.from(counts.values());
}

describe.each(engines)('beside a running server on %s', (database) => {
  it('a broadcast reaches who installed the app in each team, and says what became of it', async () => {
    const scene = await Scene.open({ teams: [{ name: 'Acme' }, { name: 'Globex' }], database });
    await scene.start();
    for (const name of ['Acme', 'Globex']) await scene.join(name);
    const after = await scene.slack.lastSeq();
    const unasked = await run(scene, 'broadcast', 'start', 'We are back');
    expect(unasked).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('This would post to 2 teams, within a minute: pass --yes'),
    });
    const started = await run(scene, 'broadcast', 'start', 'We are back', '--per-minute', '6000', '--yes', '--json');
    expect(JSON.parse(started.stdout)).toMatchObject({ broadcast: 1, teams: 2, server: process.pid });
    await vi.waitFor(
      async () => {
        await scene.pass(1_000);
        const shown = await run(scene, 'broadcast', 'show', '1', '--json');
        expect(JSON.parse(shown.stdout)).toMatchObject({ state: 'done', counts: { sent: 2, failed: 0 } });
      },
      { timeout: 30_000 },
    );
    const posts = (await scene.callsOf('chat.postMessage', { after })).filter(({ ok }) => ok === true);
    expect(posts).toHaveLength(2);
    const shown = await run(scene, 'broadcast', 'show', '1');
    expect(shown.stdout).toMatch(
      /^broadcast 1 is done: 2 sent\nto installer, asked .*\nTEAM +STATE +TO +TS +ATTEMPTS +ERROR\nT\S+ +sent +U\S+/,
    );
    expect((await run(scene, 'broadcast', 'list')).stdout).toMatch(/^BROADCAST .*\n1 +done .* installer +2 +2 sent\n$/);
    expect(await run(scene, 'broadcast', 'cancel', '1')).toMatchObject({ stdout: 'nothing: it had ended\n' });
    expect(await run(scene, 'broadcast', 'show', '7')).toMatchObject({ code: 1, stdout: '' });
  });

  it('a broadcast whose process died while it prepared the recipients is cancelled, and the audit says by whom', async () => {
    const scene = await Scene.open({ teams: [{ name: 'Acme' }], database });
    await scene.importTeams(await scene.linesOf(['Acme']));
    await run(scene, 'broadcast', 'start', 'hi', '--to', '#general', '--yes');
    await onDatabase(scene, "update broadcast set state = 'filling'");
    await scene.start();
    await scene.pass(90_000);
    const shown = await run(scene, 'broadcast', 'show', '1');
    expect(shown.stdout).toContain(
      'broadcast 1 is cancelled, because the process that was preparing its recipients died (nothing was posted: start it again)',
    );
    expect(await postsByTeam(scene)).toEqual([]);
    const audit = await run(scene, 'audit', 'list', '--operation', 'broadcast.cancel', '--json');
    expect(JSON.parse(audit.stdout)).toMatchObject({
      entries: [
        {
          who: 'server',
          from: hostname(),
          subject: 'broadcast 1',
          outcome: 'done',
          before: { state: 'filling' },
          after: { state: 'cancelled', why: 'writer_died' },
        },
      ],
    });
    const listed = await run(scene, 'audit', 'list');
    expect(listed.stdout).toMatch(/ server .* broadcast\.cancel +broadcast 1 +done +state filling → cancelled, why /);
  });

  it('a job is seen, paused, resumed and run now', async () => {
    const scene = await Scene.open({ teams: [{ name: 'Acme' }], database });
    await scene.start({
      setUp({ server }) {
        server.every(
          'day',
          async () => {
            const [team] = (await scene.rows()).flatMap(({ teams }) => teams);
            const client = await server.client(team?.teamId ?? '');
            await client.chat.postMessage({ channel: '#general', text: 'daily' });
          },
          { name: 'daily' },
        );
      },
    });
    const acme = await scene.join('Acme');
    await scene.pass(2_000);
    const jobs = async () => JSON.parse((await run(scene, 'jobs', 'list', '--json')).stdout) as object[];
    expect(await jobs()).toMatchObject([{ name: 'daily', schedule: 'every day', paused: null, asked: null, runs: [] }]);
    expect(await run(scene, 'jobs', 'pause', 'daily')).toMatchObject({ code: 0 });
    const refused = await run(scene, 'jobs', 'run', 'daily');
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('Job daily is paused') });
    const after = await scene.slack.lastSeq();
    await scene.strideThrough(2 * 86_400_000);
    await scene.pass(3_000);
    expect(await postsByTeam(scene, after)).toEqual([]);
    expect(await run(scene, 'jobs', 'resume', 'daily')).toMatchObject({ code: 0 });
    await scene.until(isPostIn(acme.id), { after });
    const second = await scene.slack.lastSeq();
    const asked = await run(scene, 'jobs', 'run', 'daily');
    expect(asked.stdout).toContain('daily was asked to run now\nthe first server that takes it begins within a second');
    await scene.until(isPostIn(acme.id), { after: second });
    await scene.pass(3_000);
    expect(await postsByTeam(scene, after)).toEqual([2]);
    const table = await run(scene, 'jobs', 'list');
    expect(table.stdout).toMatch(
      /^JOB +SCHEDULE +STATE +NEXT +LAST +OUTCOME +NODE\ndaily +every day +active +\S+Z +\S+Z +done/,
    );
    expect(await run(scene, 'jobs', 'run', 'weekly')).toMatchObject({ code: 1, stdout: '' });
  });
});

describe('without a server', () => {
  it('a broadcast waits and says so; the next server posts it', async () => {
    const scene = await Scene.open({ teams: [{ name: 'Acme' }, { name: 'Globex' }] });
    await scene.importTeams(await scene.linesOf(['Acme', 'Globex']));
    const counted = await run(scene, 'broadcast', 'start', 'hi', '--to', '#general', '--search', 'acm', '--dry-run');
    expect(counted.stdout).toBe('1 team, within a minute; nothing was posted\n');
    const skipped = '2 of which have no known installer and are skipped (--or-else CHANNEL reaches those)';
    const unreached = await run(scene, 'broadcast', 'start', 'hi', '--dry-run');
    expect(unreached.stdout).toBe(`2 teams, within a minute, ${skipped}; nothing was posted\n`);
    const unasked = await run(scene, 'broadcast', 'start', 'hi');
    expect(unasked.stderr).toContain(`This would post to 2 teams, within a minute, ${skipped}: pass --yes`);
    const started = await run(scene, 'broadcast', 'start', 'hi', '--to', '#general', '--yes');
    expect(started.stdout).toBe('broadcast 1 to 2 teams\nno server is running; the next one begins to post it\n');
    expect(await postsByTeam(scene)).toEqual([]);
    await scene.start();
    const { id } = await scene.slack.team('Globex');
    await scene.until(isPostIn(id));
    await scene.pass(10_000);
    expect(await postsByTeam(scene)).toEqual([1, 1]);
  });
});

it('who waits for a broadcast while no server runs is told so, before and after', async () => {
  const scene = await Scene.open({ teams: [{ name: 'Acme' }] });
  await scene.importTeams(await scene.linesOf(['Acme']));
  const words = ['broadcast', 'start', 'hi', '--to', '#general', '--yes', '--wait'];
  const waiting = new CliProcess(words, await environmentOf(scene));
  await waiting.printed(/^broadcast 1 to 1 team\nno server is running; the next one begins to post it\n/);
  const { code, stdout, stderr } = await waiting.end('SIGINT');
  expect([code, stdout]).toEqual([130, expect.stringContaining('broadcast 1 waits for a server: 1 waiting')]);
  expect(stderr).toContain('Stopped waiting: no server is running; the next one posts broadcast 1');
  expect(stderr).not.toContain('goes on');
});

describe('a command that cannot work', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await Scene.openForFile({ teams: [{ name: 'Acme' }] });
    await scene.importTeams(await scene.linesOf(['Acme']));
  });

  afterAll(() => scene.close());

  it.each([
    [['broadcast', 'start', '--yes'], 'text or blocks is required'],
    [['broadcast', 'start', 'hi', '--per-minute', '0'], 'must be a whole number from 1 to 6000'],
    [['broadcast', 'show', 'one'], 'must be a whole number'],
    [['jobs', 'run'], "missing required argument 'job'"],
  ])('%j exits with 2', async (words, message) => {
    const finished = await run(scene, ...words);
    expect(finished).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(message) });
  });
});

it('a server that is killed in the middle of a broadcast posts again only what was under way', async () => {
  const names = Array.from({ length: 40 }, (_, n) => `Team ${n}`);
  const scene = await Scene.open({ teams: names.map((name) => ({ name })), clock: { mode: 'system' } });
  await scene.importTeams(await scene.linesOf(names));
  const env = await environmentOf(scene);
  const bot = join(scene.folder, 'bot.mjs');
  await writeFile(bot, 'export default () => {};\n');
  await runCli(['broadcast', 'start', 'hi', '--to', '#general', '--per-minute', '600', '--yes'], env);
  const first = new CliProcess(['start', bot], env);
  await first.printed(/"msg":"listening"/);
  await vi.waitFor(async () => expect((await postsByTeam(scene)).length).toBeGreaterThan(10), { timeout: 30_000 });
  await first.end('SIGKILL');
  const shown = await runCli(['broadcast', 'show', '1', '--json', '--state', 'sent'], env);
  const sent = (JSON.parse(shown.stdout) as { posts: { teamId: string }[] }).posts.map(({ teamId }) => teamId);
  expect(sent.length).toBeLessThan(40);
  const killedAt = await scene.slack.lastSeq();
  const second = new CliProcess(['start', bot], env);
  await second.printed(/"msg":"listening"/);
  await vi.waitFor(
    async () => {
      const row = await runCli(['broadcast', 'show', '1', '--json', '--limit', '1'], env);
      expect(JSON.parse(row.stdout)).toMatchObject({ state: 'done', counts: { sent: 40 } });
    },
    { timeout: 40_000, interval: 1_000 },
  );
  await second.end();
  const again = (await scene.callsOf('chat.postMessage', { after: killedAt })).map(({ team }) => team);
  expect(again.filter((team) => sent.includes(team ?? ''))).toEqual([]);
  expect(new Set([...sent, ...again])).toEqual(
    new Set(await Promise.all(names.map(async (n) => (await scene.slack.team(n)).id))),
  );
});
