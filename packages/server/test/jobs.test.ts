/** Jobs of a bot against the simulated Slack: who was posted to, and when, is read from the simulator's log. */
import { describe, expect, it } from 'vitest';
import type { BotServer } from '../src/index.ts';
import { type Installed, isRefused, isRequest, Scene } from './scene.test-kit.ts';

const MINUTE_MS = 60_000;
const INTERVAL_MS = 2 * MINUTE_MS;
const INTERVAL = { seconds: INTERVAL_MS / 1_000 };

/** Posts in each team once per interval. */
function postInTurn({ server }: BotServer): void {
  server.everyTeam(INTERVAL, async ({ client }) => {
    await client.chat.postMessage({ channel: '#general', text: 'your turn' });
  });
}

/** Teams connected to a server with such a bot. */
async function withTeams(names: readonly string[], setUp: (context: BotServer) => void) {
  const scene = await Scene.open({ teams: names.map((name) => ({ name })), seedNumber: 1 });
  const errors: unknown[] = [];
  const start = () =>
    scene.start({
      setUp(context) {
        context.server.on('error', (told) => errors.push(told));
        setUp(context);
      },
    });
  await start();
  const teams: Installed[] = [];
  for (const name of names) teams.push(await scene.join(name));
  return { scene, start, errors, teams };
}

/** How often the bot posted in each of the teams. */
async function postsIn(scene: Scene, teams: readonly Installed[], after = 0): Promise<number[]> {
  const posts = await scene.callsOf('chat.postMessage', { after });
  return teams.map(({ id }) => posts.filter(({ team, ok }) => team === id && ok === true).length);
}

/** When the bot posted in the team. */
async function postTimes(scene: Scene, { id }: Installed): Promise<number[]> {
  return (await scene.callsOf('chat.postMessage', { team: id })).map(({ atMs }) => atMs);
}

/** Teams are looked at once a second, and the clocks move by steps: in tens of seconds. */
function gapsBetween(times: readonly number[]): number[] {
  return times.slice(1).map((atMs, index) => Math.round((atMs - (times[index] ?? 0)) / 10_000) * 10_000);
}

describe('everyTeam', () => {
  it('posts in each team once per interval, spread over it', async () => {
    const { scene, teams } = await withTeams(['Acme', 'Globex', 'Initech', 'Umbrella'], postInTurn);
    await scene.pass(4 * INTERVAL_MS, 1_000);
    const times = await Promise.all(teams.map((team) => postTimes(scene, team)));
    expect(times.map((ofTeam) => ofTeam.length >= 3)).toEqual([true, true, true, true]);
    expect(new Set(times.flatMap(gapsBetween))).toEqual(new Set([INTERVAL_MS]));
    const first = times.map(([firstMs = 0]) => firstMs);
    expect(Math.max(...first) - Math.min(...first)).toBeGreaterThan(10_000);
  });

  it('sends nothing for a deactivated team, which gets its run when it is back', async () => {
    const { scene, errors, teams } = await withTeams(['Acme', 'Globex'], postInTurn);
    const [acme, globex] = teams;
    if (!acme || !globex) throw new Error('no teams');
    await scene.pass(INTERVAL_MS, 1_000);
    await scene.slack.fault({ kind: 'disable_integration', team: acme.id });
    await scene.until(isRefused('rtm.connect', 'account_inactive'));
    await scene.pass(5_000);
    const after = await scene.slack.lastSeq();
    await scene.pass(3 * INTERVAL_MS, 1_000);
    expect(await scene.usesOf(acme.botTokenId, after)).toEqual([]);
    expect(await postsIn(scene, [acme], after)).toEqual([0]);
    expect((await postsIn(scene, [globex], after))[0]).toBeGreaterThanOrEqual(2);
    const back = await scene.join('Acme');
    await scene.pass(15_000, 1_000);
    expect(await postsIn(scene, [back], after)).toEqual([1]);
    await scene.pass(INTERVAL_MS, 1_000);
    expect(await postsIn(scene, [back], after)).toEqual([2]);
    expect(errors).toEqual([]);
  });

  it('makes up for the intervals without a server by one run', async () => {
    const { scene, start, teams } = await withTeams(['Acme', 'Globex'], postInTurn);
    await scene.pass(INTERVAL_MS, 1_000);
    await scene.stop();
    const after = await scene.slack.lastSeq();
    await scene.pass(5 * INTERVAL_MS, INTERVAL_MS);
    await start();
    await scene.pass(15_000, 1_000);
    expect(await postsIn(scene, teams, after)).toEqual([1, 1]);
    await scene.pass(INTERVAL_MS, 1_000);
    expect(await postsIn(scene, teams, after)).toEqual([2, 2]);
  });

  it('gives the documents of the team, and tells a failure with its team while the others run', async () => {
    const { scene, errors, teams } = await withTeams(['Acme', 'Globex'], ({ server }) => {
      server.everyTeam('minute', async ({ teamId, client, data }) => {
        const runs = (await data.update<number>('runs', (count = 0) => count + 1))?.value;
        if (teamId === teams[0]?.id) throw new Error('the job broke');
        await client.chat.postMessage({ channel: '#general', text: `run ${runs}` });
      });
    });
    const [acme, globex] = teams;
    if (!acme || !globex) throw new Error('no teams');
    await scene.pass(3 * MINUTE_MS, 1_000);
    expect(errors.length).toBeGreaterThanOrEqual(2);
    expect(await scene.server.data(acme.id).get('runs')).toMatchObject({ value: errors.length });
    expect(await postsIn(scene, [acme])).toEqual([0]);
    expect((await postsIn(scene, [globex]))[0]).toBeGreaterThanOrEqual(2);
    expect(errors[0]).toMatchObject({ teamId: acme.id, where: 'job', error: { code: 'job_failed' } });
  });

  it('sends nothing more for a run whose time is over, whatever its code does', async () => {
    const { promise: overslept, resolve: wake } = Promise.withResolvers<void>();
    const outcomes: unknown[] = [];
    const { scene, errors, teams } = await withTeams(['Acme'], ({ server }) => {
      const remove = server.everyTeam('minute', async ({ client }) => {
        remove();
        await overslept;
        outcomes.push(await client.chat.postMessage({ channel: '#general', text: 'late' }).catch((error) => error));
      });
    });
    await scene.pass(7 * MINUTE_MS, 1_000);
    expect(errors).toMatchObject([{ teamId: teams[0]?.id, where: 'job', error: { code: 'job_timed_out' } }]);
    wake();
    await scene.pass(1_000);
    expect(outcomes).toEqual([expect.any(Error)]);
    expect(await scene.callsOf('chat.postMessage')).toEqual([]);
  });
});

describe('every', () => {
  it('runs by onceAndEvery at each start of the server, before its first planned time', async () => {
    const { scene, start, teams } = await withTeams(['Acme'], ({ server }) => {
      server.onceAndEvery({ cron: '0 9 1 1 *' }, async () => {
        const [{ id } = { id: '' }] = teams;
        if (id !== '') await (await server.client(id)).chat.postMessage({ channel: '#general', text: 'started' });
      });
    });
    await scene.stop();
    await start();
    await scene.pass(MINUTE_MS, 1_000);
    expect(await postsIn(scene, teams)).toEqual([1]);
  });

  it('runs again after a restart what a stop cut off', async () => {
    let isFirst = true;
    const { scene, start, teams } = await withTeams(['Acme'], ({ server }) => {
      server.every('minute', async ({ signal }) => {
        const [{ id } = { id: '' }] = teams;
        await (await server.client(id)).chat.postMessage({ channel: '#general', text: 'begun' });
        if (!isFirst) return;
        isFirst = false;
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
      });
    });
    await scene.until(isRequest('chat.postMessage'), { withinMs: 2 * MINUTE_MS });
    await scene.stop();
    const after = await scene.slack.lastSeq();
    await start();
    await scene.until(isRequest('chat.postMessage'), { after, withinMs: 5_000, what: 'the run that was cut off' });
  });
});
