/** P7 with a thousand workspaces and the simulator as Slack: many failures are an incident, many uninstalls are uninstalls. */
import { isDeepStrictEqual } from 'node:util';
import type { LogRecord } from 'slack-simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listTeams } from './cli.test-kit.ts';
import { pointAppAt, SIGNING_SECRET, startHttp } from './http-scene.test-kit.ts';
import { answerHi, isRequest, Scene } from './scene.test-kit.ts';
import { ADMIN_TOKEN, linkTo, why } from './why-scene.test-kit.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const TEAMS = 1_000;
const FAILING = 200;
/** 2 % of a thousand. */
const BELIEVED = 20;

const names = Array.from({ length: TEAMS }, (_, n) => `Team ${n + 1}`);
const failing = names.slice(0, FAILING);

/** How many teams `teams list` shows in each status. */
async function statuses(scene: Scene): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { status } of await listTeams(scene)) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

describe('a thousand teams', () => {
  let scene: Scene;
  const incidents: boolean[] = [];

  // On a server that takes posted events and asks auth.test of each team once an hour.
  beforeAll(async () => {
    scene = await Scene.openForFile({
      teams: names.map((name) => ({ name })),
      app: {
        kind: 'granular',
        signingSecret: SIGNING_SECRET,
        botScopes: ['chat:write', 'im:history', 'im:write'],
        eventSubscriptions: ['app_uninstalled', 'message.im', 'tokens_revoked'],
      },
    });
    await scene.importTeams(await Promise.all(names.map((name) => scene.lineOf(name))), { lanes: 16 });
    await startHttp(scene, {
      adminToken: ADMIN_TOKEN,
      periodicCheck: { everyMs: HOUR_MS, silentMs: Infinity },
      setUp: (context) => {
        answerHi(context);
        context.server.on('incident', ({ isOn }) => void incidents.push(isOn));
      },
    });
    await pointAppAt(scene);
  }, 180_000);

  afterAll(() => scene.close());

  it('of which two hundred are refused at once lose at most twenty, and get all back when Slack recovers', async () => {
    const ids = new Set<string>();
    for (const team of failing) {
      await scene.slack.fault({ kind: 'refuse', team, error: 'account_inactive' });
      ids.add((await scene.slack.team(team)).id);
    }
    const after = await scene.slack.lastSeq();
    await scene.until(isRequest('auth.test'), { after, withinMs: HOUR_MS, stepMs: 5 * MINUTE_MS });
    const asked = await untilAsked(scene, TEAMS, after);
    expect(new Set(asked.filter(({ ok }) => !ok).map(({ team }) => team))).toEqual(ids);
    await untilShown(scene, { active: TEAMS - FAILING, inactive: BELIEVED, 'active (held)': FAILING - BELIEVED });
    expect(incidents).toEqual([true]);
    // Until the first probes of the incident nothing is sent for them, whoever writes to them.
    const begun = await scene.slack.lastSeq();
    for (const team of failing.slice(0, 50)) await scene.slack.say({ team, to: 'bot', text: 'hi' });
    const held = (await listTeams(scene)).find(({ status }) => status === 'active (held)');
    const unanswered = await scene.slack.say({ team: held?.teamId ?? '', to: 'bot', text: 'hi' });
    await scene.pass(10_000, 2_000);
    const { answer, advice, outcome } = await why(scene, linkTo(unanswered));
    expect([outcome, answer, advice]).toEqual([
      'waiting',
      expect.stringMatching(/^It waits: team T\w+ is held with many others, see slack-bot-server incident, since/),
      'slack-bot-server incident says what is held, and what can be done.',
    ]);
    expect(await scene.slack.log({ after: begun, kind: 'request', limit: 100_000 })).toEqual([]);
    await scene.slack.removeFaults();
    await scene.pass(5 * MINUTE_MS, 5 * MINUTE_MS);
    await untilShown(scene, { active: TEAMS });
    expect(incidents).toEqual([true, false]);
    const revived = await scene.callsOf('auth.test', { after: begun });
    expect(new Set(revived.filter(({ ok }) => ok).map(({ team }) => team))).toEqual(ids);
    await scene.greet('Team 200');
  }, 180_000);

  it('of which two hundred are uninstalled, as Slack’s events say, lose those two hundred and no other', async () => {
    incidents.length = 0;
    const after = await scene.slack.lastSeq();
    for (const team of failing) await scene.slack.fault({ kind: 'remove_app', team });
    await untilShown(scene, { active: TEAMS - FAILING, inactive: FAILING });
    expect(incidents).toEqual([]);
    const told = await scene.slack.log({ after, kind: 'delivery', limit: 100_000 });
    const teams = told.filter(({ event }) => event === 'app_uninstalled').map(({ team }) => team);
    expect(new Set(teams).size).toBe(FAILING);
    // The probes half a minute and five minutes after the events are not sent any more.
    const gone = await scene.slack.lastSeq();
    await scene.pass(6 * MINUTE_MS, MINUTE_MS);
    expect((await scene.callsOf('auth.test', { after: gone })).filter(({ ok }) => !ok)).toEqual([]);
    await scene.greet('Team 201');
  }, 180_000);
});

/** Lets time pass until so many have been asked, at the pace of the server. */
async function untilAsked(scene: Scene, count: number, after: number): Promise<LogRecord[]> {
  for (let seconds = 0; seconds < 600; seconds++) {
    const asked = await scene.callsOf('auth.test', { after });
    if (asked.length >= count) return asked;
    await scene.pass(1_000, 500);
  }
  throw new Error(`${count} were not asked in ten minutes`);
}

/** Lets time pass until `teams list` shows so many teams in each status. */
async function untilShown(scene: Scene, expected: Record<string, number>): Promise<void> {
  let counts: Record<string, number> = {};
  for (let looks = 0; looks < 20 && !isDeepStrictEqual(counts, expected); looks++) {
    await scene.pass(500);
    counts = await statuses(scene);
  }
  expect(counts).toEqual(expected);
}
