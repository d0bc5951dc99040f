/** What operators ask and do about teams, on rows. With a running server and Slack: test/cli-teams.test.ts. */
import { describe, expect, it } from 'vitest';
import { engines } from '../../store/store-fixture.test-kit.ts';
import type { InstallationState } from '../../team/installation.ts';
import type { TimelineKind } from '../../team/timeline-kinds.ts';
import {
  anInstall,
  install,
  installOrganization,
  NOW,
  NOW_MS,
  type Operations,
  openOperations,
} from '../operations.test-kit.ts';
import { deactivateTeam } from './deactivate-team.ts';
import { listTeams } from './list-teams.ts';
import { probeTeam } from './probe-team.ts';
import { purgeTeam } from './purge-team.ts';
import { reactivateTeam } from './reactivate-team.ts';
import { removeTeam } from './remove-team.ts';
import { restartTeam } from './restart-team.ts';
import { showTeam } from './show-team.ts';
import { teamTimeline } from './team-timeline.ts';

describe.each(engines)('on %s', (engine) => {
  it('a team is shown with what happened to it, and no token', async () => {
    const operations = await openOperations(engine);
    await install(operations, 'T1');
    await operations.run(deactivateTeam, { teamId: 'T1' });
    const shown = await operations.run(showTeam, { teamId: 'T1' });
    expect(shown).toMatchObject({
      teamId: 'T1',
      name: 'Team T1',
      status: 'inactive',
      reason: 'operator',
      since: NOW,
      installs: 1,
      installation: 'T1',
      access: 'granted',
      timeline: [
        { at: NOW, kind: 'verdict', facts: { from: 'active', to: 'inactive', code: null, why: 'operator' } },
        { kind: 'installed' },
      ],
    });
    expect(shown).not.toHaveProperty('workspaces');
    expect(JSON.stringify(shown)).not.toContain('xoxb');
    await expect(operations.run(showTeam, { teamId: 'T2' })).rejects.toMatchObject({ code: 'installation_not_found' });
  });

  it('a timeline comes in pages, all of it or some kinds, the newest first', async () => {
    const operations = await openOperations(engine);
    await installOrganization(operations, 'E1', 'T1');
    await operations.run(deactivateTeam, { teamId: 'E1' });
    const kindsOf = ({ entries }: { entries: { kind: string }[] }) => entries.map(({ kind }) => kind);
    const first = await operations.run(teamTimeline, { teamId: 'T1', limit: 2 });
    expect(first).toMatchObject({ installation: 'E1', nextCursor: expect.any(String) });
    expect(kindsOf(first)).toEqual(['verdict', 'access_granted']);
    await operations.storage.installations.addTimeline('E1', { kind: 'gap', facts: {} });
    const second = await operations.run(teamTimeline, { teamId: 'T1', limit: 2, cursor: first.nextCursor ?? '' });
    expect(kindsOf(second)).toEqual(['installed']);
    expect(second.nextCursor).toBeNull();
    const some = await operations.run(teamTimeline, { teamId: 'E1', kinds: ['gap', 'installed'] });
    expect(kindsOf(some)).toEqual(['gap', 'installed']);
    const unknown = ['gap', 'instaled'] as TimelineKind[];
    await expect(operations.run(teamTimeline, { teamId: 'E1', kinds: unknown })).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringMatching(/^kinds\.1 must be one of .*; got "instaled"$/),
    });
    await expect(operations.run(teamTimeline, { teamId: 'T9' })).rejects.toMatchObject({
      code: 'installation_not_found',
    });
  });

  it('an organization is shown with its workspaces, and each of them by itself', async () => {
    const operations = await openOperations(engine);
    await installOrganization(operations, 'E1', 'T1', 'T2');
    const shown = await operations.run(showTeam, { teamId: 'E1' });
    expect(shown).toMatchObject({ teamId: 'E1', workspaces: [{ teamId: 'T1' }, { teamId: 'T2' }] });
    expect(await operations.run(showTeam, { teamId: 'T2' })).toMatchObject({ teamId: 'T2', installation: 'E1' });
  });

  describe('deactivate', () => {
    it('is a verdict of the operator, said once', async () => {
      const operations = await openOperations(engine, { server: 4_711 });
      await install(operations, 'T1');
      expect(await operations.run(deactivateTeam, { teamId: 'T1' })).toEqual({
        teamId: 'T1',
        status: 'inactive',
        changed: true,
        server: 4_711,
        next: 'the running server sends nothing more for it within a second; over RTM it closes its connection',
      });
      expect(await operations.run(deactivateTeam, { teamId: 'T1' })).toMatchObject({ changed: false });
      const { timeline } = await operations.run(showTeam, { teamId: 'T1' });
      expect(timeline.filter(({ kind }) => kind === 'verdict')).toHaveLength(1);
    });

    it('takes back what was asked of the team before it, be it that it comes back', async () => {
      const operations = await openOperations(engine);
      await install(operations, 'T1');
      await operations.run(probeTeam, { teamId: 'T1' });
      await operations.run(deactivateTeam, { teamId: 'T1' });
      const isAsked = async () => (await operations.run(showTeam, { teamId: 'T1' })).request;
      expect(await isAsked()).toBeNull();
      await operations.run(reactivateTeam, { teamId: 'T1' });
      expect(await isAsked()).toBe('probe');
      await operations.run(deactivateTeam, { teamId: 'T1' });
      expect(await isAsked()).toBeNull();
    });

    it('says without a server that the next one obeys it', async () => {
      const operations = await openOperations(engine);
      await install(operations, 'T1');
      expect(await operations.run(deactivateTeam, { teamId: 'T1' })).toMatchObject({
        server: null,
        next: 'no server is running; the next one sends nothing for it',
      });
    });

    it('loses against a re-install of the same moment', async () => {
      const operations = await openOperations(engine);
      await install(operations, 'T1');
      installsBefore('compareAndSetState', operations);
      await expect(operations.run(deactivateTeam, { teamId: 'T1' })).rejects.toMatchObject({ code: 'data_conflict' });
      expect(await operations.run(showTeam, { teamId: 'T1' })).toMatchObject({ status: 'active', installs: 2 });
    });
  });

  it('what concerns all workspaces of an organization is not done by the name of one', async () => {
    const operations = await openOperations(engine);
    await installOrganization(operations, 'E1', 'T1');
    for (const run of [
      () => operations.run(deactivateTeam, { teamId: 'T1' }),
      () => operations.run(purgeTeam, { teamId: 'T1' }),
    ]) {
      await expect(run()).rejects.toMatchObject({
        code: 'invalid_input',
        message: 'T1 is a workspace of the org-wide installation E1: name E1, and all its workspaces are meant',
      });
    }
    expect(await operations.run(deactivateTeam, { teamId: 'E1' })).toMatchObject({ changed: true });
    expect(await operations.run(showTeam, { teamId: 'T1' })).toMatchObject({ status: 'inactive' });
  });

  it('a removal waits for a server, which has the hooks, and is of this install alone', async () => {
    const operations = await openOperations(engine);
    await install(operations, 'T1');
    expect(await operations.run(removeTeam, { teamId: 'T1' })).toEqual({
      teamId: 'T1',
      status: 'waiting',
      why: null,
      server: null,
      next: 'no server is running; the next one asks the hooks',
    });
    expect(await operations.run(showTeam, { teamId: 'T1' })).toMatchObject({ status: 'active', request: 'remove' });
    await install(operations, 'T1');
    expect(await operations.run(showTeam, { teamId: 'T1' })).toMatchObject({ request: null });
    await expect(operations.run(removeTeam, { teamId: 'T9' })).rejects.toMatchObject({
      code: 'installation_not_found',
    });
  });

  describe('reactivate', () => {
    const request = async ({ storage }: Operations) => (await storage.installations.find('T1'))?.installation.request;

    it('waits in the row without a server, and changes nothing else', async () => {
      const operations = await openOperations(engine);
      await install(operations, 'T1');
      await operations.run(deactivateTeam, { teamId: 'T1' });
      expect(await operations.run(reactivateTeam, { teamId: 'T1' })).toEqual({
        teamId: 'T1',
        status: 'waiting',
        changed: null,
        was: 'inactive',
        server: null,
        next: 'T1: no server is running; the request waits until one starts and Slack answers',
      });
      expect(await request(operations)).toBe('probe');
      expect(await operations.run(showTeam, { teamId: 'T1' })).toMatchObject({ status: 'inactive' });
    });

    it('is refused for a team that is purged at the same moment', async () => {
      const operations = await openOperations(engine, { server: 4_711 });
      await install(operations, 'T1');
      const { installations } = operations.storage;
      operations.context.installations = {
        ...installations,
        async setRequest(key, wanted) {
          await operations.storage.store.run('delete from installation');
          return await installations.setRequest(key, wanted);
        },
      };
      await expect(operations.run(reactivateTeam, { teamId: 'T1' })).rejects.toMatchObject({
        code: 'installation_not_found',
      });
    });

    it('answers what the server made of it', async () => {
      const operations = await openOperations(engine, { server: 4_711 });
      await install(operations, 'T1');
      await operations.run(deactivateTeam, { teamId: 'T1' });
      const asked = operations.run(reactivateTeam, { teamId: 'T1' });
      await carryOut(operations, 'T1', { kind: 'active', doubt: { kind: 'none' } });
      await expect(during(operations, asked)).resolves.toMatchObject({
        status: 'active',
        changed: true,
        was: 'inactive',
        next: 'T1 was inactive and is now active',
      });
      const once = operations.run(reactivateTeam, { teamId: 'T1' });
      await carryOut(operations, 'T1', { kind: 'active', doubt: { kind: 'none' } });
      expect(await during(operations, once)).toMatchObject({
        changed: false,
        next: 'T1 was active already: Slack accepts its token',
      });
      const again = operations.run(reactivateTeam, { teamId: 'T1' });
      await carryOut(operations, 'T1', { kind: 'inactive', reason: 'token_revoked', sinceMs: NOW_MS });
      expect(await during(operations, again)).toMatchObject({
        status: 'inactive',
        changed: true,
        next: expect.stringContaining('T1 was active and is now inactive (token_revoked)'),
      });
      const still = operations.run(reactivateTeam, { teamId: 'T1' });
      await carryOut(operations, 'T1', { kind: 'inactive', reason: 'token_revoked', sinceMs: NOW_MS });
      expect(await during(operations, still)).toMatchObject({
        changed: false,
        next: expect.stringContaining('T1 stays inactive (token_revoked)'),
      });
    });

    it('by a probe is told as well: what the team was, and is now', async () => {
      const operations = await openOperations(engine, { server: 4_711 });
      await install(operations, 'T1');
      await operations.run(deactivateTeam, { teamId: 'T1' });
      for (const [changed, was, next] of [
        [true, 'inactive', 'Slack accepts the token: the team is served again'],
        [false, 'active', 'nothing: Slack accepts the token'],
      ]) {
        const asked = operations.run(probeTeam, { teamId: 'T1' });
        await carryOut(operations, 'T1', { kind: 'active', doubt: { kind: 'none' } });
        expect(await during(operations, asked)).toMatchObject({ status: 'active', changed, was, next });
      }
    });

    it('says after ten seconds without an answer that the request stays', async () => {
      const operations = await openOperations(engine, { server: 4_711 });
      await install(operations, 'T1');
      const outcome = await during(operations, operations.run(reactivateTeam, { teamId: 'T1' }));
      expect(outcome).toMatchObject({ status: 'waiting', next: expect.stringContaining('Slack has not answered yet') });
      expect(operations.clock.now() - NOW_MS).toBeGreaterThanOrEqual(10_000);
      expect(await request(operations)).toBe('probe');
    });

    it('can be left alone by whoever waits: the request stays', async () => {
      const operations = await openOperations(engine, { server: 4_711 });
      await install(operations, 'T1');
      const leaving = new AbortController();
      const asked = operations.run(reactivateTeam, { teamId: 'T1' }, { signal: leaving.signal });
      leaving.abort(new Error('left'));
      await expect(during(operations, asked)).rejects.toThrow('left');
      expect(await request(operations)).toBe('probe');
    });
  });

  describe('restart', () => {
    it('is asked of the running server', async () => {
      const operations = await openOperations(engine, { server: 4_711 });
      await install(operations, 'T1', 'T2');
      expect(await operations.run(restartTeam, { teamId: 'T1' })).toEqual({
        teamId: 'T1',
        server: 4_711,
        next: 'over RTM the running server connects it anew within a second; other transports have no connection of a team',
      });
      expect(await operations.run(showTeam, { teamId: 'T1' })).toMatchObject({ request: 'restart' });
      expect(await operations.run(showTeam, { teamId: 'T2' })).toMatchObject({ request: null });
    });

    it('leaves nothing for the next server, which connects the team anyway', async () => {
      const operations = await openOperations(engine);
      await install(operations, 'T1');
      expect(await operations.run(restartTeam, { teamId: 'T1' })).toMatchObject({
        server: null,
        next: 'no server is running; the next one connects the team anyway',
      });
      expect(await operations.run(showTeam, { teamId: 'T1' })).toMatchObject({ request: null });
    });

    it('is refused for a team that is not active', async () => {
      const operations = await openOperations(engine, { server: 4_711 });
      await install(operations, 'T1');
      await operations.run(deactivateTeam, { teamId: 'T1' });
      await expect(operations.run(restartTeam, { teamId: 'T1' })).rejects.toMatchObject({
        code: 'installation_not_active',
        message: 'Team T1 is inactive: it has no connection',
      });
    });
  });

  describe('purge', () => {
    it('deletes an inactive team with its documents, and no other', async () => {
      const operations = await openOperations(engine);
      await install(operations, 'T1', 'T2');
      await operations.storage.data('T1').set('score', 7);
      await operations.run(deactivateTeam, { teamId: 'T1' });
      expect(await operations.run(purgeTeam, { teamId: 'T1' })).toEqual({
        teamIds: ['T1'],
        documents: 1,
        events: 0,
        next: 'when it installs the app again it is a new team',
      });
      expect((await operations.run(listTeams, {})).teams.map(({ teamId }) => teamId)).toEqual(['T2']);
    });

    it('refuses what is active, what is not there, and what came back at the same moment', async () => {
      const operations = await openOperations(engine);
      await install(operations, 'T1');
      await expect(operations.run(purgeTeam, { teamId: 'T1' })).rejects.toMatchObject({ code: 'installation_in_use' });
      await expect(operations.run(purgeTeam, { teamId: 'T9' })).rejects.toMatchObject({
        code: 'installation_not_found',
      });
      await operations.run(deactivateTeam, { teamId: 'T1' });
      installsBefore('purge', operations);
      await expect(operations.run(purgeTeam, { teamId: 'T1' })).rejects.toMatchObject({ code: 'data_conflict' });
      expect(await operations.run(showTeam, { teamId: 'T1' })).toMatchObject({ status: 'active', installs: 2 });
    });
  });
});

/** Team T1 registers again between what the operation reads and what it writes. */
function installsBefore(step: 'compareAndSetState' | 'purge', { context, storage }: Operations): void {
  const { installations } = storage;
  context.installations = {
    ...installations,
    [step]: async (...given: never[]) => {
      await installations.recordInstall(anInstall('T1'));
      return await (installations[step] as (...args: never[]) => Promise<unknown>)(...given);
    },
  };
}

/** What a server does with a request: the state that Slack's answer makes, and the request is cleared. */
async function carryOut({ storage, clock }: Operations, key: string, next: InstallationState) {
  const { installations } = storage;
  const requested = async () => (await installations.find(key))?.installation;
  for (;;) {
    const installation = await requested();
    if (installation?.request === 'probe') {
      const { version, state, changedSeq } = installation;
      await installations.compareAndSetState(key, { version, from: state.kind }, next, { kind: 'verdict', facts: {} });
      await installations.clearRequest(key, changedSeq);
      return;
    }
    await clock.advance(1);
  }
}

/** The answer, while time goes on. */
async function during<Answer>({ clock }: Operations, answer: Promise<Answer>): Promise<Answer> {
  let isSettled = false;
  const settled = answer.finally(() => (isSettled = true));
  settled.catch(() => {});
  while (!isSettled) await clock.advance(100);
  return await settled;
}
