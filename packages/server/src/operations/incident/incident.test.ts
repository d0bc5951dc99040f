/** What operators ask and decide in an incident, on rows. With a running server and Slack: test/cli-incident.test.ts. */
import { describe, expect, it } from 'vitest';
import { engines } from '../../store/store-fixture.test-kit.ts';
import { listAudits } from '../audit/audit-repository.ts';
import {
  install,
  NOW,
  NOW_MS,
  type Operations,
  type OperationsOptions,
  openOperations,
} from '../operations.test-kit.ts';
import { deactivateTeam } from '../teams/deactivate-team.ts';
import { listTeams } from '../teams/list-teams.ts';
import { showTeam } from '../teams/show-team.ts';
import { askInIncident } from './ask-in-incident.ts';
import { deactivateIncident } from './deactivate-incident.ts';
import { showIncident } from './show-incident.ts';
import { waitInIncident } from './wait-in-incident.ts';

const HELD = ['T6', 'T7', 'T8'];
const IN_FIVE_MINUTES = '2026-11-18T11:11:40.000Z';

/** Eight of nine teams fail at once: five are deactivated, then the breaker holds the other three. */
async function withIncident(engine: (typeof engines)[number], options?: OperationsOptions): Promise<Operations> {
  const operations = await openOperations(engine, options);
  await install(operations, ...Array.from({ length: 9 }, (_, n) => `T${n + 1}`));
  for (const key of ['T1', 'T2', 'T3', 'T4', 'T5', ...HELD]) await fail(operations, key);
  return operations;
}

async function fail({ storage: { installations } }: Operations, key: string): Promise<void> {
  const code = 'account_inactive';
  const { version } = (await installations.find(key))?.installation ?? { version: { install: 0, refresh: 0 } };
  const states = {
    inactive: { kind: 'inactive', reason: code, sinceMs: NOW_MS },
    held: { kind: 'active', doubt: { kind: 'held', code, sinceMs: NOW_MS } },
  } as const;
  await installations.deactivateOrHold(key, { version, from: 'active' }, states, { kind: 'verdict', facts: { code } });
}

async function statuses({ run }: Operations): Promise<Record<string, string>> {
  const { teams } = await run(listTeams, {});
  return Object.fromEntries(teams.map(({ teamId, status }) => [teamId, status]));
}

describe.each(engines)('on %s', (engine) => {
  it('an incident is shown with what Slack said and when it is asked again', async () => {
    const operations = await withIncident(engine);
    expect(await operations.run(showIncident, {})).toEqual({
      held: 3,
      deactivated: 5,
      since: NOW,
      nextProbe: IN_FIVE_MINUTES,
      noDeactivationBefore: '2026-11-18T17:06:40.000Z',
      codes: { account_inactive: 8 },
    });
    expect((await operations.run(listTeams, { query: 'incident:yes' })).teams).toHaveLength(8);
  });

  it('without one nothing is done, whatever is said', async () => {
    const { run, ...operations } = await openOperations(engine, { server: 4_711 });
    await install({ run, ...operations }, 'T1');
    expect(await run(showIncident, {})).toEqual({
      held: 0,
      deactivated: 0,
      since: null,
      nextProbe: null,
      noDeactivationBefore: null,
      codes: {},
    });
    expect(await run(askInIncident, {})).toMatchObject({ asked: 0, next: 'nothing: there is no incident' });
    expect(await run(waitInIncident, {})).toMatchObject({ teams: 0 });
    expect(await run(deactivateIncident, {})).toMatchObject({ deactivated: 0, next: 'nothing: no team was held' });
    expect(await run(showTeam, { teamId: 'T1' })).toMatchObject({ status: 'active', request: null });
  });

  it('deactivate ends it for those that are held, with the verdict that teams deactivate gives', async () => {
    const operations = await withIncident(engine, { server: 4_711 });
    const { run } = operations;
    await run(deactivateTeam, { teamId: 'T6' });
    const counted = await run(deactivateIncident, { dryRun: true });
    expect(counted).toMatchObject({ deactivated: 2, next: 'nothing was changed' });
    expect(await statuses(operations)).toMatchObject({ T7: 'active (held)', T8: 'active (held)' });
    expect(await run(deactivateIncident, {})).toEqual({
      deactivated: 2,
      changed: 0,
      server: 4_711,
      next: 'the running server sends nothing for them from the next second on',
    });
    expect(await statuses(operations)).toEqual({
      ...Object.fromEntries(['T1', 'T2', 'T3', 'T4', 'T5', ...HELD].map((key) => [key, 'inactive'])),
      T9: 'active',
    });
    const verdicts = await Promise.all(HELD.map(async (teamId) => (await run(showTeam, { teamId })).timeline[0]));
    const facts = { from: 'active (held)', to: 'inactive', code: null, why: 'operator' };
    expect(verdicts).toEqual(HELD.map(() => ({ at: new Date(NOW_MS).toISOString(), kind: 'verdict', facts })));
    expect(await run(showIncident, {})).toMatchObject({ held: 0, deactivated: 0 });
  });

  it('deactivate leaves alone what changed at the same moment, and counts it', async () => {
    const operations = await withIncident(engine);
    const { installations } = operations.storage;
    operations.context.installations = {
      ...installations,
      async compareAndSetState(key, ...given) {
        if (key === 'T7') await install(operations, 'T7');
        return await installations.compareAndSetState(key, ...given);
      },
    };
    expect(await operations.run(deactivateIncident, {})).toMatchObject({
      deactivated: 2,
      changed: 1,
      next: 'some teams changed at the same moment: see what is held now',
    });
    expect(await statuses(operations)).toMatchObject({ T6: 'inactive', T7: 'active', T8: 'inactive' });
  });

  it('wait counts anew without moving when it began, and the audit and the timelines say so', async () => {
    const { run, clock, storage } = await withIncident(engine);
    await clock.leap(3_600_000);
    expect(await run(waitInIncident, {})).toEqual({
      teams: 8,
      nextProbe: '2026-11-18T12:11:40.000Z',
      noDeactivationBefore: '2026-11-18T18:06:40.000Z',
      next: 'Slack is asked again from 2026-11-18T12:11:40.000Z on; an answer brings a team back',
    });
    expect(await run(showIncident, {})).toMatchObject({
      held: 3,
      since: NOW,
      noDeactivationBefore: '2026-11-18T18:06:40.000Z',
    });
    const [audit] = await listAudits(storage.store, { operation: 'incident.wait', limit: 1 });
    expect(JSON.parse(audit?.beforeJson ?? '')).toMatchObject({ noDeactivationBefore: '2026-11-18T17:06:40.000Z' });
    expect(JSON.parse(audit?.afterJson ?? '')).toMatchObject({ noDeactivationBefore: '2026-11-18T18:06:40.000Z' });
    const { timeline } = await run(showTeam, { teamId: 'T8' });
    expect(timeline[0]).toMatchObject({ kind: 'incident_extended', facts: { by: 'operator' } });
  });

  it('began when it began, also when nobody is held any more and an operator waits', async () => {
    const { run, clock, storage } = await withIncident(engine);
    await storage.store.run("update installation set doubt = 'none', incident_since_ms = null where doubt = 'held'");
    expect(await storage.installations.endIncidentIfOver()).toBe(true);
    await clock.leap(3_600_000);
    expect(await run(waitInIncident, {})).toMatchObject({ teams: 5, noDeactivationBefore: null });
    expect(await run(showIncident, {})).toMatchObject({ held: 0, deactivated: 5, since: NOW });
  });

  it('ask waits in the rows when no server runs', async () => {
    const { run } = await withIncident(engine);
    expect(await run(askInIncident, {})).toEqual({
      asked: 8,
      back: 0,
      refused: 0,
      waiting: 8,
      server: null,
      next: 'no server is running, the next one asks',
    });
    expect(await run(showTeam, { teamId: 'T1' })).toMatchObject({ request: 'probe', status: 'inactive' });
    expect(await run(showTeam, { teamId: 'T9' })).toMatchObject({ request: null });
  });

  it('ask counts after twenty seconds who came back, who did not, and who has no answer', async () => {
    const operations = await withIncident(engine, { server: 4_711 });
    const { run, clock, storage } = operations;
    let isAnswered = false;
    const asked = run(askInIncident, {}).finally(() => (isAnswered = true));
    // What a server does: T1 is answered, T2 to T8 but the last are refused again.
    while ((await run(showTeam, { teamId: 'T8' })).request === null) await clock.advance(1);
    for (const key of ['T1', 'T2', 'T3', 'T4', 'T5', 'T6', 'T7']) {
      const { installation } = (await storage.installations.find(key)) ?? {};
      if (!installation) throw new Error(`${key} is not there`);
      if (key === 'T1') await storage.installations.setIncident(key, installation, null);
      await storage.installations.clearRequest(key, Number.MAX_SAFE_INTEGER);
    }
    // Another one is held meanwhile, and was not asked.
    await fail(operations, 'T9');
    while (!isAnswered) await clock.advance(100);
    expect(await asked).toEqual({
      asked: 8,
      back: 1,
      refused: 6,
      waiting: 1,
      server: 4_711,
      next: 'the server goes on asking',
    });
    expect(clock.now() - NOW_MS).toBeGreaterThanOrEqual(20_000);
  });
});
