/** `why` of a message that another node handled: whoever is asked asks all that run, and says whom. With processes: why-processes.test.ts. */
import { expect, it } from 'vitest';
import { environmentOf, runCli } from './cli.test-kit.ts';
import { openCluster, shardsOf } from './cluster-scene.test-kit.ts';
import { isPostIn } from './scene.test-kit.ts';
import { ADMIN_TOKEN, linkTo, why } from './why-scene.test-kit.ts';

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
