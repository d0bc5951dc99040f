/** `why` of a message that another node handled: whoever is asked asks all that run, and says whom. With processes: why-processes.test.ts. */
import pg from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import { environmentOf, runCli } from './cli.test-kit.ts';
import { openCluster, shardsOf } from './cluster-scene.test-kit.ts';
import { isPostIn, Scene } from './scene.test-kit.ts';
import { ADMIN_TOKEN, linkTo, type Why, why } from './why-scene.test-kit.ts';

it('says what another node handled, whichever node is asked and from beside them', async () => {
  const { scene, cluster, a, b } = await openCluster({ teams: [{ name: 'Acme' }] }, { adminToken: ADMIN_TOKEN });
  const acme = await scene.join('Acme');
  await scene.during(cluster.move(shardsOf(acme), b.ownership));
  await scene.pass(6_000);
  const after = await scene.slack.lastSeq();
  const hi = await scene.slack.say({ team: acme.id, to: 'bot', text: 'hi' });
  await scene.until(isPostIn(acme.id), { after });
  await scene.pass(1_500);

  const [fromA, fromB] = [await why(scene, linkTo(hi), {}, a.url), await why(scene, linkTo(hi), {}, b.url)];
  for (const told of [fromA, fromB]) {
    expect(told).toMatchObject({ outcome: 'handled', certainty: 'proved', teamId: acme.id });
    expect(told.answer).toMatch(/^Its listener handled it at .* on b: message\("hi"\) .*chat\.postMessage \(ok, /);
    const { processes } = told.seesBack;
    expect(new Map(processes.map(({ node, answered }) => [node, answered]))).toEqual(
      new Map([
        ['a', true],
        ['b', true],
      ]),
    );
  }
  const beside = await scene.during(runCli(['why', linkTo(hi)], await environmentOf(scene)));
  const byServer = await scene.during(runCli(['why', linkTo(hi), '--server', a.url], { ADMIN_TOKEN }));
  for (const { code, stdout } of [beside, byServer]) {
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Its listener handled it at .* on b: /);
    expect(stdout).toMatch(/^asked a: it remembers \d+ events?, all since \S+Z$/m);
    expect(stdout).toMatch(/^asked b: it remembers \d+ events?, all since \S+Z$/m);
  }

  // Of what came to nobody it says whom it asked, and how far back they remember.
  const nothing = { channel: hi.channel, ts: `${Math.floor(scene.clock.now() / 1_000)}.000999` };
  const unheard = await why(scene, linkTo(nothing), { teamId: acme.id, askSlack: 'false' }, a.url);
  expect(unheard.sentences[0]?.text).toMatch(
    /^It never arrived: (a and b|b and a) were asked and remember all since .* UTC, but no event of it; no row/,
  );
});

it('says of the only server, which was killed, since when it gave no sign of life', async () => {
  const scene = await Scene.open({ teams: [{ name: 'Acme' }], database: 'postgres', clock: { mode: 'system' } });
  await scene.importTeams(await scene.linesOf(['Acme']));
  const acme = await scene.installed('Acme');
  const { databaseUrl } = await scene.settings();
  const client = new pg.Client(databaseUrl);
  await client.connect();
  onTestFinished(() => client.end());
  const ago = (seconds: number) => `clock_timestamp() - interval '${seconds} seconds'`;
  // What it left behind: that it started, and a lease that nobody has deleted.
  await client.query(`insert into event_fact (at_ms, node, kind, details)
    values ((extract(epoch from ${ago(90)}) * 1000)::bigint, 'killed-1', 'started', '{}')`);
  await client.query(`insert into node (id, host, pid, package_version, schema_version, state, seals_with, started_at, renewed_at, expires_at)
    values ('killed-1', 'test', 1, '1.0.0', 1, 'ready', 'k1', ${ago(90)}, ${ago(60)}, ${ago(50)})`);
  const link = linkTo({ channel: 'C0WHY00001', ts: `${(Date.now() / 1_000).toFixed(3)}000` });
  const asked = ['why', link, '--team', acme.id, '--no-slack', '--json'];
  const tell = async () => JSON.parse((await runCli(asked, await environmentOf(scene))).stdout) as Why;
  const told = await tell();
  expect(told).toMatchObject({ outcome: 'never_arrived', certainty: 'proved', teamId: acme.id });
  expect(told.answer).toMatch(
    /No server ran at that time: .* killed or lost the database; its last sign of life .* and none has started since\.$/,
  );

  // As an earlier version left it, or a restore: without a lease, and without a word of its end.
  await client.query('delete from node');
  await client.query(`insert into minute_report (at_ms, node, facts)
    values ((extract(epoch from ${ago(70)}) * 1000)::bigint, 'killed-1', '{}')`);
  const unsure = await tell();
  expect(unsure).toMatchObject({ outcome: 'unknown', certainty: 'unknown' });
  expect(unsure.sentences[1]).toMatchObject({
    text: expect.stringMatching(
      /^No server ran at that time: the last sign of life of any was at .*, and one of them left no word of its end, and none has started since\.$/,
    ),
    certainty: 'likely',
  });
});
