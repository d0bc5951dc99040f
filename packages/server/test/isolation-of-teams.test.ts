/** P6: one team never delays another. What is measured are the times in the simulator's log. */
import { describe, expect, it } from 'vitest';
import { answerHi, isPostIn, isRequest, isSocketOpen, Scene } from './scene.test-kit.ts';

/**
 * Forty connects at fifty per second, and the steps in which time moves. A team that waited for a single failing one
 * would need ten seconds, the limit of a connect.
 */
const BOUND_MS = 5_000;

/** Names of workspaces: bad ones sort before good ones, so that they are connected first. */
function named(kind: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${kind} ${String(index + 1).padStart(2, '0')}`);
}

/** A Slack in which the bad teams were imported before the good ones; nothing runs yet. */
async function withTeams({ bad, good }: { bad: number; good: number }) {
  const names = { bad: named('Bad', bad), good: named('Good', good) };
  const scene = await Scene.open({ teams: [...names.bad, ...names.good].map((name) => ({ name })), ioPatienceMs: 20 });
  await scene.importTeams(await scene.linesOf([...names.bad, ...names.good]));
  return { scene, ...names };
}

/** Milliseconds of moved time until each of them has a socket. */
async function timesToConnect(scene: Scene, teams: string[], startedAtMs: number): Promise<number[]> {
  const times: number[] = [];
  for (const team of teams) {
    const { id } = await scene.slack.team(team);
    times.push((await scene.until(isSocketOpen(id), { what: `a socket of ${team}` })).atMs - startedAtMs);
  }
  return times;
}

describe('at boot', () => {
  it('a team that Slack refuses delays no other', async () => {
    const { scene, bad, good } = await withTeams({ bad: 1, good: 10 });
    await scene.slack.fault({ kind: 'refuse', team: bad[0] ?? '', error: 'fatal_error' });
    const startedAtMs = scene.clock.now();
    await scene.start();
    expect(Math.max(...(await timesToConnect(scene, good, startedAtMs)))).toBeLessThanOrEqual(BOUND_MS);
  });

  it('twenty teams whose connect hangs for ever delay no other', async () => {
    const { scene, bad, good } = await withTeams({ bad: 20, good: 20 });
    for (const team of bad) await scene.slack.fault({ kind: 'hang', team });
    const startedAtMs = scene.clock.now();
    await scene.start();
    expect(Math.max(...(await timesToConnect(scene, good, startedAtMs)))).toBeLessThanOrEqual(BOUND_MS);
    expect(await scene.slack.log({ kind: 'request_held' })).toHaveLength(20);
    await scene.greet(good[0] ?? '');
  });

  it('sockets that are accepted and never say hello delay no other', async () => {
    const { scene, bad, good } = await withTeams({ bad: 10, good: 10 });
    for (const team of bad) await scene.slack.fault({ kind: 'no_hello', team });
    const startedAtMs = scene.clock.now();
    await scene.start();
    expect(Math.max(...(await timesToConnect(scene, good, startedAtMs)))).toBeLessThanOrEqual(BOUND_MS);
  });

  it('a team whose token died delays no other, and the server is ready at once', async () => {
    const { scene, bad, good } = await withTeams({ bad: 5, good: 5 });
    for (const team of bad) await scene.slack.fault({ kind: 'revoke_token', team });
    const startedAtMs = scene.clock.now();
    const { url } = await scene.start();
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    expect(Math.max(...(await timesToConnect(scene, good, startedAtMs)))).toBeLessThanOrEqual(BOUND_MS);
    expect(scene.server.status()).toMatchObject({ active: 5, inactive: 5 });
  });

  it('imported teams whose auth.test hangs delay no other', async () => {
    const { scene, good } = await withTeams({ bad: 0, good: 5 });
    const names = named('Unknown', 5);
    for (const name of names) await scene.slack.addTeam({ name });
    const lines = await scene.linesOf(names);
    await scene.importTeams(lines.map(({ team_id, name, bot_token }) => ({ team_id, name, bot_token })));
    for (const team of names) await scene.slack.fault({ kind: 'hang', team, method: 'auth.test' });
    const startedAtMs = scene.clock.now();
    await scene.start();
    await scene.until(isRequest('auth.test', 'request_held'));
    expect(Math.max(...(await timesToConnect(scene, good, startedAtMs)))).toBeLessThanOrEqual(BOUND_MS);
  });
});

describe('later', () => {
  it('a workspace that registers is connected at once while others hang', async () => {
    const { scene, bad } = await withTeams({ bad: 20, good: 1 });
    for (const team of bad) await scene.slack.fault({ kind: 'hang', team });
    await scene.start();
    await scene.until(({ kind }) => kind === 'request_held');
    await scene.strideThrough(300_000, 60_000);
    const { id } = await scene.slack.addTeam({ name: 'Newcomer' });
    const after = await scene.slack.lastSeq();
    await scene.register('Newcomer');
    await scene.until(isSocketOpen(id), { after, withinMs: 1_000 });
  });

  it('listeners of one team that never settle delay no answer of another', async () => {
    const scene = await Scene.open({ teams: [{ name: 'Bad' }, { name: 'Good' }] });
    await scene.start({
      // Fewer places than Bad would take if it might.
      dispatcher: { perProcess: 30 },
      setUp(context) {
        context.bot.message('wait', () => new Promise(() => {}));
        answerHi(context);
      },
    });
    const bad = await scene.join('Bad');
    const good = await scene.join('Good');
    // Each in a thread of its own, or they would wait for one another.
    for (let index = 10; index < 50; index++) {
      await scene.slack.say({ team: bad.id, channel: 'general', text: 'wait', threadTs: `1700000000.0001${index}` });
    }
    const after = await scene.slack.lastSeq();
    await scene.slack.say({ team: good.id, to: 'bot', text: 'hi' });
    // Time stands still: the answer waits for nothing.
    await scene.slack.waitForLog(isPostIn(good.id), { after });
  });

  it('a call of one team that hangs delays no answer of another', async () => {
    const { scene, bad, good } = await withTeams({ bad: 1, good: 1 });
    await scene.start();
    await timesToConnect(scene, [...bad, ...good], 0);
    await scene.slack.fault({ kind: 'hang', team: bad[0] ?? '', method: 'chat.postMessage' });
    for (let index = 0; index < 30; index++) await scene.slack.say({ team: bad[0] ?? '', to: 'bot', text: 'hi' });
    await scene.slack.waitForLog(isRequest('chat.postMessage', 'request_held'));
    const { id } = await scene.slack.team(good[0] ?? '');
    const after = await scene.slack.lastSeq();
    await scene.slack.say({ team: id, to: 'bot', text: 'hi' });
    await scene.slack.waitForLog(isPostIn(id), { after });
  });

  it('a hook that never settles for one team delays neither the hooks nor the connection of another', async () => {
    const scene = await Scene.open({ teams: [{ name: 'Bad' }, { name: 'Good' }] });
    const { id: badId } = await scene.slack.team('Bad');
    const installed: string[] = [];
    await scene.start({
      setUp({ server }) {
        server.on('installed', ({ teamId }) => (teamId === badId ? new Promise(() => {}) : installed.push(teamId)));
      },
    });
    await scene.join('Bad');
    const { id } = await scene.join('Good');
    expect(installed).toEqual([id]);
  });
});
