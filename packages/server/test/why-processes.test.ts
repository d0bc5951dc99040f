/** `why` across two server processes on one PostgreSQL, each with a memory of its own: minutes of leases, so only in `npm run test:long`. */
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
  const [, url = ''] = await a.printed(/listening on ([^\s"]+)/);
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

/** How many it was told, over all. */
function shardsGained({ stdout }: CliProcess): number {
  const told = stdout.matchAll(/"shards":(\d+),"msg":"shards gained"/g);
  return [...told].reduce((sum, [, count]) => sum + Number(count), 0);
}
