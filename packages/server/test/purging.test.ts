/** A team that stays away is deleted with everything of it, and coming back always wins: while it is asked about, and afterwards. */
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { openSqliteStore } from '../src/store/sqlite-store.ts';
import { startProcess } from '../src/store/store-fixture.test-kit.ts';
import { environmentOf, runCli } from './cli.test-kit.ts';
import type { StartOptions } from './scene.test-kit.ts';
import { answerHi, isRefused, isSocketClosed, isSocketOpen, Scene } from './scene.test-kit.ts';
import { headlineOf } from './slack-button.test-kit.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Acme and Globex, connected, each with a document; then Acme disables the integration. Hooks as they were told. */
async function withAcmeGone({ setUp, ...options }: StartOptions = {}) {
  const scene = await Scene.open({ teams: [{ name: 'Acme' }, { name: 'Globex' }] });
  const told: string[] = [];
  const { server } = await scene.start({
    purgeAfterDays: 1,
    ...options,
    async setUp(context) {
      answerHi(context);
      await setUp?.(context);
    },
  });
  for (const name of ['installed', 'reinstalled', 'reactivated', 'deactivated', 'purging', 'purged'] as const) {
    server.on(name, ({ teamId }) => void told.push(`${name} ${teamId}`));
  }
  const acme = await scene.join('Acme');
  const globex = await scene.join('Globex');
  for (const { id } of [acme, globex]) await server.data(id).set('greetings', 3);
  await scene.greet('Acme');
  const kept = await server.client(acme.id);
  const sealed = await sealedTokens(scene, acme.id);
  const after = await scene.slack.lastSeq();
  await scene.slack.fault({ kind: 'disable_integration', team: acme.id });
  await scene.until(isRefused('rtm.connect', 'account_inactive'), { after });
  await scene.pass(1_000);
  told.length = 0;
  return { scene, told, acme, globex, kept, sealed };
}

/** The sealed tokens of a team as they stand in its rows. */
async function sealedTokens(scene: Scene, teamId: string): Promise<string[]> {
  const store = await openSqliteStore({ path: scene.databasePath, readOnly: true });
  const rows = await store.all('select token from credential where installation_key = $1', [teamId]);
  await store.close();
  return rows.map(({ token }) => `hex:${Buffer.from(token as Uint8Array).toString('hex')}`);
}

/** What of it stands in the database's files; read by another process, as POSIX locks demand. */
async function inDatabase(scene: Scene, texts: readonly string[]): Promise<string[]> {
  const [{ found }] = (await once(startProcess('scan', scene.databasePath, ...texts), 'message')) as [
    { found: string[] },
  ];
  return found;
}

/** Every row of a team, by table. */
async function rowsOf(scene: Scene, teamId: string): Promise<Record<string, number>> {
  const store = await openSqliteStore({ path: scene.databasePath, readOnly: true });
  const columns = {
    installation: 'key',
    credential: 'installation_key',
    team: 'team_id',
    timeline: 'installation_key',
    data: 'team_id',
    inbox: 'team_id',
    job_team: 'team_id',
  };
  const counts: Record<string, number> = {};
  for (const [table, column] of Object.entries(columns)) {
    const row = await store.get(`select count(*) as total from ${table} where ${column} = $1`, [teamId]);
    counts[table] = Number(row?.total);
  }
  const inBatches =
    'select count(*) as total from inbox_batch, json_each(entries) as entry where entry.value ->> 1 = $1';
  counts.batches = Number((await store.get(inBatches, [teamId]))?.total);
  await store.close();
  return counts;
}

const greetingsOf = async (scene: Scene, teamId: string) => (await scene.server.data(teamId).get('greetings'))?.value;

describe('a team that has been inactive for PURGE_AFTER_DAYS', () => {
  it('is deleted with its data, leaves nothing in the file, and other teams notice nothing', async () => {
    const { scene, told, acme, globex, kept, sealed } = await withAcmeGone();
    const others = await rowsOf(scene, globex.id);
    expect(await inDatabase(scene, [...sealed, acme.id])).toEqual([...sealed, acme.id]);
    expect((await rowsOf(scene, acme.id)).batches).toBeGreaterThan(0);
    await scene.strideThrough(DAY_MS - HOUR_MS);
    expect(await greetingsOf(scene, acme.id)).toBe(3);
    const after = await scene.slack.lastSeq();
    await scene.strideThrough(2 * HOUR_MS);
    expect(told).toEqual([`purging ${acme.id}`, `purged ${acme.id}`]);
    expect(others).toMatchObject({ credential: 2, data: 1 });
    expect(Object.values(await rowsOf(scene, acme.id))).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
    expect(await greetingsOf(scene, acme.id)).toBeUndefined();
    expect(await inDatabase(scene, [...sealed, acme.botToken, 'xoxb-', 'xoxp-'])).toEqual([]);
    expect(scene.server.status()).toMatchObject({ active: 1, inactive: 0 });
    await expect(scene.server.client(acme.id)).rejects.toThrow('No installation');
    await expect(kept.chat.postMessage({ channel: '#general', text: 'still here?' })).rejects.toThrow('inactive');
    expect(await scene.usesOf(acme.botTokenId, after)).toEqual([]);
    expect(await rowsOf(scene, globex.id)).toEqual(others);
    expect(await greetingsOf(scene, globex.id)).toBe(3);
    // Its socket may be a new one after such strides.
    await scene.pass(30_000);
    await scene.greet('Globex');
  });

  it.each(['the same', 'another'])('is a new team when it registers again with %s token', async (which) => {
    const { scene, told, acme, kept } = await withAcmeGone();
    await scene.strideThrough(DAY_MS + HOUR_MS);
    if (which === 'another') await scene.slack.fault({ kind: 'new_token', count: 1 });
    const after = await scene.slack.lastSeq();
    const page = await scene.register('Acme');
    expect(headlineOf(page)).toContain('is now in Acme');
    await scene.until(isSocketOpen(acme.id), { after });
    await scene.greet('Acme');
    expect(told).toEqual([`purging ${acme.id}`, `purged ${acme.id}`, `installed ${acme.id}`]);
    expect(await greetingsOf(scene, acme.id)).toBeUndefined();
    const old = kept.chat.postMessage({ channel: '#general', text: 'hello again' });
    if (which === 'another') await expect(old).rejects.toThrow('an earlier installation');
    else expect(await old).toMatchObject({ ok: true });
  });

  it('stays when a hook says so', async () => {
    const { scene, told, acme } = await withAcmeGone({
      setUp: ({ server }) => void server.on('purging', () => ({ veto: 'they still owe us' })),
    });
    await scene.strideThrough(DAY_MS + 12 * HOUR_MS);
    expect(await greetingsOf(scene, acme.id)).toBe(3);
    const after = await scene.slack.lastSeq();
    await scene.register('Acme');
    await scene.until(isSocketOpen(acme.id), { after });
    await scene.pass(1_000);
    expect(told).toEqual([`reinstalled ${acme.id}`, `reactivated ${acme.id}`]);
    expect(await greetingsOf(scene, acme.id)).toBe(3);
  });

  it('stays unless PURGE_AFTER_DAYS is set', async () => {
    const { scene, told, acme } = await withAcmeGone({ purgeAfterDays: undefined });
    await scene.strideThrough(4 * DAY_MS, 3 * HOUR_MS);
    expect(await greetingsOf(scene, acme.id)).toBe(3);
    expect(told).toEqual([]);
  });
});

describe('a re-install wins over the purge', () => {
  // Time passes in strides of half an hour, and here the hooks are to allow, not to time out.
  const hooks = { hookTimeoutMs: DAY_MS };

  it('while the hooks are asked: nothing is deleted', async () => {
    const asked = Promise.withResolvers<void>();
    const registered = Promise.withResolvers<void>();
    const { scene, told, acme } = await withAcmeGone({
      hooks,
      setUp: ({ server }) =>
        void server.on('purging', async () => {
          asked.resolve();
          await registered.promise;
        }),
    });
    await scene.strideThrough(DAY_MS + HOUR_MS);
    await asked.promise;
    const after = await scene.slack.lastSeq();
    await scene.register('Acme');
    registered.resolve();
    await scene.until(isSocketOpen(acme.id), { after });
    await scene.greet('Acme');
    await scene.strideThrough(3 * HOUR_MS);
    expect(await greetingsOf(scene, acme.id)).toBe(3);
    expect(told.toSorted()).toEqual([`purging ${acme.id}`, `reactivated ${acme.id}`, `reinstalled ${acme.id}`]);
  });

  it('when Slack has granted it and the author’s hook still thinks about it', async () => {
    const asked = Promise.withResolvers<void>();
    const installing = Promise.withResolvers<void>();
    const admitted = Promise.withResolvers<void>();
    let isPurging = false;
    const { scene, told, acme } = await withAcmeGone({
      hooks,
      setUp({ server }) {
        server.on('installing', async () => {
          if (!isPurging) return;
          installing.resolve();
          await admitted.promise;
        });
        server.on('purging', async () => {
          isPurging = true;
          asked.resolve();
          await installing.promise;
        });
      },
    });
    await scene.strideThrough(DAY_MS + HOUR_MS);
    await asked.promise;
    const after = await scene.slack.lastSeq();
    const page = scene.register('Acme');
    await installing.promise;
    await scene.pass(1_000);
    admitted.resolve();
    expect(headlineOf(await page)).toContain('back in Acme');
    await scene.until(isSocketOpen(acme.id), { after });
    await scene.strideThrough(3 * HOUR_MS);
    expect(await greetingsOf(scene, acme.id)).toBe(3);
    expect(told.toSorted()).toEqual([`purging ${acme.id}`, `reactivated ${acme.id}`, `reinstalled ${acme.id}`]);
  });
});

describe('teams remove', () => {
  it('asks the hooks of the running server, keeps what they keep, and else deletes an active team with its data', async () => {
    let veto: string | undefined = 'they still owe us';
    const { scene, told, globex } = await withAcmeGone({
      purgeAfterDays: undefined,
      setUp: ({ server }) => void server.on('purging', () => (veto === undefined ? undefined : { veto })),
    });
    const env = await environmentOf(scene);
    const remove = async (...words: string[]) =>
      await scene.during(runCli(['teams', 'remove', globex.id, ...words], env));
    expect(await remove()).toMatchObject({ code: 2, stderr: expect.stringContaining('pass --yes') });
    expect(await remove('--yes')).toMatchObject({
      code: 1,
      stdout: expect.stringContaining(`${globex.id} was kept: they still owe us`),
    });
    await scene.greet('Globex');
    expect([told, await greetingsOf(scene, globex.id)]).toEqual([[], 3]);
    veto = undefined;
    const after = await scene.slack.lastSeq();
    const removed = await remove('--yes', '--json');
    expect(JSON.parse(removed.stdout)).toMatchObject({ status: 'removed', why: null });
    await scene.pass(1_000);
    expect(told).toEqual([`purging ${globex.id}`, `deactivated ${globex.id}`, `purged ${globex.id}`]);
    expect(Object.values(await rowsOf(scene, globex.id))).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
    await scene.until(isSocketClosed(globex.id), { after });
    expect(await scene.usesOf(globex.botTokenId, after)).toEqual([]);
  });
});

describe('teams purge', () => {
  it('deletes an inactive team beside a running server, which takes it for a new one afterwards', async () => {
    const { scene, told, acme, sealed } = await withAcmeGone();
    const env = await environmentOf(scene);
    const { code, stdout } = await runCli(['teams', 'purge', acme.id, '--json'], env);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ teamIds: [acme.id], documents: 1, events: 0 });
    expect(await inDatabase(scene, sealed)).toEqual([]);
    const after = await scene.slack.lastSeq();
    await scene.register('Acme');
    await scene.until(isSocketOpen(acme.id), { after });
    await scene.pass(1_000);
    expect(told).toEqual([`installed ${acme.id}`]);
    expect(await greetingsOf(scene, acme.id)).toBeUndefined();
  });

  it('refuses an active team and one that never was', async () => {
    const { scene, globex } = await withAcmeGone();
    const env = await environmentOf(scene);
    const active = await runCli(['teams', 'purge', globex.id], env);
    expect(active).toMatchObject({ code: 1, stderr: expect.stringContaining('is active and cannot be purged') });
    expect(active.stderr).toContain('teams deactivate');
    expect(await runCli(['teams', 'purge', 'T0NOBODY01'], env)).toMatchObject({ code: 1 });
    expect(await greetingsOf(scene, globex.id)).toBe(3);
  });
});
