/** `slack-bot-server incident …`: what the operator at night sees and says when many teams failed at once. */
import { expect, it } from 'vitest';
import { environmentOf, listTeams, runCli, type TeamRow } from './cli.test-kit.ts';
import { isSocketOpen, Scene } from './scene.test-kit.ts';
import { linkTo, type Why } from './why-scene.test-kit.ts';

const HOUR_MS = 3_600_000;
const names = Array.from({ length: 12 }, (_, n) => `Team ${n + 1}`);

/** Twelve teams that Slack refuses all at once: five are deactivated, then the breaker holds the others. */
async function withIncident() {
  const scene = await Scene.open({ teams: names.map((name) => ({ name })) });
  const incidents: boolean[] = [];
  await scene.importTeams(await scene.linesOf(names));
  await scene.start({ setUp: ({ server }) => void server.on('incident', ({ isOn }) => void incidents.push(isOn)) });
  for (const name of names) await scene.until(isSocketOpen((await scene.slack.team(name)).id));
  for (const team of names) await scene.slack.fault({ kind: 'refuse', team, error: 'account_inactive' });
  await scene.slack.fault({ kind: 'close' });
  await scene.pass(10_000);
  expect(await statuses(scene)).toEqual({ inactive: 5, 'active (held)': 7 });
  return { scene, incidents };
}

/** `incident …` with the scene's database, while its time goes on. */
async function incident(scene: Scene, ...words: string[]) {
  return await scene.during(runCli(['incident', ...words], await environmentOf(scene)));
}

async function statuses(scene: Scene): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { status } of await listTeams(scene)) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

it('shows what is held, what Slack said and when it is asked again', async () => {
  const { scene, incidents } = await withIncident();
  const { code, stdout } = await incident(scene);
  expect(code).toBe(0);
  expect(stdout).toContain('7 teams held, 5 deactivated just before; since 20');
  expect(stdout).toContain('Slack said: account_inactive (12)');
  for (const word of ['ask', 'deactivate', 'wait']) expect(stdout).toMatch(new RegExp(`^incident ${word} `, 'm'));
  const summary = JSON.parse((await incident(scene, '--json')).stdout);
  expect(summary).toMatchObject({ held: 7, deactivated: 5, codes: { account_inactive: 12 } });
  expect(Date.parse(summary.nextProbe) - Date.parse(summary.since)).toBe(300_000);
  const list = await runCli(['teams', 'list', 'incident:yes', '--json'], await environmentOf(scene));
  expect(JSON.parse(list.stdout)).toHaveLength(12);
  const held = (await listTeams(scene)).find(({ status }) => status === 'active (held)');
  const missed = await scene.slack.say({ team: held?.teamId ?? '', to: 'bot', text: 'hi' });
  const why = ['why', linkTo(missed), '--team', held?.teamId ?? '', '--json'];
  const told = JSON.parse((await scene.during(runCli(why, await environmentOf(scene)))).stdout) as Why;
  expect(told).toMatchObject({ outcome: 'never_arrived', certainty: 'proved' });
  expect(told.answer).toMatch(
    /^It never arrived\. Team T\w+ was held with many others \(slack-bot-server incident\) at that time/,
  );
  expect(incidents).toEqual([true]);
});

it('ask brings back at once what Slack answers, and leaves held what it refuses', async () => {
  const { scene, incidents } = await withIncident();
  const held = (await listTeams(scene)).filter(({ status }) => status === 'active (held)');
  const [first, second] = held as [TeamRow, TeamRow];
  await scene.slack.removeFaults();
  for (const { teamId } of [first, second]) {
    await scene.slack.fault({ kind: 'refuse', team: teamId, error: 'account_inactive' });
  }
  const after = await scene.slack.lastSeq();
  const { stdout } = await incident(scene, 'ask');
  expect(stdout).toBe('12 teams asked: 10 back, 2 still refused, 0 without an answer yet\n');
  await scene.pass(5_000);
  const probes = await scene.callsOf('auth.test', { after });
  expect(probes.filter(({ ok }) => ok)).toHaveLength(10);
  expect(new Set(probes.filter(({ ok }) => !ok).map(({ team }) => team))).toEqual(
    new Set([first.teamId, second.teamId]),
  );
  expect(await scene.slack.sockets()).toHaveLength(10);
  expect(await statuses(scene)).toEqual({ active: 10, 'active (held)': 2 });
  await scene.slack.removeFaults();
  await incident(scene, 'ask');
  await scene.pass(5_000);
  expect(await statuses(scene)).toEqual({ active: 12 });
  expect(incidents).toEqual([true, false]);
  expect((await incident(scene)).stdout).toBe('no incident: no team is held\n');
});

it('deactivate ends the incident: nothing more is sent for the teams, which come back when they register again', async () => {
  const { scene, incidents } = await withIncident();
  const unasked = await incident(scene, 'deactivate');
  expect(unasked).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('This would deactivate 7 teams: pass --yes'),
  });
  const counted = await incident(scene, 'deactivate', '--dry-run');
  expect(counted.stdout).toBe('7 teams would be deactivated; nothing was changed\n');
  expect(await statuses(scene)).toEqual({ inactive: 5, 'active (held)': 7 });
  const { stdout } = await incident(scene, 'deactivate', '--yes');
  expect(stdout).toBe(
    '7 teams deactivated (reason: operator)\nthe running server sends nothing for them from the next second on\n' +
      'each comes back when it installs the app again\n',
  );
  await scene.pass(2_000);
  expect(await statuses(scene)).toEqual({ inactive: 12 });
  const reasons = (await listTeams(scene)).map(({ reason }) => reason);
  expect(reasons.filter((reason) => reason === 'account_inactive')).toHaveLength(5);
  expect(reasons.filter((reason) => reason === 'operator')).toHaveLength(7);
  expect(incidents).toEqual([true, false]);
  const after = await scene.slack.lastSeq();
  await scene.slack.removeFaults();
  await scene.strideThrough(48 * HOUR_MS);
  expect(await scene.slack.log({ after, kind: 'request' })).toEqual([]);
  await scene.join('Team 12');
  expect(await statuses(scene)).toEqual({ inactive: 11, active: 1 });
});

it('wait counts the six hours anew for all of the incident, and says so in their timelines', async () => {
  const { scene } = await withIncident();
  for (let strides = 0; strides < 24; strides++) {
    await scene.strideThrough(HOUR_MS / 12, HOUR_MS / 12);
    // The twelve are asked one after the other.
    await scene.pass(2_000, 500);
  }
  const before = JSON.parse((await incident(scene, '--json')).stdout);
  // The first three probes were sent; the fourth is the one that would prove.
  expect(Date.parse(before.nextProbe) - Date.parse(before.since)).toBeGreaterThanOrEqual(6 * HOUR_MS);
  const saidAtMs = Date.now();
  const { stdout } = await incident(scene, 'wait');
  expect(stdout).toMatch(
    /^12 teams: no held team is deactivated before 20\S+ unless Slack reports an uninstall; after that, only if Slack rejects its token at both the 1 h and the 6 h check\nSlack is asked again from 20\S+ on; an answer brings a team back$/m,
  );
  await scene.stop();
  const after = JSON.parse((await incident(scene, '--json')).stdout);
  expect(after).toMatchObject({ held: 7, deactivated: 5, since: before.since });
  const told = await incident(scene);
  expect(told.stdout).toContain(`no held team is deactivated before ${after.noDeactivationBefore} unless`);
  expect(Date.parse(after.noDeactivationBefore)).toBeGreaterThanOrEqual(saidAtMs + 6 * HOUR_MS);
  const [team] = await listTeams(scene);
  const shown = await runCli(['teams', 'show', team?.teamId ?? ''], await environmentOf(scene));
  expect(shown.stdout).toMatch(/incident_extended +by=operator/);
});

it('without a server says that the next one asks, and it does', async () => {
  const { scene } = await withIncident();
  await scene.stop();
  await scene.slack.removeFaults();
  const after = await scene.slack.lastSeq();
  const environment = await environmentOf(scene);
  const asked = await runCli(['incident', 'ask'], environment);
  expect(asked.stdout).toBe('12 teams to be asked; no server is running, the next one asks\n');
  expect(await scene.slack.log({ after, kind: 'request' })).toEqual([]);
  await scene.start();
  await scene.pass(5_000);
  expect(await statuses(scene)).toEqual({ active: 12 });
});

it('says that there is no incident when there is none, whatever is asked', async () => {
  const scene = await Scene.open({ teams: [{ name: 'Acme' }] });
  await scene.importTeams(await scene.linesOf(['Acme']));
  const environment = await environmentOf(scene);
  for (const words of [['show'], ['ask'], ['wait']]) {
    expect(await runCli(['incident', ...words], environment)).toMatchObject({
      code: 0,
      stdout: 'no incident: no team is held\n',
    });
  }
  expect((await runCli(['incident', 'deactivate'], environment)).stdout).toBe('no incident: no team is held\n');
  expect(await statuses(scene)).toEqual({ active: 1 });
});
