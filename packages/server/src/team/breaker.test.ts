/** P7 on real rows: the judge, the breaker and the store, with a Slack that says what the test says. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createVault } from '../installation/sealing.ts';
import { IncidentWatch } from '../judge/incident-watch.ts';
import { Judge } from '../judge/judge.ts';
import { ownsAll } from '../ownership/key-ownership.test-kit.ts';
import type { ProbeAnswer } from '../slack/signal.ts';
import { type Engine, engines, openTestStore, type TestStore } from '../store/store-fixture.test-kit.ts';
import { systemClock } from '../time/clock.ts';
import { TestClock } from '../time/test-clock.ts';
import { BREAKER_WINDOW_MS, breakerThreshold } from './breaker.ts';
import { createInstallationRepository } from './installation-repository.ts';
import type { Installations } from './installations.ts';
import { plantInstallations } from './planted-rows.test-kit.ts';
import { RowWatcher } from './row-watcher.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const STRIDE_MS = 5 * MINUTE_MS;
const GONE: ProbeAnswer = { kind: 'error', code: 'account_inactive' };
const OK: ProbeAnswer = {
  kind: 'ok',
  identity: { teamId: null, teamName: null, domain: null, botUserId: null, botId: null, appId: null },
};

const vault = createVault([new Uint8Array(32).fill(7)]);

let clock: TestClock;
let store: TestStore;
let installations: Installations;
let judge: Judge;
let watcher: RowWatcher;
let incidents: boolean[];
let answerOf: (key: string) => ProbeAnswer;
let probed: string[];

async function prepare(engine: Engine): Promise<void> {
  clock = new TestClock(1_795_000_000_000);
  incidents = [];
  probed = [];
  answerOf = () => OK;
  store = await openTestStore({ engine, clock });
  installations = createInstallationRepository({ store, vault, clock });
}

describe('the threshold', () => {
  it.each([
    [1, 5],
    [250, 5],
    [300, 6],
    [1_000, 20],
    [100_000, 20],
  ])('of %i active installations is %i', (active, threshold) => {
    expect(breakerThreshold(active)).toBe(threshold);
  });
});

describe.each(engines)('many that fail at once, on %s', (engine) => {
  beforeEach(() => prepare(engine));

  it('are held from the threshold on, and the hold is told once', async () => {
    await startWith(20);
    await fail(keys(0, 12));
    expect(await statuses()).toEqual({ inactive: 5, held: 7, active: 8 });
    expect(incidents).toEqual([true]);
  });

  it('are believed of twenty when 200 of 1,000 fail, and all come back when Slack recovers', async () => {
    await startWith(1_000);
    answerOf = () => GONE;
    await fail(keys(0, 200));
    expect(await statuses()).toEqual({ inactive: 20, held: 180, active: 800 });
    answerOf = () => OK;
    await pass(5 * MINUTE_MS);
    await clock.advance(30_000);
    expect(await statuses()).toEqual({ active: 1_000 });
  }, 180_000);

  it('come back when Slack answers, those that were deactivated before the hold too', async () => {
    await startWith(20);
    await fail(keys(0, 12));
    probed = [];
    await pass(5 * MINUTE_MS + 5_000);
    expect(new Set(probed)).toEqual(new Set(keys(0, 12)));
    expect(await statuses()).toEqual({ active: 20 });
    expect(incidents).toEqual([true, false]);
  });

  it('stay held through an incident of five hours, however often Slack refuses', async () => {
    await startWith(20);
    answerOf = () => GONE;
    await fail(keys(0, 12));
    await pass(5 * HOUR_MS);
    expect(await statuses()).toEqual({ inactive: 5, held: 7, active: 8 });
    answerOf = () => OK;
    await pass(HOUR_MS + MINUTE_MS);
    expect(await statuses()).toEqual({ active: 20 });
  });

  it('are deactivated after all when Slack still refuses them at one hour and at six', async () => {
    await startWith(20);
    answerOf = () => GONE;
    await fail(keys(0, 12));
    await pass(6 * HOUR_MS + MINUTE_MS);
    expect(await statuses()).toEqual({ inactive: 12, active: 8 });
    expect(incidents).toEqual([true, false]);
    probed = [];
    await pass(72 * HOUR_MS);
    // The five of the beginning are asked once more, a day after it.
    expect(probed).toHaveLength(5);
  });

  it('are deactivated five hours after a refusal at one hour that was late, because no server ran, and not before', async () => {
    await startWith(20);
    answerOf = () => GONE;
    await fail(keys(0, 12));
    await pass(20 * MINUTE_MS);
    await watcher.stop();
    await judge.stop();
    // The probe of the first hour would be sent ten minutes before the one of the sixth.
    await clock.leap(5.5 * HOUR_MS);
    await restart();
    await pass(4.9 * HOUR_MS);
    expect(await statuses()).toEqual({ inactive: 5, held: 7, active: 8 });
    await pass(0.3 * HOUR_MS);
    expect(await statuses()).toEqual({ inactive: 12, active: 8 });
  });

  it('stay held while nobody answers, for days', async () => {
    await startWith(20);
    answerOf = () => ({ kind: 'unanswered', reason: 'http_503', retryAfterMs: 0 });
    await fail(keys(0, 12));
    await pass(72 * HOUR_MS);
    expect(await statuses()).toEqual({ inactive: 5, held: 7, active: 8 });
  });

  it('are many uninstalls when Slack sends the events of them', async () => {
    await startWith(20);
    answerOf = () => GONE;
    for (const key of keys(0, 12)) judge.noteUninstall(key, uninstalled());
    await clock.advance(2_000);
    await vi.waitFor(async () => expect(await statuses()).toEqual({ inactive: 12, active: 8 }));
    expect(incidents).toEqual([]);
  });

  it('let one go whose uninstall event comes while it is held', async () => {
    await startWith(20);
    answerOf = () => GONE;
    await fail(keys(0, 12));
    judge.noteUninstall(await oneThatIs('held'), uninstalled());
    await clock.advance(2_000);
    expect(await statuses()).toEqual({ inactive: 6, held: 6, active: 8 });
  });

  it('are known after a restart: what was held is asked when its time has come', async () => {
    await startWith(20);
    await fail(keys(0, 12));
    await watcher.stop();
    await judge.stop();
    await restart();
    await pass(6 * MINUTE_MS);
    expect(await statuses()).toEqual({ active: 20 });
  });

  it('do not trip the breaker when they fail one after the other over an hour', async () => {
    await startWith(20);
    for (const key of keys(0, 12)) {
      await fail([key]);
      await clock.advance(BREAKER_WINDOW_MS / 4);
    }
    expect(await statuses()).toEqual({ inactive: 12, active: 8 });
  });

  it('leave one alone that registered again meanwhile', async () => {
    await startWith(20);
    await fail(keys(0, 12));
    const held = await oneThatIs('held');
    await install(await oneThatIs('inactive'));
    await install(held);
    await clock.advance(1_000);
    expect(await statuses()).toEqual({ inactive: 4, held: 6, active: 10 });
    answerOf = () => GONE;
    probed = [];
    await pass(5 * MINUTE_MS + 5_000);
    expect(probed).not.toContain(held);
  });

  it('are over, and told so, when the operator deactivates what is held', async () => {
    await startWith(20);
    answerOf = () => GONE;
    await fail(keys(0, 12));
    await deactivateHeld();
    await clock.advance(1_000);
    expect(await statuses()).toEqual({ inactive: 12, active: 8 });
    expect(incidents).toEqual([true, false]);
    // Two minutes later what fails is believed again.
    await pass(BREAKER_WINDOW_MS + 1_000);
    await fail(keys(12, 13));
    expect(await statuses()).toEqual({ inactive: 13, active: 7 });
  });

  it('are over, and told so, when what was held is let go while no server runs', async () => {
    await startWith(20);
    answerOf = () => GONE;
    await fail(keys(0, 12));
    await watcher.stop();
    await judge.stop();
    await deactivateHeld();
    await clock.advance(BREAKER_WINDOW_MS + 1_000);
    expect(incidents).toEqual([true]);
    await restart();
    await clock.settle();
    expect(incidents).toEqual([true, false]);
  });

  it('are an incident also of the next one when nobody wrote that the last one was over', async () => {
    await startWith(20);
    answerOf = () => GONE;
    await fail(keys(0, 12));
    await watcher.stop();
    await deactivateHeld();
    await clock.advance(BREAKER_WINDOW_MS + 1_000);
    await fail(keys(12, 20));
    expect(await statuses()).toEqual({ inactive: 17, held: 3 });
    expect(incidents).toEqual([true, true]);
  });

  it('are held although the organisations had paused them before', async () => {
    await startWith(20);
    answerOf = () => ({ kind: 'error', code: 'org_login_required' });
    await fail(keys(0, 12), 'org_login_required');
    expect(await statuses()).toEqual({ suspended: 12, active: 8 });
    answerOf = () => GONE;
    await pass(5 * MINUTE_MS + 5_000);
    expect(await statuses()).toEqual({ inactive: 5, held: 7, active: 8 });
    answerOf = () => OK;
    await pass(6 * MINUTE_MS);
    expect(await statuses()).toEqual({ active: 20 });
  });

  it('are asked from the beginning when the operator wants them held for longer', async () => {
    await startWith(20);
    answerOf = () => GONE;
    await fail(keys(0, 12));
    await pass(5 * HOUR_MS);
    for (const key of await allThatAre('held')) {
      const { version } = (await view(key)).installation;
      await installations.setIncident(key, { version }, { sinceMs: clock.now(), probes: 0, proofs: 0 });
    }
    await pass(5 * HOUR_MS);
    expect(await statuses()).toEqual({ inactive: 5, held: 7, active: 8 });
    await pass(HOUR_MS + MINUTE_MS);
    expect(await statuses()).toEqual({ inactive: 12, active: 8 });
  });

  it('cannot bring back what the operator deactivated', async () => {
    await startWith(20);
    await fail(keys(0, 12));
    await deactivate(await oneThatIs('held'));
    await pass(24 * HOUR_MS);
    expect(await statuses()).toEqual({ inactive: 1, active: 19 });
  });
});

function keys(from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, i) => `T${String(from + i).padStart(3, '0')}`);
}

/** Slack tells of the end of everything. */
function uninstalled() {
  return { type: 'app_uninstalled', bot: true, users: 'all', receivedAtMs: clock.now() } as const;
}

async function startWith(count: number): Promise<void> {
  await plantInstallations({ store, vault }, keys(0, count));
  await restart();
}

async function restart(): Promise<void> {
  judge = new Judge({
    owner: ownsAll,
    passOn: () => expect.unreachable('everything is judged here'),
    installations,
    probe: ({ installation }) => {
      probed.push(installation.key);
      return Promise.resolve(answerOf(installation.key));
    },
    probePerson: () => expect.fail('nobody gave a token'),
    clock,
    random: () => 0.5,
    log: { info() {}, error() {} },
    wake: () => watcher.wake(),
    onIncident: (isOn) => incidents.push(isOn),
  });
  const incidentWatch = new IncidentWatch({
    installations,
    onIncident: (isOn) => incidents.push(isOn),
    log: { info() {}, error() {} },
  });
  const onChange = async (one: Parameters<Judge['observe']>[0]) => {
    judge.observe(one);
    incidentWatch.observe(one);
  };
  watcher = new RowWatcher({ installations, clock, log: { error() {}, warn() {} } });
  await watcher.start(onChange);
  incidentWatch.booted();
}

/** Strides of a sleeping machine: the watcher looks twice in each instead of each second. Ten are probed in a second. */
async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= STRIDE_MS) {
    await clock.leap(Math.min(left, STRIDE_MS));
    await clock.advance(2_000);
  }
}

async function install(key: string): Promise<void> {
  const team = { teamId: key, name: key, domain: null, botUserId: 'U1', botId: 'B1' };
  const bot = { token: `xoxb-test-${key}`, scopes: ['bot'], expiresAtMs: null };
  await installations.recordInstall({ key, isEnterprise: false, appId: 'A1', bot, users: [], team });
}

/** Slack answers a connect of each with the code. */
async function fail(failing: readonly string[], code = 'account_inactive'): Promise<void> {
  for (const key of failing) {
    const { version } = (await view(key)).installation;
    judge.report({
      key,
      kind: 'bot',
      userId: '',
      version,
      code,
      source: 'connect',
      method: 'rtm.connect',
    });
  }
  await clock.advance(1_000);
  // Each is written by a transaction of its own, which takes real time on PostgreSQL.
  for (let looks = 0; looks < 100; looks++) {
    const isActive = new Set((await words()).flatMap(([key, word]) => (word === 'active' ? [key] : [])));
    if (!failing.some((key) => isActive.has(key))) return;
    await clock.settle();
  }
}

async function view(key: string) {
  const found = await installations.find(key);
  if (!found) throw new Error(`${key} is gone`);
  return found;
}

async function statuses(): Promise<Record<string, number>> {
  await clock.settle();
  const counts: Record<string, number> = {};
  for (const [, word] of await words()) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

/** What the operator does at the command line. */
async function deactivate(key: string): Promise<void> {
  const { version } = (await view(key)).installation;
  const gone = { kind: 'inactive', reason: 'operator', sinceMs: clock.now() } as const;
  await installations.compareAndSetState(key, { version, from: 'active' }, gone, { kind: 'verdict', facts: {} });
}

async function deactivateHeld(): Promise<void> {
  for (const key of await allThatAre('held')) await deactivate(key);
}

async function allThatAre(status: 'held' | 'inactive'): Promise<string[]> {
  return (await words()).flatMap(([key, word]) => (word === status ? [key] : []));
}

async function oneThatIs(status: 'held' | 'inactive'): Promise<string> {
  const [key = ''] = await allThatAre(status);
  return key;
}

async function words(): Promise<[string, string][]> {
  return (await installations.list({ limit: 2_000 })).map(({ installation: { key, state } }) => [
    key,
    state.kind === 'active' && state.doubt.kind !== 'none' ? state.doubt.kind : state.kind,
  ]);
}

it('many that fail at once are counted together by nodes whose clocks are five minutes apart', async () => {
  const real = 1_795_000_000_000;
  const shared = await openTestStore({ engine: 'postgres' });
  const nodes = [0, 5 * MINUTE_MS].map((aheadMs) =>
    createInstallationRepository({
      store: shared,
      vault,
      clock: new TestClock(real + aheadMs),
      machine: { now: () => systemClock.now() + aheadMs },
    }),
  );
  const all = Array.from({ length: 12 }, (_, n) => `T${n}`);
  await plantInstallations({ store: shared, vault }, all);
  const outcomes: string[] = [];
  for (const [n, key] of all.entries()) {
    const expected = { version: { install: 1, refresh: 0 }, from: 'active' } as const;
    const states = {
      inactive: { kind: 'inactive', reason: 'account_inactive', sinceMs: real },
      held: { kind: 'active', doubt: { kind: 'held', code: 'account_inactive', sinceMs: real } },
    } as const;
    const outcome = await nodes[n % 2]?.deactivateOrHold(key, expected, states, { kind: 'verdict', facts: {} });
    outcomes.push(outcome?.kind ?? '');
  }
  expect(outcomes).toEqual([...Array(5).fill('deactivated'), ...Array(7).fill('held')]);
});
