import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ownsAll } from '../../ownership/key-ownership.test-kit.ts';
import { engines, openTestStore } from '../../store/store-fixture.test-kit.ts';
import { createInstallationRepository } from '../../team/installation-repository.ts';
import type { Installations, InstallInput } from '../../team/installations.ts';
import { plainSealer } from '../../team/plain-sealer.test-kit.ts';
import { TestClock } from '../../time/test-clock.ts';
import { OrgAccess, type WorkspacesAnswer } from './org-access.ts';

const SILENCE: WorkspacesAnswer = { kind: 'unanswered', reason: 'econnreset', retryAfterMs: 0 };

function anInstall(key: string): InstallInput {
  return {
    key,
    isEnterprise: key.startsWith('E'),
    appId: 'A1',
    bot: { token: `xoxb-test-${key}`, scopes: [], expiresAtMs: null },
    users: [],
    team: { teamId: key, name: null, domain: null, botUserId: 'U1', botId: 'B1' },
  };
}

const listed = (...teamIds: string[]): WorkspacesAnswer => ({
  kind: 'ok',
  workspaces: teamIds.map((teamId) => ({ teamId, name: null })),
});

describe.each(engines)('the workspaces of an organization, on %s', (engine) => {
  let clock: TestClock;
  let installations: Installations;
  let access: OrgAccess;
  /** What Slack answers, and how often it was asked. */
  let answer: () => Promise<WorkspacesAnswer>;
  let asked: number;
  let contested: string[][];
  const log = { info: vi.fn(), warn: vi.fn() };

  beforeEach(async () => {
    clock = new TestClock(1_000);
    const store = await openTestStore({ engine, clock });
    installations = createInstallationRepository({ store, vault: plainSealer, clock });
    asked = 0;
    contested = [];
    log.warn.mockClear();
    answer = async () => listed('T1', 'T2');
    access = new OrgAccess({
      owner: ownsAll,
      installations,
      list: () => {
        asked++;
        return clock.io(answer());
      },
      onContested: (teamIds) => void contested.push([...teamIds]),
      wake() {},
      clock,
      random: () => 1,
      log,
    });
    await installations.recordInstall(anInstall('E1'));
  });

  async function see(key = 'E1'): Promise<void> {
    access.observe((await installations.find(key)) ?? expect.fail('there is one'));
    await clock.settle();
  }

  async function accessOf(): Promise<Record<string, string>> {
    const view = await installations.find('E1');
    return Object.fromEntries((view?.teams ?? []).map((team) => [team.teamId, team.access]));
  }

  it('are asked for at an install and a re-install, and not for every change of the row', async () => {
    await see();
    expect(await accessOf()).toEqual({ E1: 'granted', T1: 'granted', T2: 'granted' });
    await see();
    expect(asked).toBe(1);
    await installations.recordInstall(anInstall('E1'));
    answer = async () => listed('T2');
    await see();
    expect(asked).toBe(2);
    expect(await accessOf()).toMatchObject({ T1: 'revoked', T2: 'granted' });
  });

  it('are asked for once by many who ask before the question is sent', async () => {
    for (let n = 0; n < 5; n++) access.check('E1');
    await clock.settle();
    expect(asked).toBe(1);
  });

  it('are not asked for of an installation that is no organization’s', async () => {
    await installations.recordInstall(anInstall('T5'));
    await see('T5');
    access.check('T5');
    await clock.settle();
    expect(asked).toBe(0);
  });

  it('are as the list says, whatever an event said; it is asked once more half a minute later', async () => {
    await see();
    access.note('E1', { access: 'revoked', teamIds: ['T1'], by: 'team_access_revoked' });
    await clock.settle();
    // The event was late: the workspace is in again.
    expect(await accessOf()).toMatchObject({ T1: 'granted' });
    expect(asked).toBe(2);
    answer = async () => listed('T2');
    await clock.advance(29_999);
    expect(asked).toBe(2);
    await clock.advance(1);
    await clock.settle();
    expect(await accessOf()).toMatchObject({ T1: 'revoked' });
    await clock.advance(86_400_000);
    expect(asked).toBe(3);
  });

  it('are as an event says while nobody answers, and the question is repeated with growing waits', async () => {
    await see();
    answer = async () => SILENCE;
    access.note('E1', { access: 'granted', teamIds: ['T3'], by: 'team_access_granted' });
    await clock.settle();
    expect(await accessOf()).toMatchObject({ T3: 'granted' });
    for (const waitMs of [1_000, 2_000, 4_000]) {
      const before = asked;
      await clock.advance(waitMs - 1);
      expect(asked).toBe(before);
      await clock.advance(1);
      await clock.settle();
      expect(asked).toBe(before + 1);
    }
    // The same reason is told once.
    expect(log.warn).toHaveBeenCalledTimes(1);
    answer = async () => listed('T1', 'T2', 'T3');
    await clock.advance(8_000);
    await clock.settle();
    expect(await accessOf()).toEqual({ E1: 'granted', T1: 'granted', T2: 'granted', T3: 'granted' });
  });

  it('wait as long as Slack asks, at most five minutes', async () => {
    answer = async () => ({ kind: 'unanswered', reason: 'rate_limited', retryAfterMs: 40_000 });
    await see();
    await clock.advance(40_999);
    expect(asked).toBe(1);
    await clock.advance(1);
    expect(asked).toBe(2);
  });

  it('lose one for a refused call when the list says so, or nobody answers', async () => {
    await see();
    answer = async () => listed('T2');
    void access.doubt('E1', 'T1');
    await clock.settle();
    expect(await accessOf()).toMatchObject({ T1: 'revoked', T2: 'granted' });
    await clock.advance(60_000);
    answer = async () => SILENCE;
    void access.doubt('E1', 'T2');
    await clock.settle();
    expect(await accessOf()).toMatchObject({ T2: 'revoked' });
  });

  it('stay for a refused call that the list does not bear out, and are not asked for with each further one', async () => {
    await see();
    for (let n = 0; n < 20; n++) {
      void access.doubt('E1', 'T1');
      await clock.settle();
      await clock.advance(1_000);
    }
    expect(asked).toBe(2);
    expect(await accessOf()).toMatchObject({ T1: 'granted' });
    await clock.advance(40_000);
    await clock.settle();
    expect(asked).toBe(3);
  });

  it('that an installation of their own keeps are told, and asked for again when that is inactive', async () => {
    await installations.recordInstall(anInstall('T1'));
    await see();
    expect(contested).toEqual([['T1']]);
    expect((await installations.findByTeam('T1'))?.teams).toMatchObject([{ teamId: 'T1', contestedBy: 'E1' }]);
    const { version } = (await installations.find('T1'))?.installation ?? expect.fail('there is one');
    const next = { kind: 'inactive', reason: 'account_inactive', sinceMs: 7 } as const;
    await installations.compareAndSetState('T1', { version, from: 'active' }, next, { kind: 'verdict', facts: {} });
    await see('T1');
    expect(await accessOf()).toMatchObject({ T1: 'granted' });
    const { teams = [] } = (await installations.findByTeam('T1')) ?? {};
    expect(teams.filter(({ contestedBy }) => contestedBy !== undefined)).toEqual([]);
  });

  it('are not asked for while their organization is suspended, and at once when it is back', async () => {
    await see();
    const { version } = (await installations.find('E1'))?.installation ?? expect.fail('there is one');
    const entry = { kind: 'verdict', facts: {} } as const;
    const paused = { kind: 'suspended', reason: 'ekm_access_denied', sinceMs: 7 } as const;
    await installations.compareAndSetState('E1', { version, from: 'active' }, paused, entry);
    await see();
    access.check('E1');
    await clock.settle();
    expect(asked).toBe(1);
    const active = { kind: 'active', doubt: { kind: 'none' } } as const;
    await installations.compareAndSetState('E1', { version, from: 'suspended' }, active, entry);
    await see();
    expect(asked).toBe(2);
  });

  it('are not written by an answer that came after a stop was asked for, but that is waited for', async () => {
    const slow = Promise.withResolvers<WorkspacesAnswer>();
    answer = () => slow.promise;
    access.check('E1');
    await vi.waitFor(() => expect(asked).toBe(1));
    const stopped = access.stop();
    slow.resolve(listed('T1'));
    await stopped;
    expect(await accessOf()).toMatchObject({ T1: 'granted' });
    access.check('E1');
    await clock.advance(400_000);
    expect(asked).toBe(1);
  });
});
