import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createVault } from '../installation/sealing.ts';
import { ownsAll } from '../ownership/key-ownership.test-kit.ts';
import type { ProbeAnswer, Signal } from '../slack/signal.ts';
import type { Store } from '../store/store.ts';
import { openTestStore } from '../store/store-fixture.test-kit.ts';
import type { Version } from '../team/installation.ts';
import { createInstallationRepository } from '../team/installation-repository.ts';
import type { Installations } from '../team/installations.ts';
import { TestClock } from '../time/test-clock.ts';
import { Judge } from './judge.ts';

const OK: ProbeAnswer = {
  kind: 'ok',
  identity: { teamId: 'T1', teamName: 'Acme', domain: 'acme', botUserId: 'U1', botId: 'B1', appId: 'A1' },
};
const error = (code: string): ProbeAnswer => ({ kind: 'error', code });
const unanswered: ProbeAnswer = { kind: 'unanswered', reason: 'econnrefused', retryAfterMs: 0 };

let store: Store;
let clock: TestClock;
let installations: Installations;
let judge: Judge;
let version: Version;
/** What auth.test answers to the tokens of people; those that are not here work. */
let answers: Map<string, ProbeAnswer | Promise<ProbeAnswer>>;
let botAnswer: ProbeAnswer;
/** Tokens in the order in which they were asked; `bot` for the bot's. */
let probed: string[];
let isRenewable: boolean;

beforeEach(async () => {
  clock = new TestClock(1_000_000);
  store = await openTestStore({ clock });
  installations = createInstallationRepository({ store, vault: createVault([new Uint8Array(32).fill(7)]), clock });
  version = await install({ UANN: 'xoxp-test-ann', UBOB: 'xoxp-test-bob' });
  answers = new Map();
  botAnswer = OK;
  probed = [];
  isRenewable = false;
  judge = new Judge({
    owner: ownsAll,
    passOn: () => expect.unreachable('everything is judged here'),
    installations,
    probe: async () => {
      probed.push('bot');
      return botAnswer;
    },
    probePerson: async ({ token }) => {
      probed.push(token);
      return await (answers.get(token) ?? OK);
    },
    renew: async () => isRenewable,
    clock,
    random: () => 0.5,
    log: { info() {}, error() {} },
    wake() {},
    onIncident() {},
  });
});

afterEach(() => judge.stop());

describe('the token of a person that Slack refuses', () => {
  it.each(['token_revoked', 'account_inactive', 'token_expired'])(
    'is dropped for %s to a call, after one probe, and nothing else is',
    async (code) => {
      answers.set('xoxp-test-ann', error(code));
      await report({ code, source: 'call' });
      expect(await people()).toEqual(['UBOB']);
      expect(probed).toEqual(['xoxp-test-ann']);
      expect((await installations.find('T1'))?.installation).toMatchObject({
        state: { kind: 'active', doubt: { kind: 'none' } },
        version,
      });
      expect((await installations.botCredential('T1'))?.token).toBe('xoxb-test-1');
      expect((await installations.timeline('T1'))[0]).toMatchObject({
        kind: 'user_token_dropped',
        facts: { userId: 'UANN', code, why: 'chat.postMessage' },
      });
    },
  );

  it('is dropped without another question when auth.test said so', async () => {
    await report({ code: 'token_revoked', source: 'probe' });
    expect(await people()).toEqual(['UBOB']);
    expect(probed).toEqual([]);
  });

  it.each(['ok', 'missing_scope', 'org_login_required', 'ekm_access_denied'])(
    'is kept when the probe answers %s',
    async (code) => {
      answers.set('xoxp-test-ann', code === 'ok' ? OK : error(code));
      await report({ code: 'token_revoked', source: 'call' });
      await pass(3_600_000);
      expect(await people()).toEqual(['UANN', 'UBOB']);
      expect(probed).toHaveLength(1);
    },
  );

  it.each(['missing_scope', 'org_login_required', 'channel_not_found', 'something_new'])(
    'is not even asked for %s',
    async (code) => {
      for (const source of ['call', 'probe'] as const) await report({ code, source });
      expect(probed).toEqual([]);
      expect(await people()).toEqual(['UANN', 'UBOB']);
    },
  );

  it('is kept when it has expired and its successor is on the way', async () => {
    isRenewable = true;
    for (const source of ['call', 'probe'] as const) await report({ code: 'token_expired', source });
    expect(await people()).toEqual(['UANN', 'UBOB']);
  });

  it('is not dropped for one invalid_auth, but for a second one 30 s later, however many calls say the same', async () => {
    answers.set('xoxp-test-ann', error('invalid_auth'));
    for (let i = 0; i < 5; i++) await report({ code: 'invalid_auth', source: 'call' });
    await pass(29_000);
    expect(await people()).toEqual(['UANN', 'UBOB']);
    await pass(2_000);
    expect(await people()).toEqual(['UBOB']);
    expect(probed).toHaveLength(2);
  });

  it('is kept when the second probe answers well', async () => {
    answers.set('xoxp-test-ann', error('invalid_auth'));
    await report({ code: 'invalid_auth', source: 'call' });
    answers.clear();
    await pass(3_600_000);
    expect(await people()).toEqual(['UANN', 'UBOB']);
    answers.set('xoxp-test-ann', error('invalid_auth'));
    await report({ code: 'invalid_auth', source: 'call' });
    expect(await people()).toEqual(['UANN', 'UBOB']);
  });

  it('is asked until Slack answers, with growing waits', async () => {
    answers.set('xoxp-test-ann', unanswered);
    await report({ code: 'token_revoked', source: 'call' });
    await pass(3_600_000);
    expect(await people()).toEqual(['UANN', 'UBOB']);
    expect(probed.length).toBeGreaterThan(10);
    expect(probed.length).toBeLessThan(60);
    answers.set('xoxp-test-ann', error('token_revoked'));
    await pass(300_000);
    expect(await people()).toEqual(['UBOB']);
  });

  it('is asked once for many signals at once, and once more for those that came meanwhile', async () => {
    const { promise, resolve } = Promise.withResolvers<ProbeAnswer>();
    answers.set('xoxp-test-ann', promise);
    for (let i = 0; i < 50; i++) judge.report(signal({}));
    await settle();
    expect(probed).toHaveLength(1);
    resolve(OK);
    await settle();
    expect(probed).toHaveLength(2);
  });

  it('is not judged by what is said of an earlier install', async () => {
    const old = version;
    await install({ UANN: 'xoxp-test-ann' });
    await report({ code: 'token_revoked', source: 'probe', version: old });
    await report({ code: 'token_revoked', source: 'call', version: old });
    expect(await people()).toEqual(['UANN', 'UBOB']);
    expect(probed).toEqual([]);
  });

  it('takes nothing along that was granted while it was asked; that is asked by itself', async () => {
    const { promise, resolve } = Promise.withResolvers<ProbeAnswer>();
    answers.set('xoxp-test-ann', promise);
    judge.report(signal({}));
    await settle();
    await install({ UANN: 'xoxp-test-ann-2' });
    resolve(error('token_revoked'));
    await settle();
    expect(await people()).toEqual(['UANN', 'UBOB']);
    expect(probed).toEqual(['xoxp-test-ann', 'xoxp-test-ann-2']);
  });

  it('is dropped also when an install of somebody else moved its version meanwhile', async () => {
    const { promise, resolve } = Promise.withResolvers<ProbeAnswer>();
    answers.set('xoxp-test-ann', promise);
    judge.report(signal({}));
    await settle();
    await install({ UBOB: 'xoxp-test-bob-2' });
    resolve(error('token_revoked'));
    await settle();
    expect(await people()).toEqual(['UBOB']);
  });

  it('waits for the answer to a doubt about the whole installation', async () => {
    await doubt({ kind: 'confirming', code: 'invalid_auth', sinceMs: clock.now() });
    answers.set('xoxp-test-ann', error('token_revoked'));
    await report({ code: 'token_revoked', source: 'call' });
    await pass(60_000);
    expect(probed).toEqual([]);
    await doubt({ kind: 'none' });
    await pass(300_000);
    expect(await people()).toEqual(['UBOB']);
  });

  it('is dropped when the store answers again', async () => {
    const real = installations.dropUserCredential.bind(installations);
    installations.dropUserCredential = () => Promise.reject(new Error('disk full'));
    answers.set('xoxp-test-ann', error('token_revoked'));
    await report({ code: 'token_revoked', source: 'call' });
    installations.dropUserCredential = real;
    await pass(5_000);
    expect(await people()).toEqual(['UBOB']);
  });

  it('leaves no timer behind when the judge stops', async () => {
    await report({ code: 'invalid_auth', source: 'probe' });
    await judge.stop();
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('an event about tokens of people', () => {
  it.each(['token_revoked', 'invalid_auth'])(
    'and a probe that answers %s are proof; the bot is not asked',
    async (code) => {
      answers.set('xoxp-test-ann', error(code));
      judge.noteUninstall('T1', revoked({ users: ['UANN', 'USTRANGER'] }));
      await pass(1_000);
      expect(await people()).toEqual(['UBOB']);
      expect(probed).toEqual(['xoxp-test-ann']);
    },
  );

  it('of the past costs nobody the token, and is asked about three times', async () => {
    judge.noteUninstall('T1', revoked({ users: ['UANN'] }));
    await pass(600_000);
    expect(await people()).toEqual(['UANN', 'UBOB']);
    expect(probed).toHaveLength(3);
  });

  it('that is followed by another one is not forgotten', async () => {
    judge.noteUninstall('T1', revoked({ users: ['UANN'] }));
    await pass(1_000);
    judge.noteUninstall('T1', revoked({ users: ['UBOB'] }));
    await pass(1_000);
    for (const token of ['xoxp-test-ann', 'xoxp-test-bob']) answers.set(token, error('token_revoked'));
    await pass(30_000);
    expect(await people()).toEqual([]);
  });

  it('of the whole app asks the bot, and people only when the bot is there still', async () => {
    for (const token of ['xoxp-test-ann', 'xoxp-test-bob']) answers.set(token, error('token_revoked'));
    botAnswer = error('account_inactive');
    judge.noteUninstall('T1', revoked({ bot: true, users: 'all' }));
    await pass(1_000);
    expect(probed).toEqual(['bot']);
    version = await install({ UANN: 'xoxp-test-ann-2' });
    version = await install({ UBOB: 'xoxp-test-bob' });
    botAnswer = OK;
    judge.noteUninstall('T1', revoked({ bot: true, users: 'all' }));
    await pass(1_000);
    expect(probed).toEqual(['bot', 'bot', 'xoxp-test-ann-2', 'xoxp-test-bob']);
    expect(await people()).toEqual(['UANN']);
  });
});

async function install(tokens: Record<string, string>): Promise<Version> {
  const { installation } = await installations.recordInstall({
    key: 'T1',
    isEnterprise: false,
    appId: 'A1',
    bot: { token: 'xoxb-test-1', scopes: ['chat:write'], expiresAtMs: null },
    users: Object.entries(tokens).map(([userId, token]) => ({ userId, token, scopes: [], expiresAtMs: null })),
    team: { teamId: 'T1', name: 'Acme', domain: 'acme', botUserId: 'U1', botId: 'B1' },
  });
  return installation.version;
}

async function doubt(next: Extract<Parameters<Installations['compareAndSetState']>[2], { kind: 'active' }>['doubt']) {
  const entry = { kind: 'verdict', facts: {} } as const;
  await installations.compareAndSetState('T1', { version, from: 'active' }, { kind: 'active', doubt: next }, entry);
}

function signal(over: Partial<Signal>): Signal {
  return {
    key: 'T1',
    kind: 'user',
    userId: 'UANN',
    version,
    code: 'token_revoked',
    source: 'call',
    method: 'chat.postMessage',
    ...over,
  };
}

function revoked(over: Partial<Parameters<Judge['noteUninstall']>[1]>) {
  return { type: 'tokens_revoked', bot: false, users: [], receivedAtMs: clock.now(), ...over };
}

async function report(over: Partial<Signal>): Promise<void> {
  judge.report(signal(over));
  await settle();
}

/** Rows are read over a worker thread: several turns until everything that was started has ended. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 12; turn++) await clock.settle();
}

async function pass(ms: number): Promise<void> {
  await clock.advance(ms);
  await settle();
}

/** Whose tokens are stored. */
async function people(): Promise<string[]> {
  return (await installations.credentials('T1')).users.map(({ userId }) => userId);
}
