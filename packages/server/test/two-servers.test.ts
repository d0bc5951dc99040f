/** Two servers as processes on one PostgreSQL: who answers is for the simulated Slack to say. */
import { expect, it, vi } from 'vitest';
import { CliProcess, environmentOf, runCli } from './cli.test-kit.ts';
import { Scene } from './scene.test-kit.ts';

/** The lease of 10 s, a beat and a poll, a start, and a busy machine. */
const WITHIN_A_LEASE = { timeout: 40_000, interval: 100 };

async function twoServers() {
  const scene = await Scene.open({ teams: [{ name: 'Acme' }], database: 'postgres' });
  await scene.start();
  const acme = await scene.join('Acme');
  await scene.stop();
  const environment = await environmentOf(scene, { SLACK_TRANSPORT: 'rtm' });
  const first = new CliProcess(['start'], environment);
  const [, url = ''] = await first.printed(/"url":"([^"]+)","msg":"listening"/);
  await vi.waitFor(async () => expect(await scene.slack.sockets(acme.id)).toHaveLength(1), WITHIN_A_LEASE);
  const second = new CliProcess(['start'], environment);
  await second.printed(/"msg":"listening"/);
  await second.printed(/"msg":"shards gained"/);
  return { scene, acme, first, second, url, environment };
}

it('a second server shares the work, and has all of it soon after the first one is killed', async () => {
  const { scene, acme, first, second, environment } = await twoServers();
  const shown = await runCli(['cluster', '--json'], environment);
  const { nodes } = JSON.parse(shown.stdout) as { nodes: { id: string; pid: number; shards: number }[] };
  expect(nodes.map(({ pid }) => pid)).toEqual([first.pid, second.pid]);
  await first.end('SIGKILL');
  const killedMs = performance.now();
  await vi.waitFor(() => expect(shardsGained(second)).toBe(256), WITHIN_A_LEASE);
  expect(performance.now() - killedMs).toBeLessThan(15_000);
  await vi.waitFor(async () => expect(await scene.slack.sockets(acme.id)).toHaveLength(1), WITHIN_A_LEASE);
  expect((await second.end()).code).toBe(0);
}, 120_000);

it.runIf(process.platform === 'linux')(
  'a server that is killed and started again on its machine does not wait for its former lease',
  async () => {
    const { scene, acme, first, second, environment } = await twoServers();
    expect((await second.end()).code).toBe(0);
    await vi.waitFor(() => expect(shardsGained(first)).toBeGreaterThan(256), WITHIN_A_LEASE);
    await first.end('SIGKILL');
    const third = new CliProcess(['start'], environment);
    await third.printed(/"msg":"listening"/);
    // Before it listens: not after the rest of ten seconds.
    expect(shardsGained(third)).toBe(256);
    await vi.waitFor(async () => expect(await scene.slack.sockets(acme.id)).toHaveLength(1), WITHIN_A_LEASE);
  },
  120_000,
);

it('a server that is asked to end is followed by the other one within seconds, and a frozen one keeps nothing when it wakes', async () => {
  const { scene, acme, first, second, url, environment } = await twoServers();
  process.kill(first.pid, 'SIGSTOP');
  await vi.waitFor(() => expect(shardsGained(second)).toBe(256), WITHIN_A_LEASE);
  process.kill(first.pid, 'SIGCONT');
  await first.printed(/the lease is over/);
  await vi.waitFor(async () => expect((await fetch(new URL('/readyz', url))).status).toBe(200), WITHIN_A_LEASE);
  await vi.waitFor(async () => expect(await scene.slack.sockets(acme.id)).toHaveLength(1), WITHIN_A_LEASE);
  const none = await runCli(['cluster', 'drain', 'nobody'], environment);
  expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('there are ')]);
  const { nodes } = JSON.parse((await runCli(['cluster', '--json'], environment)).stdout) as {
    nodes: { id: string; pid: number }[];
  };
  const id = nodes.find(({ pid }) => pid === second.pid)?.id ?? '';
  const drained = await runCli(['cluster', 'drain', id], environment);
  expect(drained.stdout).toContain('the node begins within a second');
  const before = shardsGained(first);
  const endedMs = performance.now();
  expect((await second.end()).code).toBe(0);
  await vi.waitFor(() => expect(shardsGained(first)).toBeGreaterThan(before), WITHIN_A_LEASE);
  expect(performance.now() - endedMs).toBeLessThan(15_000);
  await vi.waitFor(async () => expect(await scene.slack.sockets(acme.id)).toHaveLength(1), WITHIN_A_LEASE);
}, 180_000);

/** How many it was told, over all. */
function shardsGained({ stdout }: CliProcess): number {
  const told = stdout.matchAll(/"shards":(\d+),"msg":"shards gained"/g);
  return [...told].reduce((sum, [, count]) => sum + Number(count), 0);
}
