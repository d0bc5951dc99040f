/** `why` across server processes, each with a memory of its own, and of what kills them: by real leases and starts, so only in `npm run test:long`. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { CliProcess, environmentOf, runCli } from './cli.test-kit.ts';
import { answersIn } from './cluster-scene.test-kit.ts';
import { Scene } from './scene.test-kit.ts';
import { ADMIN_TOKEN, linkTo, type Why } from './why-scene.test-kit.ts';

/** Of a lease that moves, and a busy machine. */
const WITHIN_A_LEASE = { timeout: 40_000, interval: 100 };

it('says what the other process handled, by the API, by a command that asks the server, and by one beside the store', async () => {
  const scene = await Scene.open({ teams: [{ name: 'Acme' }], database: 'postgres', clock: { mode: 'system' } });
  await scene.importTeams(await scene.linesOf(['Acme']));
  const acme = await scene.installed('Acme');
  const bot = join(scene.folder, 'bot.mjs');
  const answers = "async ({ say }) => void (await say('hello from ' + process.pid))";
  await writeFile(bot, `export default ({ bot }) => bot.message('hi', ${answers});\n`);
  const environment = await environmentOf(scene, { SLACK_TRANSPORT: 'rtm', ADMIN_TOKEN });
  const a = new CliProcess(['start', bot], environment);
  const [, url = ''] = await a.printed(/"url":"([^"]+)","msg":"listening"/);
  const b = new CliProcess(['start', bot], environment);
  await b.printed(/"msg":"shards gained"/);
  const shown = await runCli(['cluster', '--json'], environment);
  const { nodes } = JSON.parse(shown.stdout) as { nodes: { id: string; pid: number }[] };
  const nodeOf = ({ pid }: CliProcess) => nodes.find((node) => node.pid === pid)?.id ?? '';
  await runCli(['cluster', 'drain', nodeOf(a)], environment);
  await vi.waitFor(() => expect(shardsGained(b)).toBe(256), WITHIN_A_LEASE);
  await vi.waitFor(async () => expect(await scene.slack.sockets(acme.id)).toHaveLength(1), WITHIN_A_LEASE);

  const hi = await scene.slack.say({ team: acme.id, to: 'bot', text: 'hi' });
  await vi.waitFor(async () => expect(await answersIn(scene, acme)).toEqual([`hello from ${b.pid}`]), WITHIN_A_LEASE);
  const link = linkTo(hi);
  const [byApi, byServer, byStore] = await Promise.all([
    fetch(`${url}/api/why?${new URLSearchParams({ about: link })}`, {
      headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
    }).then(async (answer) => (await answer.json()) as Why),
    runCli(['why', link, '--json', '--server', url], { ADMIN_TOKEN }).then(({ stdout }) => JSON.parse(stdout) as Why),
    runCli(['why', link, '--json'], environment).then(({ stdout }) => JSON.parse(stdout) as Why),
  ]);
  for (const told of [byApi, byServer, byStore]) {
    expect(told).toMatchObject({ outcome: 'handled', certainty: 'proved', teamId: acme.id });
    expect(told.answer).toContain(` on ${nodeOf(b)}: message("hi") at `);
    const asked = told.seesBack.processes.map(({ node, answered }) => [node, answered]);
    expect(new Map(asked as [string, boolean][])).toEqual(
      new Map([
        [nodeOf(a), true],
        [nodeOf(b), true],
      ]),
    );
  }
}, 120_000);

it('says of a message that kills its process that it was taken over, runs alone, and is set aside in the end', async () => {
  const scene = await Scene.open({ teams: [{ name: 'Acme' }], clock: { mode: 'system' } });
  await scene.importTeams(await scene.linesOf(['Acme']));
  const acme = await scene.installed('Acme');
  const bot = join(scene.folder, 'bot.mjs');
  await writeFile(bot, "export default ({ bot }) => bot.message('die', () => process.kill(process.pid, 'SIGKILL'));\n");
  const environment = await environmentOf(scene, { SLACK_TRANSPORT: 'rtm' });
  const first = new CliProcess(['start', bot], environment);
  await vi.waitFor(async () => expect(await scene.slack.sockets(acme.id)).toHaveLength(1), WITHIN_A_LEASE);
  const die = await scene.slack.say({ team: acme.id, to: 'bot', text: 'die' });
  const told: string[][] = [];
  const ask = async () => JSON.parse((await runCli(['why', linkTo(die), '--json'], environment)).stdout) as Why;
  let server = first;
  for (let deaths = 0; deaths < 4; deaths++) {
    await server.ended();
    const { answer, sentences } = await ask();
    told.push([answer, ...sentences.map(({ text }) => text)]);
    server = new CliProcess(['start', bot], environment);
  }
  const died = 'The process that was handling it died, or lost its lease, in the middle.';
  expect(told.map((texts) => texts.includes(died))).toEqual([false, true, false, false]);
  const [, , twice, thrice] = told.map(([answer]) => answer);
  expect(twice).toMatch(/^The process died 2 times while it was handling this event, so the event runs alone/);
  expect(thrice).toMatch(/^The process died 3 times while it was handling this event/);
  // The next server counts the last death when it starts, and stays.
  await server.printed(/"msg":"listening"/);
  const set = await ask();
  expect(set).toMatchObject({ outcome: 'failed', certainty: 'proved', teamId: acme.id });
  expect(set.answer).toMatch(/^It failed: the process died twice while it ran alone, .*events replay Ev\S+ does it/);
  expect((await server.end()).code).toBe(0);
}, 120_000);

/** How many it was told, over all. */
function shardsGained({ stdout }: CliProcess): number {
  const told = stdout.matchAll(/"shards":(\d+),"msg":"shards gained"/g);
  return [...told].reduce((sum, [, count]) => sum + Number(count), 0);
}
