import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createVault } from '../installation/sealing.ts';
import { ownsAll } from '../ownership/key-ownership.test-kit.ts';
import type { ProbeAnswer, Signal } from '../slack/signal.ts';
import type { SqliteStore } from '../store/sqlite-store.ts';
import { openTestStore } from '../store/store-fixture.test-kit.ts';
import type { InstallationState, Version } from '../team/installation.ts';
import { createInstallationRepository } from '../team/installation-repository.ts';
import type { Installations } from '../team/installations.ts';
import { TestClock } from '../time/test-clock.ts';
import { Judge } from './judge.ts';
import type { JudgeOptions } from './judge-options.ts';

const OK: ProbeAnswer = {
  kind: 'ok',
  identity: { teamId: 'T1', teamName: 'Acme', domain: 'acme', botUserId: 'U1', botId: 'B1', appId: 'A1' },
};
const error = (code: string): ProbeAnswer => ({ kind: 'error', code });
const unanswered: ProbeAnswer = { kind: 'unanswered', reason: 'econnrefused', retryAfterMs: 0 };

let store: SqliteStore;
let clock: TestClock;
let installations: Installations;
let judge: Judge;
let version: Version;
/** What auth.test will answer; the last one again and again. */
let answers: (ProbeAnswer | Promise<ProbeAnswer>)[];
let probes: number;
let incidents: boolean[];
/** Whether an expired token has a successor, and for which versions that was asked. */
let isRenewable: boolean;
let renewals: Version[];

beforeEach(async () => {
  clock = new TestClock(1_000_000);
  store = await openTestStore({ clock });
  installations = createInstallationRepository({ store, vault: createVault([new Uint8Array(32).fill(7)]), clock });
  version = await install();
  answers = [OK];
  probes = 0;
  incidents = [];
  isRenewable = false;
  renewals = [];
  judge = newJudge();
});

afterEach(async () => {
  await judge.stop();
});

describe('the judge', () => {
  it('deactivates at once when auth.test or rtm.connect itself answers with proof', async () => {
    await reportAndSettle({ code: 'account_inactive', source: 'connect', method: 'rtm.connect' });
    expect(await state()).toMatchObject({ kind: 'inactive', reason: 'account_inactive' });
    expect(probes).toBe(0);
  });

  it.each([
    'token_revoked',
    'user_removed_from_team',
    'team_disabled',
    'legacy_custom_bots_deprecated',
    'token_expired',
  ])('takes %s from a connect as proof, too', async (code) => {
    await reportAndSettle({ code, source: 'connect' });
    expect(await state()).toMatchObject({ kind: 'inactive', reason: code });
  });

  it.each(['connect', 'probe', 'call'] as const)(
    'lets a team wait whose token has expired and is refreshed, whoever says it: %s',
    async (source) => {
      isRenewable = true;
      answers = [error('token_expired')];
      await reportAndSettle({ code: 'token_expired', source });
      expect(await state()).toMatchObject({ kind: 'active', doubt: { kind: 'confirming', code: 'token_expired' } });
      await follow();
      await clock.advance(3_600_000);
      await settle();
      expect(await state()).toMatchObject({ kind: 'active' });
      expect(renewals[0]).toEqual(version);
      answers = [OK];
      await clock.advance(600_000);
      await settle();
      expect(await state()).toEqual({ kind: 'active', doubt: { kind: 'none' } });
    },
  );

  it('probes before it believes that a token has expired which nothing refreshes', async () => {
    answers = [error('token_expired')];
    await reportAndSettle({ code: 'token_expired', source: 'call' });
    expect(await state()).toMatchObject({ kind: 'inactive', reason: 'token_expired' });
    expect(probes).toBe(1);
  });

  it('has a person’s expired token refreshed without a word about the team', async () => {
    await reportAndSettle({ code: 'token_expired', source: 'call', kind: 'user', userId: 'UANN' });
    expect(renewals).toHaveLength(1);
    expect(await state()).toEqual({ kind: 'active', doubt: { kind: 'none' } });
  });

  it('probes before it believes a call, and deactivates when the probe confirms', async () => {
    answers = [error('account_inactive')];
    await reportAndSettle({ code: 'account_inactive', source: 'call' });
    expect(await state()).toMatchObject({ kind: 'inactive', reason: 'account_inactive' });
    expect(probes).toBe(1);
  });

  it('leaves a team alone when the probe of a call answers well', async () => {
    await reportAndSettle({ code: 'account_inactive', source: 'call' });
    expect(await state()).toEqual({ kind: 'active', doubt: { kind: 'none' } });
  });

  it('sends one probe for many signals at once, and one more for those that came meanwhile', async () => {
    const { promise, resolve } = Promise.withResolvers<ProbeAnswer>();
    answers = [promise, OK];
    for (let i = 0; i < 50; i++) judge.report(signal({ source: 'call' }));
    await clock.settle();
    for (let i = 0; i < 50; i++) judge.report(signal({ source: 'call' }));
    resolve(OK);
    await settle();
    expect(probes).toBe(2);
  });

  it('does not deactivate for one invalid_auth, but for a second one 30 s later', async () => {
    answers = [error('invalid_auth')];
    await reportAndSettle({ code: 'invalid_auth', source: 'connect' });
    expect(await state()).toMatchObject({ kind: 'active', doubt: { kind: 'confirming', code: 'invalid_auth' } });
    await follow();
    await clock.advance(29_000);
    expect((await state()).kind).toBe('active');
    await clock.advance(1_000);
    await settle();
    expect(await state()).toMatchObject({ kind: 'inactive', reason: 'invalid_auth' });
    expect(probes).toBe(1);
  });

  it('confirms within a minute although the clock was set back by an hour after the first invalid_auth', async () => {
    answers = [error('invalid_auth')];
    await reportAndSettle({ code: 'invalid_auth', source: 'connect' });
    await follow();
    clock.setWall(-3_600_000);
    for (let look = 0; look < 3; look++) {
      await clock.advance(30_000);
      await follow();
      await settle();
    }
    expect(await state()).toMatchObject({ kind: 'inactive', reason: 'invalid_auth' });
  });

  it('forgets the first invalid_auth when the second probe answers well', async () => {
    await reportAndSettle({ code: 'invalid_auth', source: 'connect' });
    await follow();
    await clock.advance(30_000);
    await settle();
    expect(await state()).toEqual({ kind: 'active', doubt: { kind: 'none' } });
  });

  it('never deactivates while probes stay without an answer, and asks again with growing waits', async () => {
    answers = [unanswered];
    await reportAndSettle({ code: 'account_inactive', source: 'call' });
    expect(await state()).toMatchObject({ kind: 'active', doubt: { kind: 'confirming' } });
    await follow();
    await clock.advance(3_600_000);
    expect((await state()).kind).toBe('active');
    expect(probes).toBeGreaterThan(10);
    expect(probes).toBeLessThan(60);
    answers = [error('account_inactive')];
    await clock.advance(300_000);
    await settle();
    expect((await state()).kind).toBe('inactive');
  });

  it.each([
    'ratelimited',
    'internal_error',
    'something_new',
    'not_allowed_token_type',
    'missing_scope',
    'channel_not_found',
  ])('never deactivates for %s, whoever says it', async (code) => {
    answers = [error(code)];
    for (const source of ['connect', 'probe', 'call'] as const) await reportAndSettle({ code, source });
    expect(await state()).toEqual({ kind: 'active', doubt: { kind: 'none' } });
  });

  it('ignores what is said about an older version, also with the same token', async () => {
    const old = version;
    await install();
    await reportAndSettle({ code: 'account_inactive', source: 'connect', version: old });
    await reportAndSettle({ code: 'account_inactive', source: 'call', version: old });
    expect(await state()).toEqual({ kind: 'active', doubt: { kind: 'none' } });
    expect(probes).toBe(0);
  });

  it('lets a re-install win over a probe that was in flight', async () => {
    const { promise, resolve } = Promise.withResolvers<ProbeAnswer>();
    answers = [promise];
    judge.report(signal({ source: 'call' }));
    await clock.settle();
    await install();
    resolve(error('account_inactive'));
    await settle();
    expect(await state()).toEqual({ kind: 'active', doubt: { kind: 'none' } });
  });

  it("leaves the bot alone when a person's token dies", async () => {
    await reportAndSettle({ code: 'token_revoked', source: 'probe', kind: 'user', userId: 'U9' });
    expect((await state()).kind).toBe('active');
  });

  it.each(['account_inactive', 'token_revoked', 'invalid_auth'])(
    'takes an uninstall event and a probe that answers %s together for proof',
    async (code) => {
      answers = [error(code)];
      judge.noteUninstall('T1', uninstalled());
      await clock.advance(0);
      await settle();
      expect(await state()).toMatchObject({ kind: 'inactive', reason: code });
      expect(probes).toBe(1);
    },
  );

  it('asks three times after an uninstall event, because the token may answer until the uninstall is complete', async () => {
    answers = [OK, OK, error('account_inactive')];
    judge.noteUninstall('T1', { ...uninstalled(), type: 'tokens_revoked' });
    await clock.advance(29_000);
    expect(probes).toBe(1);
    await clock.advance(1_000);
    await settle();
    expect(probes).toBe(2);
    expect((await state()).kind).toBe('active');
    await clock.advance(270_000);
    await settle();
    expect(await state()).toMatchObject({ kind: 'inactive', reason: 'account_inactive' });
  });

  it('leaves a team alone whose uninstall event is of the past, after the probes that are left', async () => {
    judge.noteUninstall('T1', { ...uninstalled(), receivedAtMs: clock.now() - 60_000 });
    await clock.advance(600_000);
    await settle();
    expect(await state()).toEqual({ kind: 'active', doubt: { kind: 'none' } });
    expect(probes).toBe(2);
  });

  it('sends nothing for a team with an uninstall event until a probe is answered', async () => {
    answers = [unanswered, OK];
    judge.noteUninstall('T1', uninstalled());
    await clock.advance(0);
    await settle();
    expect(await state()).toMatchObject({ kind: 'active', doubt: { kind: 'confirming', code: 'app_uninstalled' } });
    await follow();
    await clock.advance(2_000);
    await settle();
    expect(await state()).toEqual({ kind: 'active', doubt: { kind: 'none' } });
  });

  it('asks a suspended installation again every five minutes and wakes it when Slack lets it', async () => {
    answers = [error('org_login_required')];
    await reportAndSettle({ code: 'org_login_required', source: 'connect' });
    expect(await state()).toMatchObject({ kind: 'suspended', reason: 'org_login_required' });
    await follow();
    await clock.advance(290_000);
    expect(probes).toBe(0);
    await clock.advance(10_000);
    await settle();
    expect(probes).toBe(1);
    answers = [OK];
    await clock.advance(300_000);
    await settle();
    expect(await state()).toEqual({ kind: 'active', doubt: { kind: 'none' } });
  });

  it('brings an inactive team back only when the operator asks and Slack answers well', async () => {
    await reportAndSettle({ code: 'account_inactive', source: 'connect' });
    await installations.setRequest('T1', 'probe');
    answers = [unanswered];
    await follow();
    await clock.advance(10_000);
    expect((await state()).kind).toBe('inactive');
    expect((await installations.find('T1'))?.installation.request).toBe('probe');
    answers = [OK];
    await clock.advance(60_000);
    await settle();
    const view = await installations.find('T1');
    expect(view?.installation.state).toEqual({ kind: 'active', doubt: { kind: 'none' } });
    expect(view?.installation.request).toBeNull();
  });

  it('leaves a team inactive that was deactivated after the operator had asked about it, whenever the answer comes', async () => {
    const deactivate = async () => {
      const inactive = { kind: 'inactive', reason: 'operator', sinceMs: clock.now() } as const;
      const entry = { kind: 'verdict', facts: {} } as const;
      expect(await installations.compareAndSetState('T1', { version, from: 'active' }, inactive, entry)).toBe(true);
    };
    // The probe is under way.
    const answer = Promise.withResolvers<ProbeAnswer>();
    answers = [answer.promise];
    await installations.setRequest('T1', 'probe');
    await follow();
    await clock.advance(1);
    expect(probes).toBe(1);
    await deactivate();
    answer.resolve(OK);
    await settle();
    expect(await state()).toMatchObject({ kind: 'inactive', reason: 'operator' });
    // It was not sent yet.
    version = await install();
    answers = [OK];
    await installations.setRequest('T1', 'probe');
    await deactivate();
    await follow();
    await clock.advance(10_000);
    await settle();
    expect([probes, await state()]).toMatchObject([1, { kind: 'inactive', reason: 'operator' }]);
  });

  it('leaves a team inactive that was deactivated while the probe of an incident was under way', async () => {
    await store.run(
      `update installation set doubt = 'held', doubt_code = 'account_inactive', doubt_since_ms = $1, incident_since_ms = $1`,
      [clock.now()],
    );
    const answer = Promise.withResolvers<ProbeAnswer>();
    answers = [answer.promise];
    await follow();
    await clock.advance(24 * 3_600_000);
    expect(probes).toBe(1);
    const inactive = { kind: 'inactive', reason: 'operator', sinceMs: clock.now() } as const;
    const entry = { kind: 'verdict', facts: {} } as const;
    expect(await installations.compareAndSetState('T1', { version, from: 'active' }, inactive, entry)).toBe(true);
    answer.resolve(OK);
    await settle();
    expect(await state()).toMatchObject({ kind: 'inactive', reason: 'operator' });
  });

  it('keeps an inactive team inactive when the operator asks and Slack refuses', async () => {
    await reportAndSettle({ code: 'account_inactive', source: 'connect' });
    await installations.setRequest('T1', 'probe');
    answers = [error('account_inactive')];
    await follow();
    await clock.advance(1);
    await settle();
    const view = await installations.find('T1');
    expect(view?.installation.state.kind).toBe('inactive');
    expect(view?.installation.request).toBeNull();
  });

  it('goes on confirming after a restart', async () => {
    answers = [error('invalid_auth')];
    await reportAndSettle({ code: 'invalid_auth', source: 'connect' });
    await judge.stop();
    judge = newJudge();
    await follow();
    await clock.advance(30_000);
    await settle();
    expect((await state()).kind).toBe('inactive');
  });

  it('keeps the doubt when the verdict cannot be written', async () => {
    answers = [error('account_inactive')];
    const real = installations.deactivateOrHold.bind(installations);
    installations.deactivateOrHold = () => Promise.reject(new Error('disk full'));
    await reportAndSettle({ code: 'account_inactive', source: 'connect' });
    expect((await state()).kind).toBe('active');
    installations.deactivateOrHold = real;
    await clock.advance(5_000);
    await settle();
    expect(await state()).toMatchObject({ kind: 'inactive', reason: 'account_inactive' });
  });

  it('keeps a doubt that a failing store kept out of the row, also when the row changes for another reason', async () => {
    answers = [error('account_inactive')];
    const real = installations.find.bind(installations);
    installations.find = () => Promise.reject(new Error('disk full'));
    await reportAndSettle({ code: 'account_inactive', source: 'call' });
    installations.find = real;
    await installations.setTeamIdentity('T1', { name: 'Acme Two' });
    await follow();
    await clock.advance(5_000);
    await settle();
    expect(await state()).toMatchObject({ kind: 'inactive', reason: 'account_inactive' });
  });

  it('waits as long as Slack asks before it probes again', async () => {
    answers = [{ kind: 'unanswered', reason: 'rate limited', retryAfterMs: 20_000 }, error('account_inactive')];
    await reportAndSettle({ code: 'account_inactive', source: 'call' });
    await follow();
    await clock.advance(19_000);
    await settle();
    expect(probes).toBe(1);
    await clock.advance(2_000);
    await settle();
    expect(await state()).toMatchObject({ kind: 'inactive', reason: 'account_inactive' });
  });

  it.each([
    ['nothing', unanswered, false],
    ['internal_error', error('internal_error'), false],
    ['something_new', error('something_new'), false],
    ['ok', OK, true],
    ['missing_scope', error('missing_scope'), true],
    ['account_inactive', error('account_inactive'), true],
  ] as const)('says of a check that is answered by %s whether anything was learned', async (_, answer, isLearned) => {
    answers = [answer];
    expect(await judge.check('T1')).toBe(isLearned);
    expect(probes).toBe(1);
  });

  it('says that nothing was learned by a check when the store fails', async () => {
    installations.find = () => Promise.reject(new Error('disk full'));
    expect(await judge.check('T1')).toBe(false);
  });

  it('leaves no timer behind when it stops', async () => {
    await reportAndSettle({ code: 'invalid_auth', source: 'connect' });
    await follow();
    await judge.stop();
    expect(clock.pendingTimers).toBe(0);
  });
});

function newJudge(options: JudgeOptions = {}): Judge {
  return new Judge({
    owner: ownsAll,
    passOn: () => expect.unreachable('everything is judged here'),
    installations,
    probe: () => {
      probes++;
      return Promise.resolve(answers.length > 1 ? (answers.shift() as ProbeAnswer) : (answers[0] as ProbeAnswer));
    },
    probePerson: () => Promise.resolve(OK),
    renew: (expired) => {
      renewals.push(expired.version);
      return Promise.resolve(isRenewable);
    },
    clock,
    random: () => 0.5,
    log: { info() {}, error() {} },
    wake: () => void follow(),
    onIncident: (isOn) => incidents.push(isOn),
    options,
  });
}

/** Slack tells of the end of everything. */
function uninstalled() {
  return { type: 'app_uninstalled', bot: true, users: 'all', receivedAtMs: clock.now() } as const;
}

async function install(): Promise<Version> {
  const { installation } = await installations.recordInstall({
    key: 'T1',
    isEnterprise: false,
    appId: 'A1',
    bot: { token: 'xoxb-test-1', scopes: ['bot'], expiresAtMs: null },
    users: [],
    team: { teamId: 'T1', name: 'Acme', domain: 'acme', botUserId: 'U1', botId: 'B1' },
  });
  return installation.version;
}

function signal(over: Partial<Signal>): Signal {
  return {
    key: 'T1',
    kind: 'bot',
    userId: '',
    version,
    code: 'account_inactive',
    source: 'call',
    method: 'chat.postMessage',
    ...over,
  };
}

async function reportAndSettle(over: Partial<Signal>): Promise<void> {
  judge.report(signal(over));
  await settle();
}

/** Rows are read over a worker thread: several turns until everything that was started has ended. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 12; turn++) await clock.settle();
}

/** What the row watcher does: shows the judge the row as it is. */
async function follow(): Promise<void> {
  const view = await installations.find('T1');
  if (view) judge.observe(view);
}

async function state(): Promise<InstallationState> {
  const view = await installations.find('T1');
  if (!view) throw new Error('T1 is gone');
  return view.installation.state;
}
